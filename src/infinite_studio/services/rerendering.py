"""Make a stored sound again from its recipe, and find out whether that gives the very same bytes."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.writing import encode_object
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import canonical_json
from infinite_studio.history.values import StemRecord
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress, Silence
from infinite_studio.project.mixdown import track_program
from infinite_studio.services.composer import repeating_engine
from infinite_studio.services.composer import request_of as composed_request
from infinite_studio.services.composing import TRACK_NAMES
from infinite_studio.services.followed_again import MissingInputError, followed_request
from infinite_studio.services.renders import LARGEST_IN_MEMORY_FRAMES, encoded_program, is_stored
from infinite_studio.services.split_again import (
    is_of_long_split,
    left_without,
    makes_long_again,
    split_again,
    taken_away,
)
from infinite_studio.services.stem_recipes import MIX, STEM, STRETCH_ENGINE, source_recipes, track_of_mix
from infinite_studio.services.stretching import stretch_plan, stretched_audio
from infinite_studio.services.studio import Studio

_NOT_PART_OF_THE_REQUEST = frozenset({STEM, "label", MIX})


N = TypeVar("N", int, float)


class UnusableRecipeError(StudioError):
    """A recipe that its engine cannot follow."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__(
            f"A recipe of the engine “{recipe.engine}” cannot be followed.",
            hint="The sound it made is needed itself: repair the library from a bundle or a backup.",
        )
        self.recipe = recipe


class Rerenderer:
    """Makes sounds again; remembers the last take or split, because its stems are asked for one after another."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._lacking: MissingInputError | None = None
        self._last: tuple[bytes, Mapping[StemType | None, Audio]] | None = None

    def object_bytes(self, recipe: Recipe, name: str, progress: Progress | None = None) -> bytes | None:
        """Return the bytes of a stem as its recipe makes them today; None where it cannot be made again."""
        try:
            return self._made(recipe, name, progress or Silence())
        except MissingInputError as error:
            self._lacking = error
            return None
        except StudioError:
            return None

    def reproduces(self, stem: StemRecord, progress: Progress | None = None) -> bool:
        """Whether the recipe of a stem makes exactly the stored bytes again."""
        long = self._long_again(stem.object_id, stem.recipe, progress or Silence(), keeps=False)
        if long is not None:
            return long
        data = None if stem.recipe is None else self.object_bytes(stem.recipe, stem.name, progress)
        return data is not None and hashlib.sha256(data).hexdigest() == stem.object_id

    def restore(self, object_id: str, recipe: Recipe | None, name: str, progress: Progress) -> bool:
        """Put a missing object back where its recipe makes exactly its bytes; say whether it is there."""
        if is_stored(object_id, self._studio):
            return True
        long = self._long_again(object_id, recipe, progress, keeps=True)
        if long is not None:
            return long
        data = None if recipe is None else self.object_bytes(recipe, name, progress)
        if data is None or hashlib.sha256(data).hexdigest() != object_id:
            return False
        self._studio.library.put_bytes(data, "audio/flac" if data.startswith(b"fLaC") else "audio/wav")
        return True

    def require(self, object_id: str, recipe: Recipe | None, name: str, progress: Progress) -> None:
        """Put a missing object back like `restore`; what else is wrong with it is told by who reads it.

        Raises
        ------
        MissingInputError
            If only a sound that it follows is lacking.
        """
        self._lacking = None
        if not self.restore(object_id, recipe, name, progress) and self._lacking is not None:
            raise self._lacking

    def _long_again(
        self, object_id: str, recipe: Recipe | None, progress: Progress, *, keeps: bool
    ) -> bool | None:
        """Say whether a stem too long for memory is the same when made again; None for everything else."""
        try:
            if recipe is None or not is_of_long_split(recipe, self._studio):
                return None
            with understanding(recipe):
                return makes_long_again(object_id, recipe, self._studio, progress, keeps=keeps)
        except StudioError:
            return False

    def _made(self, recipe: Recipe, name: str, progress: Progress) -> bytes | None:
        if MIX in recipe.parameters:
            return self._mixed(recipe, name, progress)
        if recipe.engine == STRETCH_ENGINE:
            return self._stretched(recipe, name, progress)
        if not self._is_engine_the_same(recipe):
            return None
        minus = taken_away(recipe) if recipe.engine in self._studio.separators.names else ()
        if minus:
            return self._left_without(minus, recipe, progress)
        stems = self._stems(recipe, progress)
        # A track with a take that has no stems may be called “Bass” all the same.
        audio = stems.get(None if set(stems) == {None} else _stem_type(recipe, name))
        return None if audio is None else encode_object(audio)[0]

    def _left_without(self, minus: tuple[StemType, ...], recipe: Recipe, progress: Progress) -> bytes | None:
        stems = self._stems(recipe, progress)
        if not all(stem in stems for stem in minus):
            return None
        path = self._studio.library.object_path(recipe.input_object_ids[0])
        return encode_object(left_without(path, (stems[stem] for stem in minus)))[0]

    def _mixed(self, recipe: Recipe, name: str, progress: Progress) -> bytes | None:
        with understanding(recipe):
            mix = recipe.parameters[MIX]
            project, track = track_of_mix(mix, name)
            length_frames = int(mix["length_frames"])
        if length_frames > LARGEST_IN_MEMORY_FRAMES:
            return None
        with understanding(recipe):
            sources = source_recipes(recipe)
        sounds = sorted({clip.object_id for clip in track.clips})
        for done, object_id in enumerate(sounds):
            part = Part(progress, 0.6 * done / len(sounds), 0.6 * (done + 1) / len(sounds))
            if not any(self.restore(object_id, source, name, part) for source in (None, *sources)):
                return None
            self._studio.bank.prepare(object_id, part)
        program = track_program(project, track, self._studio.bank.samples)
        return encoded_program(replace(program, length_frames=length_frames), Part(progress, 0.6, 1.0))[0]

    def _stretched(self, recipe: Recipe, name: str, progress: Progress) -> bytes:
        with understanding(recipe):
            plan = stretch_plan(recipe)
        self.restore(plan.object_id, plan.source, name, Part(progress, 0.0, 0.3))
        return encode_object(stretched_audio(plan, self._studio, Part(progress, 0.3, 1.0)))[0]

    def _is_engine_the_same(self, recipe: Recipe) -> bool:
        """Whether the engine is there, and has not been changed since."""
        for registry in (self._studio.generators, self._studio.separators):
            if recipe.engine in registry.names:
                return registry.get(recipe.engine).info.revision == recipe.model_revision
        return False

    def _stems(self, recipe: Recipe, progress: Progress) -> Mapping[StemType | None, Audio]:
        request = {k: v for k, v in recipe.parameters.items() if k not in _NOT_PART_OF_THE_REQUEST}
        key = canonical_json({**recipe.to_json(), "parameters": request})
        if self._last is None or self._last[0] != key:
            self._last = key, self._all_stems(recipe, progress)
        return self._last[1]

    def _all_stems(self, recipe: Recipe, progress: Progress) -> Mapping[StemType | None, Audio]:
        studio = self._studio
        if recipe.engine in studio.generators.names:
            request = composed_request(recipe, studio.generators)
            if request is None:
                with understanding(recipe):
                    request = followed_request(recipe, studio, progress)
            if request is None and repeating_engine(recipe, studio.generators) is not None:
                raise UnusableRecipeError(recipe)
            request = request or _request_of(recipe)
            take = studio.generators.get(recipe.engine).generate(request, progress)
            return {None: take.mixdown, **dict[StemType | None, Audio](take.stems.items())}
        with understanding(recipe):
            (source,) = recipe.input_object_ids
            path = studio.library.object_path(source)
            return dict[StemType | None, Audio](
                split_again(recipe, path, studio.separators, progress).items()
            )


def verify_recipe(stem: StemRecord, studio: Studio, progress: Progress) -> bool:
    """Whether the recipe of a stem makes exactly the stored bytes again."""
    return Rerenderer(studio).reproduces(stem, progress)


def _request_of(recipe: Recipe) -> GenerationRequest:
    parameters: Mapping[str, Any] = recipe.parameters
    with understanding(recipe):
        return GenerationRequest(
            prompt=recipe.prompt,
            tempo_bpm=_given(parameters, "tempo_bpm", float),
            key=Key.parse(parameters["key"]) if parameters.get("key") else None,
            bars=_given(parameters, "bars", int),
            duration_seconds=_given(parameters, "duration_seconds", float),
            seed=int(recipe.seed or 0),
        )


def _given(parameters: Mapping[str, Any], name: str, kind: Callable[[Any], N]) -> N | None:
    value = parameters.get(name)
    return None if value is None else kind(value)


@contextmanager
def understanding(recipe: Recipe) -> Iterator[None]:
    """Read a recipe, which may come from any library: one that makes no sense is an expected failure."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnusableRecipeError(recipe) from error


def _stem_type(recipe: Recipe, name: str) -> StemType | None:
    """Return which stem a recipe means; recipes of older libraries only have the name of the track."""
    named = recipe.parameters.get(STEM)
    if named is not None:
        with understanding(recipe):
            return StemType(named)
    return next((stem_type for stem_type, known in TRACK_NAMES.items() if name.startswith(known)), None)

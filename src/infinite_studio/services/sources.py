"""What a new take may be like or go on from: a take, a clip of one, or any stored sound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import canonical_json
from infinite_studio.history.values import Sound
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Project
from infinite_studio.services.composer import Composer, NoNotesError, composer_of, request_of
from infinite_studio.services.listening import known_about
from infinite_studio.services.stem_recipes import LABEL, MIX, STEM
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import StoredTake


class UnknownSourceError(StudioError):
    """A take or sound that is no longer there."""

    def __init__(self, source_id: str) -> None:
        super().__init__("That sound is no longer there.", hint="Choose another take, clip or sound.")
        self.source_id = source_id


class NoSuchStemError(StudioError):
    """A stem that a take does not have."""

    def __init__(self, label: str, stem_type: StemType, known: Sequence[StemType]) -> None:
        super().__init__(
            f"“{label}” has no stem “{stem_type.value}”.",
            hint=f"Choose one of: {', '.join(stem.value for stem in known)}.",
        )
        self.stem_type = stem_type
        self.known = tuple(known)


@dataclass(frozen=True)
class Source:
    """A sound with whatever is known about how it was made.

    ``recipe`` is that of the whole take, ``request`` and ``notes`` are known for takes of this session.
    """

    source_id: str
    label: str
    object_id: str
    recipe: Recipe | None = None
    request: GenerationRequest | None = None
    notes: Mapping[StemType, tuple[Note, ...]] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


def find_source(
    source_id: str, takes: Sequence[StoredTake], project: Project, sounds: Sequence[Sound]
) -> Source:
    """Return the take, or the clip or sound of this object id.

    Raises
    ------
    UnknownSourceError
        If there is none.
    """
    take = next((take for take in takes if take.take_id == source_id), None)
    if take is not None:
        return _source_of_take(take)
    clip = next((clip for _, clip in project.clips() if clip.object_id == source_id), None)
    if clip is not None:
        known = next(
            (t for t in takes if clip.recipe is not None and is_same_take(t.recipe, clip.recipe)), None
        )
        if known is not None:
            return _source_of_take(known)
        return Source(source_id, clip.name, source_id, whole_recipe(clip.recipe))
    sound = next((sound for sound in sounds if sound.object_id == source_id), None)
    if sound is not None:
        return Source(source_id, sound.name, source_id)
    raise UnknownSourceError(source_id)


def _source_of_take(take: StoredTake) -> Source:
    return Source(
        take.take_id,
        take.label,
        take.mixdown_object_id,
        take.recipe,
        take.request,
        dict(take.notes),
        take.facts,
    )


def whole_recipe(recipe: Recipe | None) -> Recipe | None:
    """Return the recipe of the take that a stem belongs to."""
    if recipe is None:
        return None
    parameters = {k: v for k, v in recipe.parameters.items() if k not in {STEM, LABEL, MIX}}
    return replace(recipe, parameters=parameters)


def take_key(recipe: Recipe) -> bytes:
    """Return what recipes have in common exactly when they make the same take, whichever of its stems they mean."""
    whole = whole_recipe(recipe)
    assert whole is not None
    return canonical_json(whole.to_json())


def is_same_take(one: Recipe, other: Recipe | None) -> bool:
    """Whether two recipes make the same take."""
    return other is not None and take_key(one) == take_key(other)


def composed(source: Source, studio: Studio) -> tuple[Composer, GenerationRequest]:
    """Return the composer of a source and what was asked of it.

    Raises
    ------
    NoNotesError
        If no composer made it.
    """
    if source.recipe is not None:
        composer = composer_of(source.recipe, studio.generators)
        request = source.request or request_of(source.recipe, studio.generators)
        if composer is not None and request is not None:
            return composer, request
    raise NoNotesError(source.label)


def is_composed(source: Source, studio: Studio) -> bool:
    """Whether a composer made the source, so that its notes are known."""
    return composer_of(source.recipe, studio.generators) is not None


def notes_of(source: Source, studio: Studio) -> Mapping[StemType, tuple[Note, ...]]:
    """Return what the stems of a source play; written anew where only the recipe is known."""
    if source.notes:
        return source.notes
    composer, request = composed(source, studio)
    return composer.notes(request)


def blueprint_of_source(source: Source, studio: Studio, progress: Progress) -> Blueprint:
    """Say what a source is like: from its notes where a composer wrote them, else by listening to it."""
    from infinite_studio.analysis.blueprint import blueprint_of
    from infinite_studio.audio.reading import read_audio

    progress.report(0.0, f"Listening to “{source.label}”")
    if is_composed(source, studio):
        composer, request = composed(source, studio)
        return composer.blueprint(request)
    audio = read_audio(studio.library.object_path(source.object_id), Part(progress, 0.0, 0.3))
    said = known_about(source.object_id, studio).corrections
    found = blueprint_of(audio, Part(progress, 0.3, 1.0), tempo_bpm=said.tempo_bpm, key=said.key)
    return replace(found, key=None, chords=()) if said.is_keyless else found

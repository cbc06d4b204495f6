"""Stored sounds that a take follows: named when it is asked for and in its recipe, read when it is made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest, SoundSources
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.progress import Part, Progress
from infinite_studio.services.hearing_long import is_long, read_before, read_beginning
from infinite_studio.services.request_values import blueprint_from, blueprint_values
from infinite_studio.services.studio import Studio

FOLLOWED = "followed"
"""Name in a recipe's parameters: which sounds the take follows."""
_ROLES = ("melody", "like", "continued")
_LIKE_VALUES = "like_values"
CONTEXT_RANGE_SECONDS = (1.0, 20.0)
DEFAULT_CONTEXT_SECONDS = 10.0


@dataclass(frozen=True)
class SoundsToHear:
    """Object ids, empty for none; ``cut_seconds`` is where the continuation begins, None for the sound's end."""

    melody: str = ""
    like: str = ""
    continued: str = ""
    cut_seconds: float | None = None
    context_seconds: float = DEFAULT_CONTEXT_SECONDS

    @property
    def object_ids(self) -> tuple[str, ...]:
        """Every sound that goes in, once."""
        return tuple(dict.fromkeys(filter(None, (self.melody, self.like, self.continued))))

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "SoundsToHear":
        """Read it back from `to_json`'s values; what a newer version may add is left out."""
        known = cls().to_json()
        return cls(**{name: value for name, value in values.items() if name in known})


NOTHING = SoundsToHear()


def keep_sounds(
    request: GenerationRequest, heard: SoundsToHear, studio: Studio, progress: Progress
) -> tuple[GenerationRequest, SoundsToHear]:
    """Keep sounds that only memory holds as objects, so that a recipe can name them; return the request without them."""
    from infinite_studio.audio.writing import encode_object

    sounds = request.sounds
    named: dict[str, Any] = {}
    for role in _ROLES:
        audio: Audio | None = getattr(sounds, role)
        if audio is not None:
            named[role] = studio.library.put_bytes(*encode_object(audio, progress)).object_id
    if sounds.continued is not None:
        cut = sounds.cut_frame
        named["cut_seconds"] = None if cut is None else cut / sounds.continued.sample_rate
        named["context_seconds"] = sounds.context_seconds
    return replace(request, sounds=SoundSources()), replace(heard, **named)


def followed_values(request: GenerationRequest, heard: SoundsToHear) -> dict[str, Any]:
    """Return what a recipe says about the sounds that its take follows, and about what was found in them."""
    said = {name: value for name, value in heard.to_json().items() if value not in ("", None)}
    return said if request.like is None else {**said, _LIKE_VALUES: blueprint_values(request.like)}


def heard_by(recipe: Recipe) -> SoundsToHear | None:
    """Return which sounds a recipe's take follows; None where it follows none, or does not say which."""
    said = recipe.parameters.get(FOLLOWED)
    return None if said is None else SoundsToHear.from_json(said)


def like_of(recipe: Recipe) -> Blueprint | None:
    """Return what was found in the piece that a recipe's take is like."""
    values = recipe.parameters.get(FOLLOWED, {}).get(_LIKE_VALUES)
    return None if values is None else blueprint_from(values)


def with_sounds(
    request: GenerationRequest, heard: SoundsToHear, studio: Studio, progress: Progress
) -> GenerationRequest:
    """Return the request with the stored sounds that it is to follow; of long ones with what counts of them."""
    names = heard.object_ids
    parts = {
        object_id: Part(progress, done / len(names), (done + 1) / len(names))
        for done, object_id in enumerate(names)
    }
    sounds = request.sounds
    if heard.melody:
        sounds = replace(sounds, melody=_beginning(heard.melody, studio, parts[heard.melody]))
    if heard.like:
        sounds = replace(sounds, like=_beginning(heard.like, studio, parts[heard.like]))
    if heard.continued:
        sounds = replace(
            sounds,
            **_continued(heard, studio, parts[heard.continued]),
            context_seconds=heard.context_seconds,
            keeps_context=False,
        )
    return replace(request, sounds=sounds)


def _beginning(object_id: str, studio: Studio, progress: Progress) -> Audio:
    progress.report(0.0, "Reading what it follows")
    return read_beginning(studio.library.object_path(object_id), progress)


def _continued(heard: SoundsToHear, studio: Studio, progress: Progress) -> dict[str, Any]:
    """Return the sound to go on from and where that happens; of a long one only what is heard, which ends there."""
    from infinite_studio.audio.reading import read_audio

    progress.report(0.0, "Reading what it goes on from")
    path = studio.library.object_path(heard.continued)
    if is_long(path):
        before = read_before(path, heard.cut_seconds, heard.context_seconds, progress)
        return {"continued": before, "cut_frame": None}
    source = read_audio(path, progress)
    cut = None if heard.cut_seconds is None else round(heard.cut_seconds * source.sample_rate)
    return {"continued": source, "cut_frame": cut}

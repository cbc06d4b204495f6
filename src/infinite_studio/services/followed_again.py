"""From the recipe of a take that followed stored sounds back to its request, the sounds included."""

from dataclasses import replace

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.progress import Progress
from infinite_studio.services.composer import repeating_engine
from infinite_studio.services.heard_sounds import (
    DEFAULT_CONTEXT_SECONDS,
    SoundsToHear,
    heard_by,
    like_of,
    with_sounds,
)
from infinite_studio.services.renders import is_stored
from infinite_studio.services.studio import Studio

_CLOSENESS, _CUT = "closeness", "cut_frame"
_TUNE, _CONTINUATION = "follows_melody_of_sound", "is_continuation"
_SAID_OF_SOUNDS = frozenset({_TUNE, "follows_like", _CONTINUATION, _CLOSENESS, "context_seconds", _CUT})


class MissingInputError(StudioError):
    """A take that cannot be made again because a sound that it follows is gone."""

    def __init__(self, object_id: str) -> None:
        super().__init__(
            "This take cannot be made again: a sound that it follows is no longer in the library.",
            hint="Drop that sound into the library again, or repair the library from a bundle or a backup.",
        )
        self.object_id = object_id


def followed_request(recipe: Recipe, studio: Studio, progress: Progress) -> GenerationRequest | None:
    """Return the request behind a recipe with the sounds that it names; None where it does not say enough.

    Raises
    ------
    MissingInputError
        If the library does not have one of the sounds any more.
    """
    engine, heard = repeating_engine(recipe, studio.generators), heard_by(recipe) or _old_heard(recipe)
    if engine is None or heard is None:
        return None
    said = recipe.parameters
    plain = {name: value for name, value in said.items() if name not in _SAID_OF_SOUNDS}
    request = engine.request_of(replace(recipe, parameters=plain))
    if request is None:
        return None
    gone = next((object_id for object_id in heard.object_ids if not is_stored(object_id, studio)), None)
    if gone is not None:
        raise MissingInputError(gone)
    closeness = float(said.get(_CLOSENESS, GenerationRequest.closeness))
    return with_sounds(replace(request, like=like_of(recipe), closeness=closeness), heard, studio, progress)


def _old_heard(recipe: Recipe) -> SoundsToHear | None:
    """Read recipes of before, which name their one sound and what it was for, but no place in it."""
    said, inputs = recipe.parameters, recipe.input_object_ids
    if len(inputs) != 1 or "follows_like" in said:
        return None
    if _TUNE in said and _CONTINUATION not in said:
        return SoundsToHear(melody=inputs[0])
    if _CONTINUATION in said and _TUNE not in said and said.get(_CUT) is None:
        seconds = float(said.get("context_seconds", DEFAULT_CONTEXT_SECONDS))
        return SoundsToHear(continued=inputs[0], context_seconds=seconds)
    return None

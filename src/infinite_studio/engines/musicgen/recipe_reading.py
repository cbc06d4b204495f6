"""From a recipe of MusicGen's back to the request."""

from collections.abc import Mapping
from typing import Any

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError, Sampling
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note

_NEEDS_SOUNDS = (
    "follows_melody_of_sound",
    "follows_like",
    "is_continuation",
    "closeness",
    "cut_short_seconds",
)


def request_of(recipe: Recipe) -> GenerationRequest | None:
    """Return the request that makes the same take; None where it followed sounds or was cut short.

    Raises
    ------
    InvalidRequestError
        If the recipe makes no sense.
    """
    said = recipe.parameters
    if any(name in said for name in _NEEDS_SOUNDS) or "window_share" in said:
        return None
    try:
        # Recipes of before say only what was made, which asks for the same.
        asked = said.get("asked", {**said, "precision": ""})
        key = asked.get("key")
        bars = asked.get("bars")
        seconds = asked.get("duration_seconds") if bars is None else None
        return GenerationRequest(
            recipe.prompt,
            tempo_bpm=_number(asked.get("tempo_bpm")),
            key=Key.parse(key) if key else None,
            bars=None if bars is None else int(bars),
            duration_seconds=_number(seconds),
            seed=int(recipe.seed or 0),
            melody=tuple(_note(*values) for values in said.get("melody", ())),
            is_loop=bool(said.get("is_loop", False)),
            sampling=_sampling(said),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidRequestError(
            "This recipe of MusicGen cannot be read.", hint="Use its sound as it is, or vary it."
        ) from error


def _sampling(said: Mapping[str, Any]) -> Sampling:
    """Return how tokens were drawn; in the precision that was used, since another makes other sound."""
    usual = Sampling()
    return Sampling(
        guidance=float(said.get("guidance", usual.guidance)),
        temperature=float(said.get("temperature", usual.temperature)),
        top_k=int(said.get("top_k", usual.top_k)),
        top_p=float(said.get("top_p", usual.top_p)),
        precision=str(said.get("precision", "")),
        window_seeds={int(place): int(seed) for place, seed in said.get("window_seeds", {}).items()},
    )


def _note(pitch: float, start_beat: float, length_beats: float, velocity: float) -> Note:
    return Note(int(pitch), float(start_beat), float(length_beats), float(velocity))


def _number(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)

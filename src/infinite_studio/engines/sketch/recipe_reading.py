"""From a recipe of the built-in composer back to its request; light, so that anyone may ask what a recipe says."""

from collections.abc import Mapping
from typing import Any

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType

ENGINE = "sketch"


def request_of(recipe: Recipe) -> GenerationRequest:
    """Return the request that makes a recipe's take again.

    Raises
    ------
    InvalidRequestError
        If the recipe is another engine's or its values cannot be read.
    """
    if recipe.engine != ENGINE:
        raise InvalidRequestError(
            f"This sound was not made by the built-in composer but by “{recipe.engine}”.",
            hint="Use the engine that made it.",
        )
    try:
        return _request(recipe)
    except (KeyError, TypeError, ValueError, AttributeError, StudioError) as error:
        raise InvalidRequestError(
            "The recipe of this take cannot be read.", hint="Make the take again from its prompt."
        ) from error


def _request(recipe: Recipe) -> GenerationRequest:
    found = recipe.parameters
    like = found.get("like")
    bars, seconds = found.get("bars"), found.get("duration_seconds")
    return GenerationRequest(
        recipe.prompt,
        tempo_bpm=float(found["tempo_bpm"]),
        key=Key.parse(found["key"]),
        bars=None if bars is None else int(bars),
        duration_seconds=None if seconds is None else float(seconds),
        seed=int(recipe.seed or 0),
        melody=_notes_from_json(found.get("melody", ())),
        like=None if like is None else _blueprint_from_json(like),
        closeness=float(found.get("closeness", GenerationRequest.closeness)),
        is_continuation=bool(found.get("is_continuation", False)),
        is_loop=bool(found.get("is_loop", False)),
        part_seeds={StemType(stem): int(seed) for stem, seed in found.get("part_seeds", {}).items()},
    )


def _notes_from_json(values: list[list[float]]) -> tuple[Note, ...]:
    return tuple(
        Note(int(pitch), float(start), float(length), float(velocity))
        for pitch, start, length, velocity in values
    )


def _blueprint_from_json(values: Mapping[str, Any]) -> Blueprint:
    key = values.get("key")
    return Blueprint(
        tempo_bpm=float(values["tempo_bpm"]),
        key=None if key is None else Key.parse(key),
        chords=tuple(str(chord) for chord in values.get("chords", ())),
        density=float(values.get("density", 0.5)),
        brightness=float(values.get("brightness", 0.5)),
        energy=float(values.get("energy", 0.5)),
        style=str(values.get("style", "")),
        n_bars=int(values.get("n_bars", 0)),
        melody=_notes_from_json(values.get("melody", ())),
    )

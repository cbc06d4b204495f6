"""Generation requests as JSON values, so that what was asked for can be asked for again after a restart."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from infinite_studio.engines.base import GenerationRequest, Sampling, SoundSources
from infinite_studio.errors import StudioError
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType


class UnreadableRequestError(StudioError):
    """Values that describe no request that this version knows."""

    def __init__(self) -> None:
        super().__init__("What was asked for cannot be read any more.", hint="Ask for it again.")


def request_values(request: GenerationRequest) -> dict[str, Any] | None:
    """Return a request as JSON values; None where it follows a sound, which is held in memory only."""
    if request.sounds != SoundSources():
        return None
    values = asdict(replace(request, sounds=SoundSources(), part_seeds={}, sampling=Sampling()))
    del values["sounds"]
    values["part_seeds"] = {stem.value: seed for stem, seed in request.part_seeds.items()}
    sampling = asdict(replace(request.sampling, window_seeds={}))
    values["sampling"] = {
        **sampling,
        "window_seeds": {str(place): seed for place, seed in request.sampling.window_seeds.items()},
    }
    return values


def request_from(values: Mapping[str, Any]) -> GenerationRequest:
    """Return the request that `request_values` described.

    Raises
    ------
    UnreadableRequestError
        If it is not one.
    """
    try:
        fields = dict(values)
        fields["key"] = _key(fields.get("key"))
        fields["melody"] = _notes(fields.get("melody", ()))
        fields["like"] = _blueprint(fields.get("like"))
        fields["part_seeds"] = {
            StemType(stem): int(seed) for stem, seed in fields.get("part_seeds", {}).items()
        }
        fields["sampling"] = _sampling(fields.get("sampling", {}))
        return GenerationRequest(**fields)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnreadableRequestError from error


def blueprint_values(blueprint: Blueprint) -> dict[str, Any]:
    """Return what a piece is like as JSON values."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(blueprint)))
    return values


def blueprint_from(values: Mapping[str, Any]) -> Blueprint:
    """Return the blueprint that `blueprint_values` described.

    Raises
    ------
    UnreadableRequestError
        If it is not one.
    """
    try:
        found = _blueprint(values)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnreadableRequestError from error
    assert found is not None
    return found


def _key(values: Mapping[str, Any] | None) -> Key | None:
    return Key(int(values["tonic"]), Mode(values["mode"])) if values is not None else None


def _notes(values: Iterable[Mapping[str, Any]]) -> tuple[Note, ...]:
    return tuple(Note(**note) for note in values)


def _blueprint(values: Mapping[str, Any] | None) -> Blueprint | None:
    if values is None:
        return None
    fields = {**values, "key": _key(values.get("key")), "melody": _notes(values.get("melody", ()))}
    return Blueprint(**{**fields, "chords": tuple(values.get("chords", ()))})


def _sampling(values: Mapping[str, Any]) -> Sampling:
    seeds = {int(place): int(seed) for place, seed in values.get("window_seeds", {}).items()}
    return Sampling(**{**values, "window_seeds": seeds})

"""What made a sound, so that it can be told and made again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """How a take or a stem was made.

    Parameters
    ----------
    engine : str
        Registered name of the engine, such as ``sketch`` or ``quick``; ``import`` for a dropped file.
    model_revision : str
        Version of the engine's code or weights.
    prompt : str
        The prompt as written; empty for engines without one.
    parameters : Mapping
        What else was asked for: JSON values only.
    seed : int or None
        Seed of the random choices; None where there are none.
    device : str
        ``cpu``, ``cuda`` or ``mps``.
    input_object_ids : tuple of str
        Object ids of the sounds that went in.
    """

    engine: str
    model_revision: str
    prompt: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    device: str = "cpu"
    input_object_ids: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as JSON values."""
        return {
            "engine": self.engine,
            "model_revision": self.model_revision,
            "prompt": self.prompt,
            "parameters": dict(self.parameters),
            "seed": self.seed,
            "device": self.device,
            "input_object_ids": list(self.input_object_ids),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Recipe":
        """Read a recipe back from `to_json`'s values; unknown keys are ignored, for newer libraries."""
        return cls(
            engine=str(data["engine"]),
            model_revision=str(data.get("model_revision", "")),
            prompt=str(data.get("prompt", "")),
            parameters=MappingProxyType(dict(data.get("parameters", {}))),
            seed=data.get("seed"),
            device=str(data.get("device", "cpu")),
            input_object_ids=tuple(data.get("input_object_ids", ())),
        )

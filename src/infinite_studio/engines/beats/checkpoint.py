"""Reads a checkpoint of beat_this as its authors publish them, and nothing that would run code."""

import inspect
import pickle
import warnings
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from infinite_studio.errors import StudioError

_LARGEST = {
    "spect_dim": 1_024,
    "transformer_dim": 4_096,
    "ff_mult": 16,
    "n_layers": 48,
    "head_dim": 512,
    "stem_dim": 512,
}
_OTHERS = frozenset({"dropout", "sum_head", "partial_transformers"})


class UnusableBeatsCheckpointError(StudioError):
    """A checkpoint that is there and is none that can be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"“{path.name}” cannot be used: {reason}.",
            hint="Verify the weights, or remove and download them again.",
        )
        self.path = path
        self.reason = reason


def load_model(path: Path) -> Any:  # noqa: ANN401 - a network of torch, which is loaded when first needed
    """Return the network of a checkpoint, ready to listen, on the CPU.

    Raises
    ------
    UnusableBeatsCheckpointError
        If the file is damaged, is for another version, or holds code.
    """
    checkpoint = _read(path)
    model_class = import_module("beat_this.model.beat_tracker").BeatThis
    shape = _shape(path, checkpoint, set(inspect.signature(model_class).parameters))
    try:
        model = model_class(**shape)
        model.load_state_dict(_state(checkpoint))
    except (RuntimeError, TypeError, ValueError, KeyError, AttributeError, AssertionError) as error:
        raise UnusableBeatsCheckpointError(path, "it is for another version of beat_this") from error
    return model.float().eval().requires_grad_(requires_grad=False)


def _read(path: Path) -> Mapping[str, Any]:
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise UnusableBeatsCheckpointError(path, _refusal(str(error))) from error
    except (
        OSError,
        RuntimeError,
        EOFError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        IndexError,
    ) as error:
        raise UnusableBeatsCheckpointError(path, "the file is damaged") from error
    if not isinstance(found, dict) or not isinstance(found.get("state_dict"), dict):
        raise UnusableBeatsCheckpointError(path, "it is no checkpoint of beat_this")
    return found


def _refusal(said: str) -> str:
    holds_code = "GLOBAL" in said or "Unsupported class" in said or "Unsupported operand" in said
    return "it holds code, which is never run" if holds_code else "the file is damaged"


def _shape(path: Path, checkpoint: Mapping[str, Any], wanted: set[str]) -> dict[str, Any]:
    """Return what the network is built with; sizes that no such network has would only fill the memory."""
    given = checkpoint.get("hyper_parameters")
    if not isinstance(given, dict):
        raise UnusableBeatsCheckpointError(path, "it does not say how its network is built")
    shape = {name: value for name, value in given.items() if name in wanted}
    for name, value in shape.items():
        largest = _LARGEST.get(name)
        is_size = largest is not None and isinstance(value, int) and 0 < value <= largest
        if not is_size and name not in _OTHERS:
            raise UnusableBeatsCheckpointError(path, f"its “{name}” is {value!r:.40}")
    return shape


def _state(checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    """Return the weights by the names of the network alone, without those of the trainer around it."""
    return {str(name).replace("model.", ""): value for name, value in checkpoint["state_dict"].items()}

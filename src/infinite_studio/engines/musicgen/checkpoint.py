"""Reading weights without running anything that is in them."""

import pickle
import struct
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infinite_studio.engines.musicgen.shape import UnusableCheckpointError
from infinite_studio.errors import StudioError

if TYPE_CHECKING:
    from torch import Tensor

STATE_FILE = "state_dict.bin"
COMPRESSION_FILE = "compression_state_dict.bin"
# The unpickler takes any bytes for instructions, and fails in any of these ways at those that make no sense.
_DAMAGE = (
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    struct.error,
)


class UnsafeCheckpointError(StudioError):
    """A checkpoint that holds more than numbers; nothing in it was run."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"“{path.name}” holds program code, so it was not opened.",
            hint="Remove it and download the weights from their publisher.",
        )
        self.path = path


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint holds: a configuration as YAML, numbers by name, or the name of another model."""

    config: str
    tensors: Mapping[str, "Tensor"]
    pretrained: str = ""


def read_checkpoint(path: Path, name: str) -> Checkpoint:
    """Read a checkpoint in audiocraft's format; only numbers, texts and containers are let in.

    Raises
    ------
    UnsafeCheckpointError
        If there is anything else in it.
    UnusableCheckpointError
        If it is damaged or is not such a checkpoint.
    """
    values = _load(path, name)
    if not isinstance(values, dict):
        raise UnusableCheckpointError(name, f"“{path.name}” is no checkpoint")
    if "pretrained" in values:
        return Checkpoint("", {}, pretrained=str(values["pretrained"]))
    if not isinstance(values.get("xp.cfg"), str) or not isinstance(values.get("best_state"), dict):
        raise UnusableCheckpointError(name, f"“{path.name}” has no configuration or no numbers")
    return Checkpoint(values["xp.cfg"], values["best_state"])


def _load(path: Path, name: str) -> object:
    import torch

    if not path.is_file():
        raise UnusableCheckpointError(name, f"“{path.name}” is missing")
    try:
        with warnings.catch_warnings():
            # What it would like to say about bytes that make no sense is told as damage.
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as error:
        if "global" in str(error).lower():
            raise UnsafeCheckpointError(path) from error
        raise UnusableCheckpointError(name, f"“{path.name}” is damaged") from error
    except _DAMAGE as error:
        raise UnusableCheckpointError(name, f"“{path.name}” is damaged") from error

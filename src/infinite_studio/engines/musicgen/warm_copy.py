"""A copy of a model in the form and precision in use, so that the next start reads no checkpoint again."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infinite_studio.engines.musicgen.checkpoint import COMPRESSION_FILE, STATE_FILE, Checkpoint
from infinite_studio.engines.musicgen.precision import Precision

if TYPE_CHECKING:
    from torch import Tensor

_VERSION = 1
_CODEC = "codec."
_CONDITIONERS = "condition_provider."


@dataclass(frozen=True)
class ModelParts:
    """Everything that a model is made of: packed numbers, those of conditioners, and the codec's checkpoint."""

    config: str
    packed: "Mapping[str, Tensor]"
    conditioners: "Mapping[str, Tensor]"
    codec: Checkpoint


class WarmCopies:
    """The copies in a folder; whatever is wrong with one, the checkpoint is read instead.

    Parameters
    ----------
    folder : Path
        Where they lie; made when the first one is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str, precision: Precision) -> Path:
        """Return where the copy of a model lies."""
        return self._folder / f"{name}-{precision}.safetensors"

    def read(self, name: str, precision: Precision, weights: Path) -> ModelParts | None:
        """Return the copy, or None where there is none that was made from these weights."""
        from safetensors import SafetensorError, safe_open

        path = self.path(name, precision)
        if not path.is_file():
            return None
        try:
            with safe_open(path, framework="pt") as copy:
                about = json.loads((copy.metadata() or {})["about"])
                if about["source"] != fingerprint(weights):
                    return None
                tensors = {key: copy.get_tensor(key) for key in copy.keys()}  # noqa: SIM118 - no mapping
        except (SafetensorError, OSError, KeyError, ValueError):
            return None
        codec = Checkpoint(about["codec_config"], _under(tensors, _CODEC), about["codec_pretrained"])
        conditioners = {key: value for key, value in tensors.items() if key.startswith(_CONDITIONERS)}
        packed = {key: value for key, value in tensors.items() if not key.startswith((_CONDITIONERS, _CODEC))}
        return ModelParts(about["config"], packed, conditioners, codec)

    def keep(self, name: str, precision: Precision, weights: Path, parts: ModelParts) -> bool:
        """Write a copy; a disk that is full costs only the copy. Return whether it was kept."""
        from safetensors import SafetensorError
        from safetensors.torch import save_file

        path = self.path(name, precision)
        unfinished = path.with_suffix(".part")
        about = {
            "source": fingerprint(weights),
            "config": parts.config,
            "codec_config": parts.codec.config,
            "codec_pretrained": parts.codec.pretrained,
        }
        tensors = {**parts.packed, **parts.conditioners}
        tensors |= {f"{_CODEC}{key}": value for key, value in parts.codec.tensors.items()}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            whole = {key: value.detach().cpu().contiguous().clone() for key, value in tensors.items()}
            save_file(whole, unfinished, metadata={"about": json.dumps(about)})
            unfinished.replace(path)
        except (OSError, SafetensorError):
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
            return False
        return True


def fingerprint(weights: Path) -> list[int]:
    """Return what changes when the files of a model are replaced."""
    found = [_VERSION]
    for file in (STATE_FILE, COMPRESSION_FILE):
        facts = (weights / file).stat()
        found += [facts.st_size, facts.st_mtime_ns]
    return found


def _under(tensors: "Mapping[str, Tensor]", prefix: str) -> "dict[str, Tensor]":
    return {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}

"""A copy of a model in the form and precision in use, so that the next start reads no checkpoint again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infinite_studio.engines.musicgen.chroma import ChromaShape
from infinite_studio.engines.musicgen.codec_parts import CodecParts
from infinite_studio.engines.musicgen.conditioners import ConditionerParts
from infinite_studio.engines.musicgen.kept_tensors import write_tensors
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.seanet import CodecShape
from infinite_studio.engines.musicgen.shape import ModelShape

if TYPE_CHECKING:
    from torch import Tensor

_VERSION = 2
_NETWORK, _CONDITIONERS, _CODEC = "network.", "conditioners.", "codec."


@dataclass(frozen=True)
class ModelParts:
    """Everything that a model is made of but what reads its descriptions."""

    shape: ModelShape
    packed: "Mapping[str, Tensor]"
    conditioners: ConditionerParts
    codec: CodecParts


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

    def read(self, name: str, precision: Precision, sources: tuple[Path, ...]) -> ModelParts | None:
        """Return the copy, mapped into memory, or None where there is none that was made from these files."""
        from safetensors import SafetensorError, safe_open

        path = self.path(name, precision)
        if not path.is_file():
            return None
        try:
            with safe_open(path, framework="pt") as copy:
                about = json.loads((copy.metadata() or {})["about"])
            if about["sources"] != fingerprint(sources):
                return None
            return _parts_of(about, *(_mapped(path, part) for part in (_NETWORK, _CONDITIONERS, _CODEC)))
        except (SafetensorError, OSError, KeyError, ValueError, TypeError):
            return None

    def keep(
        self,
        name: str,
        precision: Precision,
        sources: tuple[Path, ...],
        parts: ModelParts,
        told: Callable[[float], None] = lambda _: None,
    ) -> bool:
        """Write a copy; a disk that is full costs only the copy. Return whether it was kept."""
        tensors = {f"{_NETWORK}{key}": value for key, value in parts.packed.items()}
        tensors |= {f"{_CONDITIONERS}{key}": value for key, value in parts.conditioners.tensors.items()}
        tensors |= {f"{_CODEC}{key}": value for key, value in parts.codec.tensors.items()}
        try:
            about = json.dumps(_about(parts) | {"sources": fingerprint(sources)})
            self._folder.mkdir(parents=True, exist_ok=True)
            write_tensors(self.path(name, precision), tensors, {"about": about}, told)
        except OSError:
            return False
        return True


def fingerprint(sources: tuple[Path, ...]) -> list[int]:
    """Return what changes when the files of a model are replaced."""
    found = [_VERSION]
    for file in sources:
        facts = file.stat()
        found += [facts.st_size, facts.st_mtime_ns]
    return found


def _about(parts: ModelParts) -> dict[str, Any]:
    return {
        "shape": asdict(parts.shape),
        "reader": parts.conditioners.reader,
        "chroma": asdict(parts.conditioners.chroma) if parts.conditioners.chroma else None,
        "codec_shape": asdict(parts.codec.shape) if parts.codec.shape else None,
        "is_stereo": parts.codec.is_stereo,
        "codec_config": parts.codec.config,
    }


def _mapped(path: Path, part: str) -> "dict[str, Tensor]":
    """Map the tensors of a part; int8 weights apart, so that their pages go when a decoder has put them elsewhere."""
    from safetensors import safe_open

    found: dict[str, Tensor] = {}
    for are_coarse in (True, False):
        with safe_open(path, framework="pt") as copy:
            names = {name for name in copy.keys() if name.startswith(part)}  # noqa: SIM118 - no mapping
            for name in sorted(names):
                is_coarse = name.endswith(".weight") and f"{name.removesuffix('weight')}scale" in names
                if is_coarse is are_coarse:
                    found[name.removeprefix(part)] = copy.get_tensor(name)
    return found


def _parts_of(
    about: Mapping[str, Any],
    network: "Mapping[str, Tensor]",
    conditioners: "Mapping[str, Tensor]",
    codec_tensors: "Mapping[str, Tensor]",
) -> ModelParts:
    shape: dict[str, Any] = dict(about["shape"])
    shape |= {key: tuple(value) for key, value in shape.items() if isinstance(value, list)}
    codec = about["codec_shape"]
    if codec:
        codec = CodecShape(**{**codec, "ratios": tuple(codec["ratios"])})
    chroma = ChromaShape(**about["chroma"]) if about["chroma"] else None
    return ModelParts(
        ModelShape(**shape),
        network,
        ConditionerParts(conditioners, about["reader"], chroma),
        CodecParts(codec_tensors, codec, about["is_stereo"], about["codec_config"]),
    )

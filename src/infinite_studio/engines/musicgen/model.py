"""A MusicGen model in memory, and how it gets there."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from infinite_studio.engines.device import DeviceKind
from infinite_studio.engines.musicgen.audiocraft_door import open_audiocraft
from infinite_studio.engines.musicgen.checkpoint import COMPRESSION_FILE, STATE_FILE, read_checkpoint
from infinite_studio.engines.musicgen.codec import ENCODEC, Codec, build_codec
from infinite_studio.engines.musicgen.conditioners import Conditioners, build_conditioners
from infinite_studio.engines.musicgen.decoder import Decoder
from infinite_studio.engines.musicgen.layers import network_of
from infinite_studio.engines.musicgen.packing import pack
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.shape import ModelShape, read_config, shape_of
from infinite_studio.engines.musicgen.stepping import make_decoder
from infinite_studio.engines.musicgen.warm_copy import ModelParts, WarmCopies
from infinite_studio.progress import Progress

if TYPE_CHECKING:
    from omegaconf import DictConfig

_EXTRA_POSITIONS = 600
_OTHER_PARTS_BYTES = 700_000_000
_LARGEST_POINTER_BYTES = 10_000
READER = "t5-base"


class Weights(Protocol):
    """Where weights lie."""

    def is_here(self, name: str) -> bool:
        """Whether all files of that name are there."""

    def folder_of(self, name: str) -> Path:
        """Return the folder with the files of that name; raises a `StudioError` where they are missing."""


@dataclass(frozen=True)
class LoadedModel:
    """A network with all that it needs to turn words into sound."""

    name: str
    shape: ModelShape
    decoder: Decoder
    conditioners: Conditioners
    codec: Codec
    precision: Precision
    device: DeviceKind
    memory_bytes: int

    @property
    def max_frames(self) -> int:
        """Longest window, in frames of tokens."""
        return int(self.shape.segment_seconds * self.codec.frame_rate)


def needed_beside(name: str, weights: Weights) -> tuple[str, ...]:
    """Return the names of other weights that a model needs; told without reading any.

    Published checkpoints name their codec; those of other makers may hold it, which shows in the size of the file.
    """
    if weights.is_here(name):
        codec = weights.folder_of(name) / COMPRESSION_FILE
        if codec.is_file() and codec.stat().st_size > _LARGEST_POINTER_BYTES:
            return (READER,)
    return (READER, ENCODEC)


def load_model(
    name: str,
    weights: Weights,
    precision: Precision,
    device: DeviceKind,
    copies: WarmCopies | None,
    progress: Progress,
) -> LoadedModel:
    """Load a model from local files, from its copy where there is one.

    Raises
    ------
    StudioError
        If weights are missing, damaged, or not only numbers.
    """
    folder = weights.folder_of(name)
    for other in needed_beside(name, weights):
        weights.folder_of(other)
    progress.report(0.0, "Loading the model")
    open_audiocraft()
    parts = copies.read(name, precision, folder) if copies else None
    if parts is None:
        parts = _parts_of(folder, name, precision, progress)
        if copies is not None:
            progress.report(0.5, "Keeping a quick copy of the model")
            copies.keep(name, precision, folder, parts)
    progress.report(0.7, "Loading the model")
    return _assemble(name, read_config(parts.config), parts, weights, precision, device, progress)


def _parts_of(folder: Path, name: str, precision: Precision, progress: Progress) -> ModelParts:
    checkpoint = read_checkpoint(folder / STATE_FILE, name)
    codec = read_checkpoint(folder / COMPRESSION_FILE, name)
    shape = shape_of(read_config(checkpoint.config), name)
    packed = pack(checkpoint.tensors, shape, precision, name, lambda done: progress.report(0.5 * done))
    conditioners = {
        key: value.float()
        for key, value in checkpoint.tensors.items()
        if key.startswith("condition_provider.")
    }
    return ModelParts(checkpoint.config, packed, conditioners, codec)


def _assemble(
    name: str,
    config: "DictConfig",
    parts: ModelParts,
    weights: Weights,
    precision: Precision,
    device: DeviceKind,
    progress: Progress,
) -> LoadedModel:
    shape = shape_of(config, name)
    conditioners = build_conditioners(config, parts.conditioners, shape, weights.folder_of, name)
    progress.report(0.85)
    # Some of EnCodec's operations come out wrong on Apple's GPU.
    codec_device = "cpu" if device == "mps" else device
    codec = build_codec(parts.codec, config, weights.folder_of, name, shape.n_codebooks, codec_device)
    n_positions = int(shape.segment_seconds * codec.frame_rate) + _EXTRA_POSITIONS
    network = network_of(parts.packed, shape, device, n_positions)
    size = sum(tensor.nbytes for tensor in parts.packed.values()) + _OTHER_PARTS_BYTES
    progress.report(1.0)
    return LoadedModel(name, shape, make_decoder(network), conditioners, codec, precision, device, size)

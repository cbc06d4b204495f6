"""A MusicGen model in memory, and how it gets there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from infinite_studio.engines.device import DeviceKind
from infinite_studio.engines.musicgen.codec import Codec, build_codec
from infinite_studio.engines.musicgen.conditioners import Conditioners
from infinite_studio.engines.musicgen.decoder import Decoder
from infinite_studio.engines.musicgen.layers import network_of
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.shape import ModelShape
from infinite_studio.engines.musicgen.sources import Source, others_needed, source_of
from infinite_studio.engines.musicgen.stepping import make_decoder
from infinite_studio.engines.musicgen.warm_copy import ModelParts, WarmCopies
from infinite_studio.progress import Part, Progress

_EXTRA_POSITIONS = 600
# What a step keeps beside the network: keys and values, float32, of both rows of guidance.
_BYTES_PER_KEPT_NUMBER = 4 * 2 * 2


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
    """Return the names of other weights that a model needs; told without reading any."""
    return others_needed(weights.folder_of(name) if weights.is_here(name) else None)


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
    source = source_of(name, folder, weights.folder_of)
    parts = copies.read(name, precision, source.files) if copies else None
    if parts is None:
        parts = _first_parts(name, source, precision, copies, progress)
    progress.report(0.9, "Loading the model")
    return _assemble(name, parts, source, precision, device)


def _first_parts(
    name: str, source: Source, precision: Precision, copies: WarmCopies | None, progress: Progress
) -> ModelParts:
    """Read the checkpoint, and go on with its copy, which takes no memory of its own."""
    parts = source.parts(precision, Part(progress, 0.0, 0.6).report)
    if copies is None:
        return parts
    keeping = Part(progress, 0.6, 0.9)
    keeping.report(0.0, "Keeping a quick copy of the model")
    if not copies.keep(name, precision, source.files, parts, keeping.report):
        return parts
    return copies.read(name, precision, source.files) or parts


def _assemble(
    name: str, parts: ModelParts, source: Source, precision: Precision, device: DeviceKind
) -> LoadedModel:
    shape = parts.shape
    conditioners = Conditioners(parts.conditioners, source.reader(parts.conditioners.reader), shape)
    # Some of EnCodec's operations come out wrong on Apple's GPU.
    codec = build_codec(parts.codec, name, shape.n_codebooks, "cpu" if device == "mps" else device)
    n_positions = int(shape.segment_seconds * codec.frame_rate) + _EXTRA_POSITIONS
    network = network_of(parts.packed, shape, device, n_positions)
    tensors = (*parts.packed.values(), *parts.codec.tensors.values())
    kept = shape.n_layers * shape.dim * n_positions * _BYTES_PER_KEPT_NUMBER
    size = sum(tensor.nbytes for tensor in tensors) + kept
    return LoadedModel(name, shape, make_decoder(network), conditioners, codec, precision, device, size)

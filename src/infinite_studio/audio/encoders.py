"""Encoders: one target, opened, fed and counted."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.float_wave import RF64_BYTES, FloatWave
from infinite_studio.audio.sanitise import (
    BitDepth,
    Gate,
    Quantiser,
    SoundFormat,
    UnwritableSoundError,
    require_writable,
)
from infinite_studio.audio.sndfile import FAILURES, OnePass, native
from infinite_studio.progress import Progress

WRITE_BLOCK_FRAMES = 16_384
HEADER_BYTES = 65_536
_SUBTYPES = {BitDepth.INT_16: "PCM_16", BitDepth.INT_24: "PCM_24", BitDepth.FLOAT_32: "FLOAT"}
_LOSSY = {SoundFormat.OGG: "VORBIS", SoundFormat.OPUS: "OPUS", SoundFormat.MP3: "MPEG_LAYER_III"}
_LOSSY_BITS_PER_SECOND = 160_000


@dataclass(frozen=True)
class Target:
    """What shall be written: a format with its depth, rate, channels and length."""

    sound_format: SoundFormat
    bit_depth: BitDepth | None
    sample_rate: int
    n_channels: int
    n_frames: int

    @property
    def subtype(self) -> str:
        """How libsndfile calls the coding."""
        return _LOSSY[self.sound_format] if self.bit_depth is None else _SUBTYPES[self.bit_depth]

    @property
    def container(self) -> str:
        """How libsndfile calls the container; plain WAV silently loses frames past 4 GiB."""
        if self.sound_format is SoundFormat.WAV:
            return "RF64" if self.data_bytes > RF64_BYTES else "WAV"
        return "OGG" if self.sound_format is SoundFormat.OPUS else self.sound_format.upper()

    @property
    def data_bytes(self) -> int:
        """Bytes of samples before lossless packing, or an upper estimate for lossy formats."""
        if self.bit_depth is None:
            seconds = self.n_frames / self.sample_rate
            return int(seconds * _LOSSY_BITS_PER_SECOND / 8 * self.n_channels)
        return self.n_frames * self.n_channels * self.bit_depth // 8

    @property
    def needed_bytes(self) -> int:
        """What the disk should have free before writing begins."""
        packed = self.data_bytes * 7 // 10 if self.sound_format is SoundFormat.FLAC else self.data_bytes
        return packed + HEADER_BYTES


def target_of(
    chosen: SoundFormat, bit_depth: BitDepth | None, sample_rate: int, n_channels: int, n_frames: int
) -> Target:
    """Return the target, or refuse what the format cannot hold."""
    require_writable(chosen, sample_rate, n_channels)
    if n_frames < 1:
        raise UnwritableSoundError("There is nothing to write: it is zero frames long.")
    if chosen in _LOSSY:
        return Target(chosen, None, sample_rate, n_channels, n_frames)
    depth = bit_depth or BitDepth.INT_24
    if chosen is SoundFormat.FLAC and depth is BitDepth.FLOAT_32:
        raise UnwritableSoundError("FLAC cannot hold 32-bit float.", hint="Choose 24 bits, or WAV.")
    return Target(chosen, depth, sample_rate, n_channels, n_frames)


def _opened(file: Path | io.BytesIO, target: Target) -> OnePass | FloatWave:
    if target.bit_depth is BitDepth.FLOAT_32 and isinstance(file, Path):
        return FloatWave(file, target.n_frames, target.n_channels, target.sample_rate)
    quality: dict[str, object] = {}
    if target.sound_format is SoundFormat.MP3:
        quality = {"compression_level": 0.0, "bitrate_mode": "VARIABLE"}
    elif target.sound_format is SoundFormat.OGG:
        quality = {"compression_level": 0.3}
    return OnePass(
        native(file),
        "w",
        samplerate=target.sample_rate,
        channels=target.n_channels,
        subtype=target.subtype,
        format=target.container,
        **quality,
    )


def _pieces(blocks: Iterable[Samples]) -> Iterator[Samples]:
    for block in blocks:
        for start in range(0, block.shape[0], WRITE_BLOCK_FRAMES):
            yield block[start : start + WRITE_BLOCK_FRAMES]


def encode(
    file: Path | io.BytesIO, target: Target, blocks: Iterable[Samples], gate: Gate, progress: Progress
) -> None:
    """Feed all blocks through the gate into an encoder.

    Raises
    ------
    ValueError
        If the blocks hold another number of frames than the target says: a mistake of the caller.
    """
    quantiser = None
    if target.bit_depth in {BitDepth.INT_16, BitDepth.INT_24}:
        quantiser = Quantiser(BitDepth(target.bit_depth))
    written = 0
    with _opened(file, target) as encoder:
        for piece in _pieces(blocks):
            clean = gate.passed(piece)
            _put(encoder, clean if quantiser is None else quantiser.quantised(clean))
            written += piece.shape[0]
            progress.report(min(written / target.n_frames, 1.0), "Writing")
    if written != target.n_frames:
        raise ValueError(f"{target.n_frames} frames were announced and {written} came")


def _put(encoder: OnePass | FloatWave, block: NDArray[np.generic]) -> None:
    try:
        encoder.write(block)
    except AssertionError as error:
        raise soundfile.SoundFileRuntimeError("fewer frames were taken than given") from error


def counted(path: Path, target: Target, progress: Progress) -> int:
    """Return how many frames really come out of a written file."""
    frames = 0
    with OnePass(native(path)) as decoder:
        if target.sound_format is SoundFormat.WAV:
            return int(decoder.frames)
        try:
            while block := len(decoder.read(4 * WRITE_BLOCK_FRAMES, dtype="float32", always_2d=True)):
                frames += block
                progress.report(min(frames / target.n_frames, 1.0), "Checking")
        except FAILURES:
            return frames
    return frames

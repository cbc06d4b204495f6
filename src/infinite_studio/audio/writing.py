"""Sound files out: through one gate, whole or not at all, and counted before they are called done."""

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.files import DiskFullError, atomic_path, free_bytes
from infinite_studio.audio.float_wave import float_wave
from infinite_studio.audio.sanitise import (
    LIMITS,
    BitDepth,
    Gate,
    Quantiser,
    SoundFormat,
    UnwritableSoundError,
    require_writable,
)
from infinite_studio.audio.sndfile import OnePass, native
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress, Silence

__all__ = [
    "BitDepth",
    "IncompleteFileError",
    "SoundFormat",
    "UnwritableSoundError",
    "WriteReport",
    "encode_object",
    "write_audio",
    "write_blocks",
]

WRITE_BLOCK_FRAMES = 16_384
RF64_BYTES = 4_000_000_000
_SUBTYPES = {BitDepth.INT_16: "PCM_16", BitDepth.INT_24: "PCM_24", BitDepth.FLOAT_32: "FLOAT"}
_LOSSY = {SoundFormat.OGG: "VORBIS", SoundFormat.OPUS: "OPUS", SoundFormat.MP3: "MPEG_LAYER_III"}
_SUFFIXES = {f".{value}": value for value in SoundFormat} | {
    ".wave": SoundFormat.WAV,
    ".oga": SoundFormat.OGG,
}
_LOSSY_BITS_PER_SECOND = 160_000
_HEADER_BYTES = 65_536


class IncompleteFileError(StudioError):
    """A written file that holds less than what was meant to be in it; it was removed."""

    def __init__(self, path: Path, expected_frames: int, found_frames: int) -> None:
        super().__init__(
            f"“{path.name}” came out incomplete: {found_frames:,} of {expected_frames:,} frames.",
            hint="Try again, or choose another folder or format; nothing was left half-written.",
        )
        self.path = path
        self.expected_frames = expected_frames
        self.found_frames = found_frames


@dataclass(frozen=True)
class WriteReport:
    """What was written.

    Parameters
    ----------
    path : Path
        The finished file.
    n_frames : int
        Its length, counted in the file itself.
    repaired_samples : int
        Samples that were not numbers and became silence.
    clipped_samples : int
        Samples beyond −1…1 that were cut off.
    """

    path: Path
    n_frames: int
    repaired_samples: int
    clipped_samples: int


def format_of(path: Path) -> SoundFormat:
    """Return the format that a file's suffix asks for.

    Raises
    ------
    UnwritableSoundError
        If the studio writes no such files.
    """
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise UnwritableSoundError(
            f"The studio writes no “{path.suffix or path.name}” files.",
            hint=f"Choose one of: {', '.join(value.upper() for value in SoundFormat)}.",
        )
    return found


@dataclass(frozen=True)
class _Target:
    sound_format: SoundFormat
    bit_depth: BitDepth | None
    sample_rate: int
    n_channels: int
    n_frames: int

    @property
    def subtype(self) -> str:
        return _LOSSY[self.sound_format] if self.bit_depth is None else _SUBTYPES[self.bit_depth]

    @property
    def container(self) -> str:
        if self.sound_format is SoundFormat.WAV:
            return "RF64" if self.data_bytes > RF64_BYTES else "WAV"
        return "OGG" if self.sound_format is SoundFormat.OPUS else self.sound_format.upper()

    @property
    def data_bytes(self) -> int:
        if self.bit_depth is None:
            seconds = self.n_frames / self.sample_rate
            return int(seconds * _LOSSY_BITS_PER_SECOND / 8 * max(1, self.n_channels))
        return self.n_frames * self.n_channels * self.bit_depth // 8

    @property
    def needed_bytes(self) -> int:
        expected = self.data_bytes * 7 // 10 if self.sound_format is SoundFormat.FLAC else self.data_bytes
        return expected + _HEADER_BYTES


def _target(
    chosen: SoundFormat, bit_depth: BitDepth | None, sample_rate: int, n_channels: int, n_frames: int
) -> _Target:
    require_writable(chosen, sample_rate, n_channels)
    if chosen in _LOSSY:
        depth = None
    else:
        depth = bit_depth or BitDepth.INT_24
        if chosen is SoundFormat.FLAC and depth is BitDepth.FLOAT_32:
            raise UnwritableSoundError("FLAC cannot hold 32-bit float.", hint="Choose 24 bits, or WAV.")
    if n_frames < 1:
        raise UnwritableSoundError("There is nothing to write: it is zero frames long.")
    return _Target(chosen, depth, sample_rate, n_channels, n_frames)


def _opened(file: Path | io.BytesIO, target: _Target) -> OnePass:
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


def _encode(
    file: Path | io.BytesIO, target: _Target, blocks: Iterable[Samples], gate: Gate, progress: Progress
) -> None:
    quantiser = None
    if target.bit_depth in {BitDepth.INT_16, BitDepth.INT_24}:
        quantiser = Quantiser(BitDepth(target.bit_depth))
    written = 0
    with _opened(file, target) as encoder:
        for piece in _pieces(blocks):
            clean = gate.passed(piece)
            encoder.write(clean if quantiser is None else quantiser.quantised(clean))
            written += piece.shape[0]
            progress.report(min(written / target.n_frames, 1.0), "Writing")
    if written != target.n_frames:
        raise ValueError(f"{target.n_frames} frames were announced and {written} came")


def _counted(path: Path, progress: Progress, expected: int) -> int:
    frames = 0
    with OnePass(native(path)) as decoder:
        if decoder.format in {"WAV", "WAVEX", "RF64"}:
            return int(decoder.frames)
        while block := len(decoder.read(WRITE_BLOCK_FRAMES * 4, dtype="float32", always_2d=True)):
            frames += block
            progress.report(min(frames / expected, 1.0), "Checking")
    return frames


@contextmanager
def _write_failures(temporary: Path, final: Path, needed_bytes: int) -> Iterator[None]:
    """Find out why an encoder failed: libsndfile does not keep the system's reason."""
    try:
        yield
    except (soundfile.SoundFileError, AssertionError, IncompleteFileError) as error:
        _raise_if_full(temporary)
        if free_bytes(final.parent) < _HEADER_BYTES:
            raise DiskFullError(final.parent, free_bytes(final.parent), needed_bytes) from error
        if isinstance(error, IncompleteFileError):
            raise
        raise UnwritableSoundError(
            f"“{final.name}” could not be written.", hint="Choose another folder or format."
        ) from error


def _raise_if_full(temporary: Path) -> None:
    with temporary.open("ab", buffering=0) as file:
        file.write(bytes(_HEADER_BYTES))
        os.fsync(file.fileno())


def write_blocks(
    path: Path,
    blocks: Iterable[Samples],
    sample_rate: int,
    n_channels: int,
    n_frames: int,
    *,
    sound_format: SoundFormat | None = None,
    bit_depth: BitDepth | None = None,
    progress: Progress | None = None,
) -> WriteReport:
    """Write a sound that comes block by block, at constant memory.

    Parameters
    ----------
    path : Path
        The file; replaced if it exists, untouched if anything fails.
    blocks : iterable of ndarray of float32, shape (any, n_channels)
        The sound; values that are not finite become silence and are counted.
    sample_rate : int
        Frames per second, Hz; one that the format can hold.
    n_channels : int
        WAV up to 64, FLAC and OGG up to 8, MP3 and Opus up to 2.
    n_frames : int
        Total length of all blocks.
    sound_format : SoundFormat or None
        None takes it from the path's suffix.
    bit_depth : BitDepth or None
        For WAV and FLAC, None means 24 bits; ignored by lossy formats. 16 bits are dithered
        (triangular, seeded). Integer and lossy formats clip at −1…1, float keeps what is beyond.
    progress : Progress
        Told at least every 16,384 frames.

    Returns
    -------
    WriteReport
        Its length was counted by decoding the file before it got its name.

    Raises
    ------
    UnwritableSoundError
        If the format cannot hold it.
    DiskFullError, FolderNotWritableError
        If it does not fit or may not be written.
    IncompleteFileError
        If the file holds fewer or more frames than it should.
    """
    told = progress or Silence()
    target = _target(sound_format or format_of(path), bit_depth, sample_rate, n_channels, n_frames)
    gate = Gate(clips=target.bit_depth is not BitDepth.FLOAT_32)
    with (
        atomic_path(path, needed_bytes=target.needed_bytes) as temporary,
        _write_failures(temporary, path, target.needed_bytes),
    ):
        temporary.touch(exist_ok=False)
        _encode(temporary, target, blocks, gate, Part(told, 0.0, 0.85))
        found = _counted(temporary, Part(told, 0.85, 1.0), n_frames)
        if found != n_frames:
            raise IncompleteFileError(path, n_frames, found)
    return WriteReport(path, found, gate.repaired_samples, gate.clipped_samples)


def write_audio(
    path: Path,
    audio: Audio,
    *,
    sound_format: SoundFormat | None = None,
    bit_depth: BitDepth | None = None,
    progress: Progress | None = None,
) -> WriteReport:
    """Write a sound to a file; see `write_blocks` for formats, limits and errors.

    Parameters
    ----------
    path : Path
        The file; replaced if it exists, untouched if anything fails.
    audio : Audio
        The sound.
    sound_format : SoundFormat or None
        None takes it from the path's suffix.
    bit_depth : BitDepth or None
        For WAV and FLAC, None means 24 bits.
    progress : Progress
        Told at least every 16,384 frames.

    Returns
    -------
    WriteReport
        What was written, and what had to be clipped.
    """
    return write_blocks(
        path,
        (audio.samples,),
        audio.sample_rate,
        audio.n_channels,
        audio.n_frames,
        sound_format=sound_format,
        bit_depth=bit_depth,
        progress=progress,
    )


def encode_object(audio: Audio) -> tuple[bytes, str]:
    """Return the canonical bytes of a sound for the object store, and their media type.

    Parameters
    ----------
    audio : Audio
        The sound.

    Returns
    -------
    data : bytes
        FLAC of 24 bits where the peak is at most 1, the channels at most 8 and the rate one that
        FLAC knows (up to 655,350 Hz); else WAV of 32-bit float. Same sound, same bytes; encoding what was decoded from
        them gives them again.
    media_type : str
        ``audio/flac`` or ``audio/wav``.
    """
    flac = LIMITS[SoundFormat.FLAC]
    takes_rate = flac.nearest_rate(audio.sample_rate) == audio.sample_rate
    fits = takes_rate and audio.n_channels <= flac.max_channels
    if audio.peak > 1.0 or not fits:
        return float_wave(audio.samples, audio.sample_rate), "audio/wav"
    target = _Target(SoundFormat.FLAC, BitDepth.INT_24, audio.sample_rate, audio.n_channels, audio.n_frames)
    memory = io.BytesIO()
    _encode(memory, target, (np.asarray(audio.samples),), Gate(clips=True), Silence())
    return memory.getvalue(), "audio/flac"

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
from infinite_studio.audio.encoders import HEADER_BYTES, counted, encode, target_of
from infinite_studio.audio.files import DiskFullError, atomic_path, free_bytes
from infinite_studio.audio.float_wave import float_wave
from infinite_studio.audio.sanitise import LIMITS, BitDepth, Gate, SoundFormat, UnwritableSoundError
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress, Silence

__all__ = [
    "BitDepth",
    "IncompleteFileError",
    "SoundFormat",
    "UnwritableSoundError",
    "WriteReport",
    "encode_object",
    "format_of",
    "write_audio",
    "write_blocks",
]

_SUFFIXES = {f".{value}": value for value in SoundFormat} | {
    ".wave": SoundFormat.WAV,
    ".oga": SoundFormat.OGG,
}


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


@contextmanager
def _write_failures(temporary: Path, final: Path, needed_bytes: int) -> Iterator[None]:
    """Find out why an encoder failed: libsndfile does not keep the system's reason."""
    try:
        yield
    except (soundfile.SoundFileError, IncompleteFileError) as error:
        _raise_if_full(temporary)
        if free_bytes(final.parent) < HEADER_BYTES:
            raise DiskFullError(final.parent, free_bytes(final.parent), needed_bytes) from error
        if isinstance(error, IncompleteFileError):
            raise
        raise UnwritableSoundError(
            f"“{final.name}” could not be written.", hint="Choose another folder or format."
        ) from error


def _raise_if_full(temporary: Path) -> None:
    with temporary.open("ab", buffering=0) as file:
        left = HEADER_BYTES
        while left > 0:
            left -= file.write(bytes(left))
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
    target = target_of(sound_format or format_of(path), bit_depth, sample_rate, n_channels, n_frames)
    gate = Gate(clips=target.bit_depth is not BitDepth.FLOAT_32)
    with (
        atomic_path(path, needed_bytes=target.needed_bytes) as temporary,
        _write_failures(temporary, path, target.needed_bytes),
    ):
        temporary.touch(exist_ok=False)
        encode(temporary, target, blocks, gate, Part(told, 0.0, 0.85))
        found = counted(temporary, target, Part(told, 0.85, 1.0))
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


def encode_object(audio: Audio, progress: Progress | None = None) -> tuple[bytes, str]:
    """Return the canonical bytes of a sound for the object store, and their media type.

    Parameters
    ----------
    audio : Audio
        The sound.
    progress : Progress
        Told at least every 16,384 frames.

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
    target = target_of(SoundFormat.FLAC, BitDepth.INT_24, audio.sample_rate, audio.n_channels, audio.n_frames)
    memory = io.BytesIO()
    encode(memory, target, (np.asarray(audio.samples),), Gate(clips=True), progress or Silence())
    return memory.getvalue(), "audio/flac"

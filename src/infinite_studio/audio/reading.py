"""Sound files in: any container, judged by content and never by its name."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.signatures import is_mpeg
from infinite_studio.audio.sndfile import FAILURES, OnePass, native
from infinite_studio.audio.source import (
    BLOCK_FRAMES,
    MAX_DURATION_SECONDS,
    MAX_IN_MEMORY_BYTES,
    DamagedSoundError,
    NoSoundInFileError,
    ProtectedSoundError,
    SoundInfo,
    SoundReader,
    UnreadableSoundError,
    UnusableSoundError,
    require_usable,
    too_long,
)
from infinite_studio.progress import Progress, Silence

__all__ = [
    "MAX_DURATION_SECONDS",
    "READABLE_SUFFIXES",
    "DamagedSoundError",
    "NoSoundInFileError",
    "ProtectedSoundError",
    "SoundInfo",
    "SoundReader",
    "UnreadableSoundError",
    "UnusableSoundError",
    "open_sound",
    "probe",
    "read_audio",
]

READABLE_SUFFIXES = frozenset(
    {
        *(".wav", ".wave", ".bwf", ".rf64", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".mp2"),
        *(".aif", ".aiff", ".aifc", ".caf", ".au", ".snd", ".m4a", ".m4b", ".m4p", ".aac", ".ac3", ".wma"),
        *(".mp4", ".m4v", ".mov", ".webm", ".mkv", ".mka", ".avi", ".ts"),
    }
)
"""What a file chooser offers; reading itself goes by content."""

_CONTAINERS = frozenset(
    {
        *("WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG"),
        *("AIFF", "CAF", "AU", "SVX", "VOC", "NIST"),
    }
)


class _SndfileReader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = OnePass(native(path))
        frames = self._file.frames if 0 <= self._file.frames < 1 << 60 else None
        rate = self._file.samplerate
        self.info = SoundInfo(
            container=self._file.format,
            codec=self._file.subtype,
            sample_rate=rate,
            n_channels=self._file.channels,
            n_frames=frames,
            duration_seconds=frames / rate if frames is not None and rate > 0 else None,
        )

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Samples]:
        while True:
            try:
                block = self._file.read(block_frames, dtype="float32", always_2d=True)
            except FAILURES as error:
                raise DamagedSoundError(
                    self._path, "is damaged or breaks off", hint="Copy or download it again."
                ) from error
            if not len(block):
                return
            yield block

    def close(self) -> None:
        self._file.close()


def _require_plain_file(path: Path) -> None:
    try:
        found = path.stat()
        if stat.S_ISREG(found.st_mode):
            with path.open("rb"):
                pass
    except FileNotFoundError as error:
        raise NoSoundInFileError(path, "is not there any more") from error
    except PermissionError as error:
        raise UnreadableSoundError(
            path, "may not be read", hint="Allow reading it, or choose another file."
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableSoundError(path, "cannot be opened") from error
    if stat.S_ISDIR(found.st_mode):
        raise NoSoundInFileError(path, "is a folder", hint="Choose the files inside of it.")
    if not stat.S_ISREG(found.st_mode):
        raise NoSoundInFileError(path, "is a device or a pipe, not a file")
    if found.st_size == 0:
        raise NoSoundInFileError(path, "is empty: it is zero bytes long")


def _reader(path: Path) -> SoundReader:
    if is_mpeg(path):
        return _container_reader(path)
    try:
        reader = _SndfileReader(path)
    except (*FAILURES, TypeError):
        return _container_reader(path)
    known = reader.info.container in _CONTAINERS
    if known and reader.info.n_frames != 0:
        return reader
    reader.close()
    return _recovered(path) if known else _container_reader(path)


def _recovered(path: Path) -> SoundReader:
    """Read on where the header says “zero frames”: a recorder that crashed leaves such files."""
    nothing = NoSoundInFileError(path, "is zero frames long: there is no sound in it")
    try:
        reader = _container_reader(path)
    except UnreadableSoundError as error:
        raise nothing from error
    if not reader.info.duration_seconds:
        reader.close()
        raise nothing
    return reader


def _container_reader(path: Path) -> SoundReader:
    from infinite_studio.audio.containers import ContainerReader

    return ContainerReader(path)


class _GuardedReader:
    """A reader whose sound is finite, not endless, and not nothing."""

    def __init__(self, path: Path, reader: SoundReader, longest_seconds: float | None) -> None:
        self._path = path
        self._reader = reader
        self._longest_seconds = longest_seconds
        self.info = reader.info

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Samples]:
        limit = int((self._longest_seconds or MAX_DURATION_SECONDS) * self.info.sample_rate)
        frames = 0
        for block in self._reader.blocks(block_frames):
            self._require_finite(block, frames)
            frames += block.shape[0]
            if frames > limit:
                raise too_long(self._path, longest_seconds=self._longest_seconds)
            yield block
        if frames == 0:
            raise NoSoundInFileError(self._path, "is zero frames long: there is no sound in it")

    def _require_finite(self, block: Samples, frames: int) -> None:
        finite = np.isfinite(block)
        if not finite.all():
            broken = int(block.size - np.count_nonzero(finite))
            seconds = (frames + int(np.argmin(finite.all(axis=1)))) / self.info.sample_rate
            raise DamagedSoundError(
                self._path,
                f"holds samples that are not numbers: {broken:,} NaN or infinite from {seconds:.1f} s on",
                hint="Export the file again from where it came from.",
            )

    def close(self) -> None:
        self._reader.close()


@contextmanager
def open_sound(path: Path, longest_seconds: float | None = None) -> Iterator[SoundReader]:
    """Open a sound file for reading block by block.

    Parameters
    ----------
    path : Path
        WAV, FLAC, OGG, Opus, MP3, AIFF, CAF, RF64, W64, M4A/AAC, or the first sound track of
        MP4, WebM and MKV; what it is called does not matter.
    longest_seconds : float or None
        How long it may last; None for `MAX_DURATION_SECONDS`.

    Yields
    ------
    SoundReader
        Has ``info`` and ``blocks(block_frames)``, which yields finite float32 samples
        ``(≤ block_frames, channels)`` for at most so long.

    Raises
    ------
    UnreadableSoundError
        If no usable sound comes out of it: at once where the header tells, else while reading.
    """
    _require_plain_file(path)
    reader = _reader(path)
    try:
        if longest_seconds is None:
            require_usable(path, reader.info)
        else:
            require_usable(path, reader.info, longest_seconds)
        yield _GuardedReader(path, reader, longest_seconds)
    finally:
        reader.close()


def probe(path: Path) -> SoundInfo:
    """Return what a sound file says about itself, without decoding it.

    Parameters
    ----------
    path : Path
        Any file that `open_sound` opens.

    Raises
    ------
    UnreadableSoundError
        If no usable sound comes out of it.
    """
    with open_sound(path) as reader:
        return reader.info


def read_audio(path: Path, progress: Progress | None = None) -> Audio:
    """Read a whole sound file into memory, with its own rate and channels.

    Parameters
    ----------
    path : Path
        Any file that `open_sound` opens, up to 4 GiB of decoded samples.
    progress : Progress
        Told after each block.

    Returns
    -------
    Audio
        What is really there: a file that breaks off in a format without frames gives what is left of it.

    Raises
    ------
    UnreadableSoundError
        If no usable sound comes out of it, or it does not fit into memory.
    """
    told = progress or Silence()
    with open_sound(path) as reader:
        info = reader.info
        limit = MAX_IN_MEMORY_BYTES // (4 * info.n_channels)
        if (info.n_frames or 0) > limit:
            raise _too_large(path)
        expected = (info.duration_seconds or 0.0) * info.sample_rate
        samples = np.empty((info.n_frames or 0, info.n_channels), np.float32)
        frames = 0
        for block in reader.blocks():
            samples = _with_block(samples, frames, block)
            frames += block.shape[0]
            if frames > limit:
                raise _too_large(path)
            told.report(min(frames / expected, 1.0) if expected else 0.0, "Reading")
        return Audio(samples[:frames], info.sample_rate)


def _with_block(samples: Samples, start: int, block: Samples) -> Samples:
    """Put a block into its place, in a larger array where the header promised less."""
    end = start + block.shape[0]
    if end > samples.shape[0]:
        larger = np.empty((max(end, 2 * samples.shape[0]), samples.shape[1]), np.float32)
        larger[:start] = samples[:start]
        samples = larger
    samples[start:end] = block
    return samples


def _too_large(path: Path) -> UnusableSoundError:
    return UnusableSoundError(
        path, "is too long to be held in memory at once", hint="Cut it into shorter files and use those."
    )

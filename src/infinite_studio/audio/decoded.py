"""Decoded sound on disk: raw float32 stereo at the project's rate, mapped instead of loaded."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.channels import to_stereo
from infinite_studio.audio.files import atomic_path
from infinite_studio.audio.peaks import Peaks, PeaksBuilder
from infinite_studio.audio.reading import SoundInfo, SoundReader, open_sound
from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.errors import StudioError
from infinite_studio.progress import Progress, Silence

_FRAME_BYTES = 8
_SHARE_SECONDS = 0.2


class DamagedDecodedError(StudioError):
    """A decoded file that is missing, empty or cut; decode the source again."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The decoded sound “{path.name}” is damaged.", hint="It is decoded again from its source."
        )
        self.path = path


@dataclass(frozen=True, eq=False)
class DecodedInfo:
    """What was decoded.

    Parameters
    ----------
    path : Path
        Raw interleaved little-endian float32 stereo.
    n_frames : int
        Its length at ``sample_rate``.
    sample_rate : int
        Hz.
    peaks : Peaks
        Of the whole sound.
    source : SoundInfo
        What the source file said about itself.
    """

    path: Path
    n_frames: int
    sample_rate: int
    peaks: Peaks
    source: SoundInfo


def decode_to_cache(
    source: Path,
    target: Path,
    sample_rate: int,
    progress: Progress | None = None,
    *,
    on_block: Callable[[Samples], None] | None = None,
) -> DecodedInfo:
    """Decode a sound file of any length to a raw stereo file, at constant memory.

    Parameters
    ----------
    source : Path
        Any file that `open_sound` opens.
    target : Path
        The decoded file; appears only when it is complete.
    sample_rate : int
        Rate of the result, Hz.
    progress : Progress
        Told after each block; is given partial `Peaks` after the first block and then at least every
        quarter of a second.
    on_block : callable or None
        Is given each stereo block at ``sample_rate`` as well.

    Returns
    -------
    DecodedInfo
        With the complete peaks.

    Raises
    ------
    UnreadableSoundError
        If no usable sound comes out of the source.
    DiskFullError, FolderNotWritableError
        If the target does not fit or may not be written.
    """
    told = progress or Silence()
    builder = PeaksBuilder(sample_rate)
    n_frames = 0
    shared = 0.0
    with open_sound(source) as reader:
        needed = _expected_frames(reader.info, sample_rate) * _FRAME_BYTES
        expected = max(needed // _FRAME_BYTES, 1)
        with atomic_path(target, needed_bytes=needed or None) as temporary, temporary.open("xb") as file:
            for block in _stereo_blocks(reader, sample_rate):
                file.write(np.ascontiguousarray(block, "<f4").data)
                builder.add(block)
                n_frames += block.shape[0]
                if on_block is not None:
                    on_block(block)
                told.report(min(n_frames / expected, 1.0), "Decoding")
                if time.monotonic() - shared >= _SHARE_SECONDS:
                    told.share(builder.snapshot())
                    shared = time.monotonic()
        return DecodedInfo(target, n_frames, sample_rate, builder.finish(), reader.info)


def _expected_frames(info: SoundInfo, sample_rate: int) -> int:
    return int((info.duration_seconds or 0.0) * sample_rate)


def _stereo_blocks(reader: SoundReader, sample_rate: int) -> Iterator[Samples]:
    resampler = StreamResampler(2, reader.info.sample_rate, sample_rate)
    for block in reader.blocks():
        ready = resampler.process(to_stereo(block))
        if len(ready):
            yield ready
    rest = resampler.process(np.zeros((0, 2), np.float32), last=True)
    if len(rest):
        yield rest


def open_decoded(path: Path) -> Samples:
    """Return a decoded file as samples, mapped and read-only.

    Parameters
    ----------
    path : Path
        Written by `decode_to_cache`.

    Returns
    -------
    ndarray of float32, shape (frames, 2)
        A memory map: takes no memory until it is read.

    Raises
    ------
    DamagedDecodedError
        If the file is missing, empty or not made of whole frames.
    """
    try:
        n_bytes = path.stat().st_size
        if n_bytes == 0 or n_bytes % _FRAME_BYTES:
            raise DamagedDecodedError(path)
        return np.memmap(path, "<f4", mode="r", shape=(n_bytes // _FRAME_BYTES, 2))
    except OSError as error:
        raise DamagedDecodedError(path) from error

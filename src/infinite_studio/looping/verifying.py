"""Whether a written file really is what it should be: its length, its seams, and that it decodes to the end."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.lossy import m4a_blocks
from infinite_studio.audio.opus_packets import opus_blocks
from infinite_studio.audio.repeated_wave import first_unlike_round
from infinite_studio.audio.runs import LongSound
from infinite_studio.audio.sanitise import BitDepth
from infinite_studio.audio.sndfile import FAILURES, OnePass, native
from infinite_studio.audio.writing import IncompleteFileError
from infinite_studio.looping.formats import LoopFormat
from infinite_studio.looping.problems import LoopingError
from infinite_studio.progress import Progress

_WINDOW_SECONDS = 0.25
_MOST_SEAMS, _MOST_SEAMS_OF_HOURS = 24, 100
_END_SECONDS = 20.0
_WHOLE_SECONDS = 3_600.0
"""Up to this length a FLAC is decoded wholly; beyond it at many more seams than one can hear."""
_BLOCK_FRAMES = 65_536
_DITHER_POWER = 8.0 / 32_768**2
"""Two differently dithered roundings to 16 bits differ by less than this."""
_LOSSY_DB = -8.0
_SILENCE_DB = -200.0


class UnequalSeamsError(LoopingError):
    """A written file in which one seam sounds unlike the first; it was removed."""

    def __init__(self, seam: int, difference_db: float) -> None:
        super().__init__(
            f"Seam {seam} of the written file is not like the first ({difference_db:.0f} dB apart).",
            hint="Try again, or choose WAV or FLAC; nothing was left half-written.",
        )
        self.seam = seam
        self.difference_db = difference_db


@dataclass(frozen=True)
class Verified:
    """What was found in a written file.

    Parameters
    ----------
    n_frames : int
        Its length.
    decoded_frames : int
        How many frames were decoded to find out: all of a lossy file and of FLAC up to an hour, else seams and end.
    n_seams : int
        How many seams were compared with the first.
    worst_seam_db : float or None
        The largest difference of one of them from the first, relative to it; None where there are not two.
    """

    n_frames: int
    decoded_frames: int
    n_seams: int
    worst_seam_db: float | None


def verify(
    path: Path,
    loop_format: LoopFormat,
    n_frames: int,
    sample_rate: int,
    seam_frames: Sequence[int],
    progress: Progress,
) -> Verified:
    """Read a written file and compare it with what it should be.

    Parameters
    ----------
    path : Path
        The file, whatever it is called.
    loop_format : LoopFormat
        Its format.
    n_frames, sample_rate : int
        What it should hold.
    seam_frames : sequence of int
        Where the seams lie that should be alike.
    progress : Progress
        Told as it reads; may cancel.

    Returns
    -------
    Verified
        With the exact length.

    Raises
    ------
    IncompleteFileError
        If it is shorter or longer, or breaks off.
    UnequalSeamsError
        If a seam differs from the first by more than the coding explains.
    """
    reach = round(_WINDOW_SECONDS * sample_rate)
    inside = [seam for seam in seam_frames if reach <= seam <= n_frames - reach]
    is_long = n_frames > _WHOLE_SECONDS * sample_rate
    most = _MOST_SEAMS_OF_HOURS if is_long and loop_format.is_lossless else _MOST_SEAMS
    chosen = inside[:: max(-(-len(inside) // most), 1)]
    chosen = sorted({*chosen, *inside[-1:]})
    ranges = [(seam - reach, seam + reach) for seam in chosen]
    if loop_format.is_lossless and (is_long or loop_format is LoopFormat.WAV):
        windows, decoded = _sought(path, n_frames, sample_rate, ranges, progress)
    else:
        windows, decoded = _streamed(path, loop_format, n_frames, ranges, progress)
    worst = _worst(chosen, inside, windows, is_lossless=loop_format.is_lossless)
    return Verified(n_frames, decoded, max(len(windows) - 1, 0), worst)


def verify_rounds(path: Path, sound: LongSound, bit_depth: BitDepth, progress: Progress) -> None:
    """Compare the rounds of a WAV with the first of their run; see `first_unlike_round` for how closely.

    Parameters
    ----------
    path : Path
        The file.
    sound : LongSound
        What is played in it.
    bit_depth : BitDepth
        16, 24 or 32-bit float.
    progress : Progress
        Told as it reads; may cancel.

    Raises
    ------
    IncompleteFileError
        If a round is not what it should be.
    """
    found = first_unlike_round(path, sound, bit_depth, progress)
    if found is not None:
        raise IncompleteFileError(path, sound.n_frames, found)


def _sought(
    path: Path, n_frames: int, sample_rate: int, ranges: Sequence[tuple[int, int]], progress: Progress
) -> tuple[list[Samples], int]:
    """Read the seams and the end of a file in which one can go anywhere."""
    windows, decoded = [], 0
    with soundfile.SoundFile(native(path)) as file:
        if file.frames != n_frames:
            raise IncompleteFileError(path, n_frames, file.frames)
        try:
            for done, (first, end) in enumerate(ranges):
                progress.report(done / (len(ranges) + 1), "Checking the seams")
                file.seek(first)
                windows.append(file.read(end - first, dtype="float32", always_2d=True))
                decoded += end - first
            start = max(n_frames - round(_END_SECONDS * sample_rate), 0)
            file.seek(start)
            place = start
            while block := len(file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)):
                place += block
                progress.report(0.95, "Checking the end")
        except FAILURES as error:
            raise IncompleteFileError(path, n_frames, file.tell()) from error
    if place != n_frames or any(
        len(w) != end - first for w, (first, end) in zip(windows, ranges, strict=True)
    ):
        raise IncompleteFileError(path, n_frames, place)
    return windows, decoded + n_frames - start


def _streamed(
    path: Path,
    loop_format: LoopFormat,
    n_frames: int,
    ranges: Sequence[tuple[int, int]],
    progress: Progress,
) -> tuple[list[Samples], int]:
    """Decode everything once and keep the seams as they come by."""
    kept: list[list[Samples]] = [[] for _ in ranges]
    place, current = 0, 0
    for block in _decoded(path, loop_format):
        end = place + len(block)
        for index in range(current, len(ranges)):
            first, last = ranges[index]
            if first >= end:
                break
            kept[index].append(block[max(first - place, 0) : max(last - place, 0)])
            current = index + 1 if last <= end and index == current else current
        place = end
        progress.report(min(place / n_frames, 1.0), "Checking")
    if place != n_frames:
        raise IncompleteFileError(path, n_frames, place)
    return [np.concatenate(parts) for parts in kept], place


def _decoded(path: Path, loop_format: LoopFormat) -> Iterator[Samples]:
    if loop_format is LoopFormat.M4A:
        yield from _translated(m4a_blocks(path))
        return
    if loop_format is LoopFormat.OPUS:
        yield from _translated(opus_blocks(path))
        return
    with closing(OnePass(native(path))) as file:
        while True:
            try:
                block = file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)
            except FAILURES:
                return
            if not len(block):
                return
            yield block


def _translated(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """End where FFmpeg cannot decode any further: the count tells."""
    import av

    try:
        yield from blocks
    except av.FFmpegError:
        return


def _worst(
    chosen: Sequence[int], seams: Sequence[int], windows: Sequence[Samples], *, is_lossless: bool
) -> float | None:
    if len(windows) < 2:
        return None
    found = []
    for seam, window in zip(chosen[1:], windows[1:], strict=True):
        difference = difference_db(windows[0], window)
        power = float(np.square(window.astype(np.float64) - windows[0]).mean())
        if power > _DITHER_POWER if is_lossless else difference > _LOSSY_DB:
            raise UnequalSeamsError(seams.index(seam) + 1, difference)
        found.append(difference)
    return max(found)


def difference_db(wanted: Samples, found: Samples) -> float:
    """Return the power of the difference of two equally long stretches, in dB relative to the first.

    Parameters
    ----------
    wanted, found : ndarray of float32, shape (frames, channels)
        What is compared.
    """
    error = float(np.square(found.astype(np.float64) - wanted).mean())
    power = float(np.square(wanted, dtype=np.float64).mean())
    if error <= 0.0:
        return _SILENCE_DB
    # Differences below the last bit of sixteen say nothing about quiet passages.
    return float(10 * np.log10(error / max(power, 1e-7)))

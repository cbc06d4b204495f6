"""Ten-second windows of a sound of any length, at the rate that CLAP hears."""

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.audio.source import SoundReader
from infinite_studio.progress import Progress

RATE = 48_000
WINDOW_SECONDS = 10
MOST_WINDOWS = 6

Window = NDArray[np.float32]


def windows_of(reader: SoundReader, progress: Progress) -> list[Window]:
    """Return up to six windows spread evenly over a sound, mono, read in one pass; never more than they are held."""
    rate = reader.info.sample_rate
    length = WINDOW_SECONDS * rate
    starts = _starts(round((reader.info.duration_seconds or 0.0) * rate), length)
    held: list[list[NDArray[np.float32]]] = [[] for _ in starts]
    frame = 0
    for block in reader.blocks():
        mono = block.mean(axis=1, dtype=np.float32)
        for pieces, start in zip(held, starts, strict=True):
            piece = mono[max(start - frame, 0) : max(start + length - frame, 0)]
            if piece.size:
                pieces.append(piece)
        frame += len(block)
        progress.report(min(frame / max(starts[-1] + length, frame), 1.0), "Listening")
    return [_resampled(np.concatenate(pieces), rate) for pieces in held if pieces]


def _starts(n_frames: int, length: int) -> list[int]:
    count = min(max(n_frames // length, 1), MOST_WINDOWS)
    gap = n_frames / count
    return [max(round(gap * (index + 0.5) - length / 2), 0) for index in range(count)]


def _resampled(mono: Window, rate: int) -> Window:
    return StreamResampler(1, rate, RATE).process(mono[:, np.newaxis], last=True)[:, 0]

"""The null test: line two sounds up, subtract, and see what is left."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples
from infinite_studio.progress import Progress

MAX_LAG_SECONDS = 0.05
BLOCK_FRAMES = 131_072


@dataclass(frozen=True)
class Null:
    """What a null test found.

    Parameters
    ----------
    level_db : float
        RMS level of the difference over the RMS level of the louder sound, in dB: −inf for equal sounds,
        −6.04 for a sound and itself 6.02 dB quieter, about +3 for unrelated sounds of equal level, at most
        +6.02 for a sound and its inverse.
    lag_frames : int
        By how much the second sound came later and was moved back before subtracting.
    """

    level_db: float
    lag_frames: int


def null_test(a: Samples, b: Samples, sample_rate: int, progress: Progress) -> Null:
    """Measure how well two sounds cancel out.

    Parameters
    ----------
    a, b : ndarray of float32, shape (frames, 2)
        The sounds at one rate; the shorter one goes on as silence.
    sample_rate : int
        Hz.
    progress : Progress
        Told after each block.

    Returns
    -------
    Null
        After shifting by the lag within ±50 ms at which the cross-correlation of the two, summed to mono,
        is largest in magnitude; by none where no lag is better. Memory does not grow with the length.
    """
    reach = round(MAX_LAG_SECONDS * sample_rate)
    correlation = np.zeros(2 * reach + 1)
    total = max(len(a), len(b))
    for start, first, second in _blocks(a, b, reach):
        progress.report(0.5 * start / total)
        correlation += _correlate(first.mean(axis=1), second.mean(axis=1))
    lag = _best_lag(correlation, reach)
    sums = np.zeros(3)
    for start in range(min(0, lag), total + max(0, lag), BLOCK_FRAMES):
        progress.report(0.5 + 0.5 * max(start, 0) / total)
        n_frames = min(BLOCK_FRAMES, total + max(0, lag) - start)
        first = _window(a, start, n_frames).astype(np.float64)
        second = _window(b, start + lag, n_frames).astype(np.float64)
        sums += [np.square(x).sum() for x in (first, second, first - second)]
    louder = max(sums[0], sums[1])
    if sums[2] == 0.0 or louder == 0.0:
        return Null(-math.inf, lag)
    return Null(10.0 * math.log10(sums[2] / louder), lag)


def _blocks(a: Samples, b: Samples, reach: int) -> Iterator[tuple[int, Samples, Samples]]:
    """Cut the first sound into blocks, and the second into the same blocks with a margin on both sides."""
    for start in range(0, len(a), BLOCK_FRAMES):
        n_frames = min(BLOCK_FRAMES, len(a) - start)
        yield start, _window(a, start, n_frames), _window(b, start - reach, n_frames + 2 * reach)


def _window(samples: Samples, start: int, n_frames: int) -> Samples:
    """Return a range of samples, silent where there are none."""
    first, end = min(max(start, 0), len(samples)), min(max(start + n_frames, 0), len(samples))
    inside = np.asarray(samples[first:end])
    before = min(max(-start, 0), n_frames)
    after = n_frames - before - len(inside)
    return inside if not before and not after else np.pad(inside, ((before, after), (0, 0)))


def _correlate(block: NDArray[np.float32], wide: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the products of a block with every place of a wider block, by the convolution theorem."""
    size = 1 << (len(wide) - 1).bit_length()
    spectrum = np.fft.rfft(wide, size) * np.conj(np.fft.rfft(block, size))
    return np.asarray(np.fft.irfft(spectrum, size)[: len(wide) - len(block) + 1], np.float64)


def _best_lag(correlation: NDArray[np.float64], reach: int) -> int:
    """Return the lag of the largest correlation; none where that is hardly better than no lag."""
    likeness = np.abs(correlation)
    best = int(likeness.argmax())
    return best - reach if likeness[reach] < (1.0 - 1e-6) * likeness[best] else 0

"""How strongly something begins at each moment."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Mono
from infinite_studio.progress import Progress

HOP_FRAMES = 256
MOMENT_RATE = ANALYSIS_RATE / HOP_FRAMES
"""Onset values per second: one every 11.6 ms."""

_WINDOW_FRAMES = 1024
_BANDS_PER_OCTAVE = 6
_LOWEST_HZ = 40.0
_HIGHEST_HZ = 10_000.0
_REGISTER_EDGES_HZ = (0.0, 200.0, 800.0, 3_200.0, 20_000.0)
_BLOCK_FRAMES = 1 << 19
_RANGE_DB = 70.0
_SILENT = 1e-6
_LEAST_MOMENTS = 3


def spectrum_blocks(
    mono: Mono, window_frames: int, hop_frames: int, progress: Progress
) -> Iterator[NDArray[np.float32]]:
    """Yield magnitudes ``(moments, bins)`` of a centred short-time Fourier transform, block by block.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`; silence is assumed around it.
    window_frames, hop_frames : int
        Length of the Hann window and distance from one to the next.
    progress : Progress
        Told the share that is done; may cancel.

    Yields
    ------
    ndarray of float32, shape (any, window_frames // 2 + 1)
        A full-scale sine shows as about 1.
    """
    window = np.hanning(window_frames + 1)[:-1].astype(np.float32)
    window /= window.sum() / 2
    padded = np.pad(mono, (window_frames // 2, window_frames))
    n_moments = mono.size // hop_frames + 1
    views = np.lib.stride_tricks.sliding_window_view(padded, window_frames)[::hop_frames][:n_moments]
    step = max(_BLOCK_FRAMES // window_frames, 1)
    for start in range(0, n_moments, step):
        progress.report(start / n_moments)
        yield np.abs(np.fft.rfft(views[start : start + step] * window, axis=1))


def onset_strength(mono: Mono, progress: Progress) -> NDArray[np.float64]:
    """Return how strongly something begins, `MOMENT_RATE` values per second.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    ndarray of float64, shape (frames // 256 + 1,)
        Not negative, independent of the sound's level; all zero for silence.

    Notes
    -----
    Half-wave rectified rise, over 23 ms, of log magnitude in bands of a sixth of an octave, averaged within four
    registers and summed over them, so that bass drum and hi-hat weigh the same (spectral flux:
    Bello et al. 2005; logarithm and registers: Klapuri et al. 2006).
    """
    filters, centres_hz = _log_bands()
    blocks = spectrum_blocks(mono, _WINDOW_FRAMES, HOP_FRAMES, progress)
    levels = np.concatenate([block @ filters for block in blocks])
    loudest = float(levels.max(initial=0.0))
    if loudest < _SILENT or levels.shape[0] < _LEAST_MOMENTS:
        return np.zeros(levels.shape[0])
    log_levels = np.log10(levels + loudest * 10 ** (-_RANGE_DB / 20))
    rise = np.pad(np.maximum(log_levels[2:] - log_levels[:-2], 0.0), ((1, 1), (0, 0)))
    strength = np.zeros(levels.shape[0])
    for low_hz, high_hz in pairwise(_REGISTER_EDGES_HZ):
        strength += rise[:, (centres_hz >= low_hz) & (centres_hz < high_hz)].mean(axis=1)
    return np.convolve(strength, [0.25, 0.5, 0.25], mode="same")


def _log_bands() -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return triangular filters ``(bins, bands)`` spaced evenly in pitch, and their centres."""
    bins_hz = np.fft.rfftfreq(_WINDOW_FRAMES, 1 / ANALYSIS_RATE)
    n_bands = int(np.log2(_HIGHEST_HZ / _LOWEST_HZ) * _BANDS_PER_OCTAVE)
    edges_hz = _LOWEST_HZ * 2.0 ** (np.arange(n_bands + 2) / _BANDS_PER_OCTAVE)
    low, centre, high = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (bins_hz[:, np.newaxis] - low) / (centre - low)
    falling = (high - bins_hz[:, np.newaxis]) / (high - centre)
    shapes = np.maximum(np.minimum(rising, falling), 0.0)
    weights = shapes.sum(axis=0)
    # The lowest bands are narrower than a bin: those that no bin falls into are left out.
    heard = weights > 0
    return (shapes[:, heard] / weights[heard]).astype(np.float32), centre[heard]

"""How strongly something begins at each moment, in several frequency bands."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Mono
from infinite_studio.progress import Progress

HOP_FRAMES = 256
FRAME_RATE = ANALYSIS_RATE / HOP_FRAMES
"""Onset values per second: one every 11.6 ms."""

_WINDOW_FRAMES = 1024
_BANDS_PER_OCTAVE = 6
_LOWEST_HZ = 40.0
_HIGHEST_HZ = 10_000.0
_GROUP_EDGES_HZ = (0.0, 200.0, 800.0, 3_200.0, 20_000.0)
_BLOCK = 2_048
_FLOOR_DB = 70.0


def spectrum_blocks(
    mono: Mono, window_frames: int, hop_frames: int, progress: Progress
) -> Iterator[NDArray[np.float32]]:
    """Yield magnitudes ``(moments, bins)`` of a centred short-time Fourier transform, block by block."""
    from scipy.fft import rfft

    window = np.hanning(window_frames + 1)[:-1].astype(np.float32)
    window /= window.sum() / 2
    padded = np.pad(mono, (window_frames // 2, window_frames))
    n_moments = mono.size // hop_frames + 1
    views = np.lib.stride_tricks.sliding_window_view(padded, window_frames)[::hop_frames][:n_moments]
    for start in range(0, n_moments, _BLOCK):
        progress.report(start / n_moments)
        yield np.abs(rfft(views[start : start + _BLOCK] * window, axis=1)).astype(np.float32)


def onset_strength(mono: Mono, progress: Progress) -> NDArray[np.float32]:
    """Return onset strength ``(moments, 4)``, `FRAME_RATE` per second, for four bands from low to high.

    Half-wave rectified rise of log magnitude in bands of a sixth of an octave, averaged per band
    (spectral flux after Bello et al. 2005, with the logarithm of Klapuri 1999).
    """
    filters, centres_hz = _log_bands()
    levels = np.concatenate(
        [block @ filters for block in spectrum_blocks(mono, _WINDOW_FRAMES, HOP_FRAMES, progress)]
    )
    loudest = float(levels.max(initial=0.0))
    if loudest < 1e-6:
        return np.zeros((levels.shape[0], len(_GROUP_EDGES_HZ) - 1), np.float32)
    floor = loudest * 10 ** (-_FLOOR_DB / 20)
    log_levels = np.log10(levels + floor)
    rise = np.maximum(log_levels[2:] - log_levels[:-2], 0.0)
    rise = np.pad(rise, ((1, 1), (0, 0)))
    groups = [
        rise[:, (centres_hz >= low) & (centres_hz < high)].mean(axis=1)
        for low, high in zip(_GROUP_EDGES_HZ[:-1], _GROUP_EDGES_HZ[1:], strict=True)
    ]
    return np.stack(groups, axis=1)


def _log_bands() -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return triangular filters ``(bins, bands)`` spaced evenly in pitch, and their centres."""
    bins_hz = np.fft.rfftfreq(_WINDOW_FRAMES, 1 / ANALYSIS_RATE)
    n_bands = int(np.log2(_HIGHEST_HZ / _LOWEST_HZ) * _BANDS_PER_OCTAVE)
    edges_hz = _LOWEST_HZ * 2.0 ** (np.arange(n_bands + 2) / _BANDS_PER_OCTAVE)
    filters, centres = [], []
    for low, centre, high in zip(edges_hz[:-2], edges_hz[1:-1], edges_hz[2:], strict=True):
        rising = (bins_hz - low) / (centre - low)
        falling = (high - bins_hz) / (high - centre)
        shape = np.maximum(np.minimum(rising, falling), 0.0)
        if shape.sum() > 0:
            filters.append(shape / shape.sum())
            centres.append(centre)
    return np.stack(filters, axis=1).astype(np.float32), np.array(centres)

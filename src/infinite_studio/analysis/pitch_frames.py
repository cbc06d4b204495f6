"""A voice cut into overlapping frames: its level from moment to moment, and where it is only background noise."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.pitch_curve import HOP_FRAMES, WINDOW_FRAMES, Values, moments_of

Mono = NDArray[np.float32]

BLOCK_MOMENTS = 512
SILENCE_DB = -60.0
_LEVEL_FRAMES = 400
_NOISE_SHARE = 0.10
_ABOVE_NOISE_DB = 6.0
_BELOW_LOUD_DB = 38.0
_TINY = 1e-10


def levels_db(mono: Mono) -> Values:
    """Return the RMS level of 25 ms around every moment.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `TRACK_RATE`.

    Returns
    -------
    ndarray, shape (moments,)
        dB relative to full scale; −100 for digital silence.
    """
    half = _LEVEL_FRAMES // 2
    sums = np.concatenate([[0.0], np.cumsum(mono.astype(np.float64) ** 2)])
    middles = np.arange(moments_of(mono.size)) * HOP_FRAMES
    starts, ends = np.clip(middles - half, 0, mono.size), np.clip(middles + half, 0, mono.size)
    power = (sums[ends] - sums[starts]) / np.maximum(ends - starts, 1)
    return np.asarray(10.0 * np.log10(np.maximum(power, _TINY)))


def gate_db(levels: Values) -> float:
    """Return the level below which there is only background.

    Parameters
    ----------
    levels : ndarray, shape (moments,)
        From `levels_db`.

    Returns
    -------
    float
        6 dB over the background, which is the quietest tenth, but never closer than 12 dB to the loudest tenth nor
        further than 38 dB below it, and at least −60 dB.
    """
    if not levels.size:
        return SILENCE_DB
    background, loud = np.quantile(levels, (_NOISE_SHARE, 1.0 - _NOISE_SHARE))
    wanted = max(background + _ABOVE_NOISE_DB, loud - _BELOW_LOUD_DB, SILENCE_DB)
    return float(max(min(wanted, loud - 2.0 * _ABOVE_NOISE_DB), SILENCE_DB))


def frame_blocks(mono: Mono, wanted: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.int64], Mono]]:
    """Yield the windows around the wanted moments, some hundreds at a time.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `TRACK_RATE`.
    wanted : ndarray of bool, shape (moments,)
        Which moments to judge.

    Yields
    ------
    places : ndarray of int64, shape (n,)
        The moments.
    windows : ndarray of float32, shape (n, WINDOW_FRAMES)
        What is heard around each; silence before the beginning and after the end.
    """
    half = WINDOW_FRAMES // 2
    padded = np.concatenate([np.zeros(half, np.float32), mono, np.zeros(half + HOP_FRAMES, np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_FRAMES)[::HOP_FRAMES]
    places = np.flatnonzero(wanted)
    for start in range(0, places.size, BLOCK_MOMENTS):
        chosen = places[start : start + BLOCK_MOMENTS]
        yield chosen, np.ascontiguousarray(windows[chosen])

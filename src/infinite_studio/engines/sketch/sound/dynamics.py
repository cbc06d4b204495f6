"""The master's gain: a compressor on the bus and a limiter that looks ahead, as one curve."""

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.levels import SILENCE_LUFS, Energies, gated_lufs

CEILING_DBTP = -1.0
_MARGIN_DB = 0.3
PEAK_CEILING = 10.0 ** ((CEILING_DBTP - _MARGIN_DB) / 20.0)
_LIMIT_REACH_BLOCKS = 25
_GLUE_REACH_BLOCKS = 90
_GLUE_ABOVE_DB = 1.0
_STEEPEST_GLUE = 0.8
_GLUE_MOST_DB = 4.0
_CLOSE_LU = 0.03
_ROUNDS = 8
_DEEPEST_LIMITING_DB = 12.0
Curve = NDArray[np.float32]
"""One gain for every block of 64 frames."""


def master_curve(
    peaks: Curve, energies: Energies, target_lufs: float, *, glue: float = 0.5, is_loop: bool = False
) -> Curve:
    """Return the gains that bring a mix to its loudness, and one more at either end for the way in and out.

    Parameters
    ----------
    peaks : ndarray of float32, shape (blocks,)
        Largest magnitude of the mix.
    energies : ndarray of float32, shape (blocks,)
        Weighted energy of the mix.
    target_lufs : float
        Loudness to reach, unless more than 12 dB of every peak would have to go.
    glue : float
        How much the compressor does, 0 to 1.
    is_loop : bool
        Whether the end leads into the beginning.
    """
    gains = np.ones_like(peaks)
    loudness = gated_lufs(energies)
    if loudness > SILENCE_LUFS:
        held = _glued(energies, loudness, _STEEPEST_GLUE * glue, is_loop=is_loop)
        level = 10.0 ** ((target_lufs - gated_lufs(energies * held**2)) / 20.0)
        most = PEAK_CEILING * 10.0 ** (_DEEPEST_LIMITING_DB / 20.0) / max(float((peaks * held).max()), 1e-9)
        for _ in range(_ROUNDS):
            gains = limited(peaks, held * np.float32(min(level, most)), is_loop=is_loop)
            missing = target_lufs - gated_lufs(energies * gains**2)
            if abs(missing) < _CLOSE_LU or level > most:
                break
            level *= 10.0 ** (missing / 20.0)
    return _padded(gains, 1, is_loop=is_loop)


def limited(peaks: Curve, gains: Curve, *, is_loop: bool = False) -> Curve:
    """Return gains held so low that no peak passes the ceiling.

    The smallest gain needed within 32 ms on either side is smoothed over the same span, so that the curve is never
    above what is needed and never moves fast enough to be heard as distortion.
    """
    needed = np.minimum(1.0, PEAK_CEILING / np.maximum(peaks * gains, 1e-9)).astype(np.float32)
    if float(needed.min()) == 1.0:
        return gains
    edged = _padded(needed, _LIMIT_REACH_BLOCKS, is_loop=is_loop)
    lowest = np.lib.stride_tricks.sliding_window_view(edged, 2 * _LIMIT_REACH_BLOCKS + 1).min(axis=1)
    return gains * _smooth(lowest, _LIMIT_REACH_BLOCKS, is_loop=is_loop)


def _glued(energies: Energies, loudness: float, slope: float, *, is_loop: bool) -> Curve:
    """Return the compressor's gain: what is louder than the whole is held back softly."""
    power = _smooth(energies, _GLUE_REACH_BLOCKS, is_loop=is_loop)
    level_db = -0.691 + 10.0 * np.log10(np.maximum(power, 1e-12))
    above = np.maximum(level_db - (loudness + _GLUE_ABOVE_DB), 0.0)
    down_db = _GLUE_MOST_DB * np.tanh(slope * above / _GLUE_MOST_DB)
    return _smooth((10.0 ** (-down_db / 20.0)).astype(np.float32), _GLUE_REACH_BLOCKS, is_loop=is_loop)


def _smooth(values: Curve, reach: int, *, is_loop: bool) -> Curve:
    """Return the weighted mean of the values within a reach of blocks on either side."""
    window = np.hanning(2 * reach + 3)[1:-1].astype(np.float32)
    padded = _padded(values, reach, is_loop=is_loop)
    return np.convolve(padded, window / window.sum(), "valid").astype(np.float32)


def _padded(values: Curve, reach: int, *, is_loop: bool) -> Curve:
    return np.pad(values, reach, mode="wrap") if is_loop else np.pad(values, reach, mode="edge")

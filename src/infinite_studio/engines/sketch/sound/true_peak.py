"""Peaks between the frames: four times oversampled as in ITU-R BS.1770, only where it matters."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.levels import BLOCK_FRAMES
from infinite_studio.engines.sketch.sound.products import product

_TAPS = 40
_PHASES = 4
_AT_ONCE = 4096


def _interpolation() -> NDArray[np.float32]:
    """Return the matrix from a block and its surroundings to the values between its frames."""
    half = _TAPS // 2
    window = np.kaiser(2 * half * _PHASES + 1, 6.0)
    matrix = np.zeros((BLOCK_FRAMES + _TAPS, BLOCK_FRAMES * (_PHASES - 1)))
    for frame in range(BLOCK_FRAMES):
        for phase in range(1, _PHASES):
            offsets = np.arange(-half + 1, half + 1) - phase / _PHASES
            weights = np.sinc(offsets) * np.interp(offsets, np.linspace(-half, half, window.shape[0]), window)
            column = frame * (_PHASES - 1) + phase - 1
            matrix[frame + 1 : frame + 1 + _TAPS, column] = weights / weights.sum()
    return matrix.astype(np.float32)


def peaks_between(
    stems: Sequence[NDArray[np.float32]], gains: Sequence[float], blocks: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the largest magnitude between the frames of some blocks of a mix.

    Parameters
    ----------
    stems : sequence of ndarray of float32, shape (frames, 2)
        What is mixed.
    gains : sequence of float
        Of each stem.
    blocks : ndarray of int
        Numbers of the blocks of 64 frames.
    """
    matrix = _interpolation()
    n_frames = stems[0].shape[0]
    around = np.arange(-_TAPS // 2, BLOCK_FRAMES + _TAPS // 2)
    found = np.zeros(blocks.shape[0], np.float32)
    for first in range(0, blocks.shape[0], _AT_ONCE):
        some = blocks[first : first + _AT_ONCE]
        places = some[:, np.newaxis] * BLOCK_FRAMES + around
        inside = (places >= 0) & (places < n_frames)
        places = np.clip(places, 0, n_frames - 1)
        mixed = sum(np.float32(gain) * stem[places] for gain, stem in zip(gains, stems, strict=True))
        mixed = np.asarray(mixed, np.float32) * inside[:, :, np.newaxis]
        between = np.stack([product(np.ascontiguousarray(mixed[:, :, side]), matrix) for side in range(2)])
        found[first : first + _AT_ONCE] = np.abs(between).max(axis=(0, 2))
    return found

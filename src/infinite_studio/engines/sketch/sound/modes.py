"""Things that ring: sums of many sines that each die away at their own pace, as one matrix product.

A decaying sine at frame ``b·L + i`` is the real part of ``z**(b·L) · z**i``, so that a sound of ``P`` modes is the
product of a ``(blocks, 2P)`` and a ``(2P, L)`` matrix: two dozen modes cost less than one call of a sine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono
from infinite_studio.engines.sketch.sound.products import product

_BLOCK_FRAMES = 128
_HIGHEST_HZ = 17_000.0
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Modes:
    """Frequencies in Hz, levels, time constants in seconds and phases in cycles, one of each for every mode."""

    hz: Numbers
    levels: Numbers
    falls: Numbers
    phases: Numbers | None = None

    def ring(self, n_frames: int) -> Mono:
        """Return the first frames of the sound."""
        rung: Mono = self.ring_apart(self.levels[np.newaxis], n_frames)[0]
        return rung

    def ring_apart(self, levels: Numbers, n_frames: int) -> NDArray[np.float32]:
        """Return the sound once for every row of levels; modes above 17 kHz are left out, so that nothing aliases."""
        kept = self.hz < _HIGHEST_HZ
        phases = np.zeros(self.hz.shape) if self.phases is None else self.phases
        fall = 1.0 / (self.falls[kept] * SAMPLE_RATE)
        step = (2j * np.pi / SAMPLE_RATE * self.hz[kept] - fall).astype(np.complex128)
        if not step.size:
            return np.zeros((levels.shape[0], n_frames), np.float32)
        n_blocks = -(-n_frames // _BLOCK_FRAMES)
        first = levels[:, kept] * np.exp(2j * np.pi * phases[kept])
        starts = (first[:, np.newaxis] * _powers(step * _BLOCK_FRAMES, n_blocks)).astype(np.complex64)
        within = _powers(step, _BLOCK_FRAMES).astype(np.complex64)
        left = np.concatenate([starts.imag, starts.real], axis=2).reshape(-1, 2 * step.shape[0])
        right = np.concatenate([within.real, within.imag], axis=1).T
        return product(left, np.ascontiguousarray(right)).reshape(levels.shape[0], -1)[:, :n_frames]


def stretched(n_modes: int, stiffness: float) -> Numbers:
    """Return the ratios of the partials of a stiff string: a little sharper the higher they are."""
    numbers = np.arange(1, n_modes + 1, dtype=np.float64)
    ratios: Numbers = numbers * np.sqrt((1.0 + stiffness * numbers**2) / (1.0 + stiffness))
    return ratios


def _powers(step: NDArray[np.complex128], count: int) -> NDArray[np.complex128]:
    """Return ``exp(n · step)`` for ``n`` below ``count``, shape ``(count, modes)``, from two short rows of exponentials."""
    stride = max(int(np.sqrt(count)), 1)
    coarse = np.exp(np.outer(np.arange(-(-count // stride)) * stride, step))
    fine = np.exp(np.outer(np.arange(stride), step))
    powers: NDArray[np.complex128] = (coarse[:, np.newaxis] * fine).reshape(-1, step.shape[0])[:count]
    return powers

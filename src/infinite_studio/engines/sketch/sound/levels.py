"""How loud a sound is: K-weighted and gated after ITU-R BS.1770."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.biquads import Section
from infinite_studio.engines.sketch.sound.block_filter import BlockFilter
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.sound.stroke import Stereo

SILENCE_LUFS = -120.0
BLOCK_FRAMES = 64
_BLOCKS_A_STEP = SAMPLE_RATE // 10 // BLOCK_FRAMES
_STEPS_A_WINDOW = 4
_OFFSET = -0.691
_K_WEIGHTING = (
    Section((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585)),
    Section((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)),
)
Energies = NDArray[np.float32]
"""Weighted mean squares, both channels summed, one for each block of 64 frames."""


class Weighting:
    """Measures the energies of a sound that comes piece by piece."""

    def __init__(self) -> None:
        self._filter = BlockFilter(_K_WEIGHTING)

    def energies(self, samples: Stereo) -> Energies:
        """Return the energies of the next piece."""
        weighted = self._filter.process(samples)
        if weighted.shape[1] % BLOCK_FRAMES:
            weighted = np.pad(weighted, ((0, 0), (0, -weighted.shape[1] % BLOCK_FRAMES)))
        squares = np.square(weighted).reshape(2, -1, BLOCK_FRAMES)
        energies: Energies = squares.sum(axis=2).sum(axis=0) * np.float32(1.0 / BLOCK_FRAMES)
        return energies


def gated_lufs(energies: Energies | Sequence[float]) -> float:
    """Return the loudness of blocks: windows of 400 ms every 100 ms, first those above −70 LUFS, then those above 10 LU below their mean."""
    blocks = np.asarray(energies, np.float64)
    whole = blocks[: blocks.shape[0] // _BLOCKS_A_STEP * _BLOCKS_A_STEP]
    steps = whole.reshape(-1, _BLOCKS_A_STEP).mean(axis=1)
    if steps.shape[0] < _STEPS_A_WINDOW:
        windows = blocks.mean(keepdims=True) if blocks.size else np.zeros(1)
    else:
        windows = np.convolve(steps, np.full(_STEPS_A_WINDOW, 1.0 / _STEPS_A_WINDOW), "valid")
    audible = windows[windows > 10 ** ((-70.0 - _OFFSET) / 10)]
    if not audible.size:
        return SILENCE_LUFS
    gate = audible.mean() * 10**-1
    return float(_OFFSET + 10 * np.log10(audible[audible > gate].mean()))

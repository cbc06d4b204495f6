"""The sizes of the short-time Fourier transform, for any sample rate."""

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

_WINDOW_SECONDS = 0.0929


@dataclass(frozen=True)
class Geometry:
    """Window and hop of the transform at one sample rate; four windows overlap at every frame."""

    sample_rate: int
    window_frames: int

    @classmethod
    def of(cls, sample_rate: int) -> "Geometry":
        """Choose the power of two nearest to 93 ms."""
        return cls(sample_rate, 1 << max(round(log2(_WINDOW_SECONDS * sample_rate)), 6))

    @property
    def hop_frames(self) -> int:
        """Frames from one window to the next."""
        return self.window_frames // 4

    @property
    def window(self) -> NDArray[np.float32]:
        """Periodic Hann window; used for analysis and for synthesis."""
        return np.hanning(self.window_frames + 1)[:-1].astype(np.float32)

    @property
    def bins_hz(self) -> NDArray[np.float64]:
        """Centre frequencies of the bins."""
        return np.linspace(0.0, self.sample_rate / 2, self.window_frames // 2 + 1)

    def window_count(self, n_frames: int) -> int:
        """Return how many windows cover a sound of this length, four at every frame."""
        return -(-n_frames // self.hop_frames) + 3

    def first_frame(self, index: int) -> int:
        """Return where window ``index`` starts; the first three start before the sound."""
        return (index - 3) * self.hop_frames

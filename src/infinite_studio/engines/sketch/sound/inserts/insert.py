"""`Insert`: what an effect is, and the parts that effects share."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.sound.stroke import Stereo


class Insert(Protocol):
    """An effect on a part."""

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece of the part with the effect."""


class Clock:
    """Counts the frames that went by, so that slow waves go on from piece to piece."""

    def __init__(self) -> None:
        self._frame = 0

    def cycles(self, n_frames: int, hz: float, start: float = 0.0) -> NDArray[np.float64]:
        """Return the phase of a wave over the next frames in cycles; does not advance."""
        frames = np.arange(self._frame, self._frame + n_frames, dtype=np.float64)
        return frames * (hz / SAMPLE_RATE) + start

    def advance(self, n_frames: int) -> None:
        """Go on."""
        self._frame += n_frames


class ModulatedDelay:
    """A short delay whose time moves, read between the frames along straight lines.

    Parameters
    ----------
    longest_frames : int
        The longest delay that will be asked for.
    """

    def __init__(self, longest_frames: int) -> None:
        self._past = np.zeros((2, longest_frames + 2), np.float32)

    def process(self, block: Stereo, delay_frames: NDArray[np.float32]) -> Stereo:
        """Return the block delayed by so many frames, shape ``(2, frames)``: each side has its own delay."""
        joined = np.concatenate([self._past, block], axis=1)
        n_past, n_frames = self._past.shape[1], block.shape[1]
        place = np.arange(n_past, n_past + n_frames, dtype=np.float64) - delay_frames
        index = place.astype(np.int64)
        between = (place - index).astype(np.float32)
        first = np.take_along_axis(joined, index, axis=1)
        second = np.take_along_axis(joined, index + 1, axis=1)
        self._past = joined[:, -n_past:].copy()
        heard: Stereo = first + (second - first) * between
        return heard

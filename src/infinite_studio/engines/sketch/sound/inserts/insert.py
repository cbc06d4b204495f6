"""`Insert`: what an effect is, and the parts that effects share."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono
from infinite_studio.engines.sketch.sound.stroke import Stereo


class Insert(Protocol):
    """An effect on a part."""

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece of the part with the effect."""


class Wave:
    """A slow sine that goes on from piece to piece.

    Parameters
    ----------
    hz : float
        How often a second it goes round.
    start : float
        Where it begins, in cycles.
    """

    def __init__(self, hz: float, start: float = 0.0) -> None:
        self._hz = hz
        self._cycles = start

    def next(self, n_frames: int) -> Mono:
        """Return its values for the next frames."""
        angles = np.arange(n_frames, dtype=np.float32)
        angles *= np.float32(2 * np.pi * self._hz / SAMPLE_RATE)
        angles += np.float32(2 * np.pi * self._cycles)
        self._cycles = (self._cycles + n_frames * self._hz / SAMPLE_RATE) % 1.0
        return np.sin(angles, out=angles)


class ModulatedDelay:
    """A short delay whose time moves, read between the frames along straight lines.

    Parameters
    ----------
    longest_frames : int
        The longest delay that will be asked for.
    """

    def __init__(self, longest_frames: int) -> None:
        self._past = np.zeros((2, longest_frames + 2), np.float32)

    def process(self, block: Stereo, delays: Sequence[Mono]) -> Stereo:
        """Return the block delayed by so many frames, one row of delays for each side or one for both."""
        joined = np.concatenate([self._past, block], axis=1)
        n_past, n_frames = self._past.shape[1], block.shape[1]
        self._past = joined[:, -n_past:].copy()
        now = np.arange(n_past, n_past + n_frames, dtype=np.int32)
        heard = np.empty((2, n_frames), np.float32)
        places = [_places(now, delay) for delay in delays]
        for side, wave in enumerate(joined):
            index, between = places[side % len(places)]
            heard[side] = wave.take(index)
            earlier = wave.take(index - 1)
            earlier -= heard[side]
            earlier *= between
            heard[side] += earlier
        return heard


def _places(now: NDArray[np.int32], delay: Mono) -> tuple[NDArray[np.int32], Mono]:
    """Return the frame before which a delayed value lies, and how far."""
    whole = delay.astype(np.int32)
    return now - whole, delay - whole.astype(np.float32)

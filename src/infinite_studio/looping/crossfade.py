"""Crossfades whose gains follow how alike the two sides are."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples

LEAST_CORRELATION = -0.6
"""Below this the sides cancel each other so much that no gain may make up for it."""
_DECLICK_SECONDS = 0.012
_MIN_SECONDS, _MAX_SECONDS = 0.005, 2.0


class CrossfadeShape(StrEnum):
    """How the gains of a crossfade run."""

    AUTO = "auto"
    EQUAL_POWER = "equal power"
    LINEAR = "linear"


@dataclass(frozen=True)
class Crossfade:
    """A crossfade.

    Parameters
    ----------
    n_frames : int
        Its length; 0 for a hard cut.
    correlation : float
        −1 to 1: how alike the two sides are; 0 gives equal power, 1 linear gains.
    """

    n_frames: int
    correlation: float


def crossfade_gains(n_frames: int, correlation: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the gains of the side that goes and of the side that comes.

    Parameters
    ----------
    n_frames : int
        Length, at least 1.
    correlation : float
        r, −1 to 1; below −0.6 it counts as −0.6.

    Returns
    -------
    out, into : ndarray of float32, shape (n_frames,)
        ``out² + into² + 2 r out into = 1`` everywhere, so that the power of two equally loud sides with this
        correlation stays what it is: equal power at r = 0, linear at r = 1.

    Notes
    -----
    Linear ramps, divided by the root of the power they give together (after Fink, Holters and Zölzer 2016).
    """
    r = float(np.clip(correlation, LEAST_CORRELATION, 1.0))
    into = (np.arange(n_frames) + 0.5) / n_frames
    out = 1.0 - into
    level = np.sqrt(out**2 + into**2 + 2 * r * out * into)
    return (out / level).astype(np.float32), (into / level).astype(np.float32)


def crossfaded(going: Samples, coming: Samples, correlation: float) -> Samples:
    """Return two equally long stretches crossfaded from the first to the second.

    Parameters
    ----------
    going, coming : ndarray of float32, shape (frames, channels)
        Same shape.
    correlation : float
        How alike they are; see `crossfade_gains`.
    """
    out, into = crossfade_gains(going.shape[0], correlation)
    return np.asarray(going * out[:, np.newaxis] + coming * into[:, np.newaxis], np.float32)


def chosen_seconds(correlation: float, tempo_bpm: float | None) -> float:
    """Return how long a crossfade should be for sides that are so alike.

    Parameters
    ----------
    correlation : float
        −1 to 1, at the seam.
    tempo_bpm : float or None
        Where there is a beat, long crossfades are whole parts of it.

    Returns
    -------
    float
        12 ms where the waveforms agree, an eighth of a beat, half a beat, up to a beat where they differ.
    """
    if correlation >= 0.97:
        return _DECLICK_SECONDS
    beat = 60.0 / tempo_bpm if tempo_bpm else 0.5
    share = 0.125 if correlation >= 0.85 else 0.5 if correlation >= 0.5 else 1.0
    return float(np.clip(beat * share, _MIN_SECONDS, _MAX_SECONDS))


def shape_correlation(shape: CrossfadeShape, measured: float) -> float:
    """Return the correlation that gives a shape: the measured one, 0 for equal power, 1 for linear."""
    return {CrossfadeShape.EQUAL_POWER: 0.0, CrossfadeShape.LINEAR: 1.0}.get(shape, measured)

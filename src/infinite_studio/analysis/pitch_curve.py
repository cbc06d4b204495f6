"""`PitchCurve`: how high a voice is from moment to moment, and the grid of pitches that trackers judge."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Salience = NDArray[np.float32]
"""Array ``(moments, N_BINS)``: how likely each pitch of the grid is at each moment, 0 to 1."""

TRACK_RATE = 16_000
HOP_FRAMES = 160
HOP_SECONDS = HOP_FRAMES / TRACK_RATE
WINDOW_FRAMES = 1_024
N_BINS = 360
BIN_SEMITONES = 0.2
LOWEST_PITCH = 23.460630


@dataclass(frozen=True)
class PitchCurve:
    """The pitch of one voice every 10 ms.

    Parameters
    ----------
    pitches : ndarray, shape (moments,)
        MIDI note numbers with fractions; a guess where nothing is voiced.
    confidences : ndarray, shape (moments,)
        0 to 1: how clearly there is one pitch.
    levels_db : ndarray, shape (moments,)
        RMS level around each moment, dB relative to full scale.
    is_voiced : ndarray of bool, shape (moments,)
        Where a voice sounds.
    hop_seconds : float
        From one moment to the next; the first is at 0.
    """

    pitches: Values
    confidences: Values
    levels_db: Values
    is_voiced: NDArray[np.bool_]
    hop_seconds: float = HOP_SECONDS

    @property
    def n_moments(self) -> int:
        """How many moments were judged."""
        return int(self.pitches.size)

    @property
    def times_seconds(self) -> Values:
        """When the moments are."""
        return np.arange(self.n_moments, dtype=np.float64) * self.hop_seconds

    @property
    def voiced_seconds(self) -> float:
        """How long a voice sounds in all."""
        return float(np.count_nonzero(self.is_voiced) * self.hop_seconds)


def bin_pitches() -> Values:
    """Return the pitch in the middle of every bin of the grid, in semitones; 31.7 Hz to 2 kHz in steps of 20 cents.

    Returns
    -------
    ndarray, shape (N_BINS,)
        MIDI note numbers with fractions.

    Notes
    -----
    The grid of CREPE (Kim et al. 2018), which the built-in tracker shares.
    """
    return LOWEST_PITCH + BIN_SEMITONES * np.arange(N_BINS, dtype=np.float64)


def moments_of(n_frames: int) -> int:
    """Return how many moments a sound of so many frames at `TRACK_RATE` has."""
    return 1 + n_frames // HOP_FRAMES

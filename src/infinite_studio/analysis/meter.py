"""How many beats a bar has, and which beats begin one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.onsets import MOMENT_RATE

_USUAL_BEATS = 4
_TRIPLE_BEATS = 3
_COMPOUND_BEATS = 2
_TRIPLE_PARTS = 3
_TRIPLE_LEAD = 0.06
_LEAST_BARS = 3
_CHANGE_WEIGHT, _LOW_WEIGHT, _STRENGTH_WEIGHT = 1.0, 0.7, 0.3
_START_BONUS = 0.45
_START_BEATS = 0.15
_REACH_MOMENTS = 3

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Meter:
    """Bars as beats.

    Parameters
    ----------
    beats_per_bar : int
        4, or 3 where the sound comes back after three beats more clearly than after four; 2 instead of 4 where beats fall
        into three parts: 6/8.
    first : int
        Number of the first beat that begins a bar, from 0.
    """

    beats_per_bar: int
    first: int


def find_meter(
    beats_seconds: Values,
    strength: Values,
    low: Values,
    rows: Values,
    row_seconds: float,
    *,
    is_loop: bool = False,
    beat_parts: int = 2,
) -> Meter:
    """Guess how many beats a bar has and where bars begin.

    Parameters
    ----------
    beats_seconds : ndarray, shape (beats,)
        When the beats fall.
    strength, low : ndarray, shape (moments,)
        Strength of all onsets and of low ones, `MOMENT_RATE` values per second.
    rows : ndarray, shape (any, n)
        How strongly each pitch class sounds.
    row_seconds : float
        From one row to the next.
    is_loop : bool
        Whether the sound was cut to whole bars: then a first beat at its beginning begins one.
    beat_parts : int
        Into how many parts a beat falls: 2, or 3.

    Returns
    -------
    Meter
        Four beats (two of three parts each), from the first one on, for sounds of less than three bars.

    Notes
    -----
    Bars repeat: the likeness of what happens at beats three and six, or four and eight, beats apart tells the
    metre (Gouyon and Herrera 2003). Bars begin where harmony changes and low sounds begin (Goto 2001).
    """
    usual = _COMPOUND_BEATS if beat_parts == _TRIPLE_PARTS else _USUAL_BEATS
    if beats_seconds.size < _LEAST_BARS * _USUAL_BEATS:
        return Meter(usual, 0)
    accents = np.stack([_near(strength, beats_seconds), _near(low, beats_seconds)], axis=1)
    pitches = _between(rows, beats_seconds, row_seconds)
    change = _changes(pitches)
    described = np.hstack([_standard(accents), _standard(change[:, np.newaxis]), 0.5 * _standard(pitches)])
    triple, duple = _recurrence(described, _TRIPLE_BEATS), _recurrence(described, _USUAL_BEATS)
    per_bar = _TRIPLE_BEATS if triple > duple + _TRIPLE_LEAD else usual
    accent = _CHANGE_WEIGHT * _standard(change) + _LOW_WEIGHT * _standard(accents[:, 1])
    accent += _STRENGTH_WEIGHT * _standard(accents[:, 0])
    begins_at_once = beats_seconds[0] < _START_BEATS * float(np.median(np.diff(beats_seconds)))
    if is_loop and begins_at_once:
        return Meter(per_bar, 0)
    scores = [float(accent[phase::per_bar].mean()) for phase in range(per_bar)]
    if begins_at_once:
        scores[0] += _START_BONUS
    return Meter(per_bar, int(np.argmax(scores)))


def _near(curve: Values, times_seconds: Values) -> Values:
    """Return the largest value near each time."""
    places = np.round(times_seconds * MOMENT_RATE).astype(int)[:, np.newaxis]
    around = places + np.arange(-_REACH_MOMENTS, _REACH_MOMENTS + 1)
    return np.asarray(curve[np.clip(around, 0, curve.size - 1)].max(axis=1))


def _between(rows: Values, times_seconds: Values, row_seconds: float) -> Values:
    """Return the mean of the rows from each beat to the next."""
    sums = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    period = float(np.median(np.diff(times_seconds)))
    edges = np.round(np.append(times_seconds, times_seconds[-1] + period) / row_seconds).astype(int)
    edges = np.clip(edges, 0, rows.shape[0])
    counts = np.maximum(np.diff(edges), 1)[:, np.newaxis]
    return np.asarray((sums[edges[1:]] - sums[edges[:-1]]) / counts)


def _changes(rows: Values) -> Values:
    """Return how different each row is from the one before; the mean for the first."""
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    change = 1 - np.sum(unit[1:] * unit[:-1], axis=1)
    return np.concatenate([[float(change.mean())], change])


def _standard(values: Values) -> Values:
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread > 1e-9, spread, np.inf))


def _recurrence(rows: Values, per_bar: int) -> float:
    """Return how alike rows one and two bars apart are, from −1 to 1."""
    power = max(float(np.square(rows).sum(axis=1).mean()), 1e-9)
    lags = [lag for lag in (per_bar, 2 * per_bar) if lag < rows.shape[0]]
    return float(np.mean([np.sum(rows[lag:] * rows[:-lag], axis=1).mean() / power for lag in lags]))

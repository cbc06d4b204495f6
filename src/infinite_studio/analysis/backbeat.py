"""The backbeat: whether low and high onsets take turns from one beat to the next, as bass drum and snare do."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.bars import beat_phase
from infinite_studio.analysis.onsets import MOMENT_RATE
from infinite_studio.analysis.pulse import Curve

_CHUNK_SECONDS = 20.0
_REACH_MOMENTS = 2
_LEAST_PAIRS = 2


@dataclass(frozen=True)
class Backbeat:
    """How far beats of one kind stand out on every other beat of a tempo.

    Parameters
    ----------
    high, low : float
        From −1 to 1: how much stronger onsets without lows are on one half of the beats, and low ones on the other half;
        their sum is never negative.
    """

    high: float
    low: float


def backbeat(strength: Curve, low: Curve, tempo_bpm: float) -> Backbeat | None:
    """Tell whether low and high onsets take turns at a tempo.

    Parameters
    ----------
    strength, low : ndarray, shape (moments,)
        Strength of all onsets and of low ones, `MOMENT_RATE` values per second.
    tempo_bpm : float
        The beats that may take turns.

    Returns
    -------
    Backbeat or None
        The median over passages of 20 s; None where the sound has fewer than four such beats.

    Notes
    -----
    In most popular music the snare answers the bass drum on the second and fourth beat; how far apart snares are tells
    the beat from its half and its double (Goto 2001 uses the same for finding bars).
    """
    spread = max(float(strength.std()), 1e-9), max(float(low.std()), 1e-9)
    all_onsets, lows = strength / spread[0], low[: strength.size] / spread[1]
    size = round(_CHUNK_SECONDS * MOMENT_RATE)
    count = max(round(strength.size / size), 1)
    found = [
        _of_passage(*pair, 60 / tempo_bpm)
        for pair in zip(np.array_split(all_onsets, count), np.array_split(lows, count), strict=True)
    ]
    known = [one for one in found if one is not None]
    if not known:
        return None
    return Backbeat(*(float(np.median(values)) for values in zip(*known, strict=True)))


def _of_passage(strength: Curve, low: Curve, beat_seconds: float) -> tuple[float, float] | None:
    first = beat_phase(strength + low, beat_seconds) * MOMENT_RATE
    high_turns = _turns(np.maximum(strength - low, 0.0), first, beat_seconds * MOMENT_RATE)
    low_turns = _turns(low, first, beat_seconds * MOMENT_RATE)
    if high_turns is None or low_turns is None:
        return None
    sign = 1.0 if high_turns >= low_turns else -1.0
    return sign * high_turns, -sign * low_turns


def _turns(curve: Curve, first: float, period: float) -> float | None:
    """Return how much stronger odd beats are than even ones, −1 to 1."""
    n_beats = int((curve.size - first - _REACH_MOMENTS) / period)
    if n_beats < 2 * _LEAST_PAIRS:
        return None
    places = np.round(first + period * np.arange(n_beats)).astype(int)[:, np.newaxis]
    around = places + np.arange(-_REACH_MOMENTS, _REACH_MOMENTS + 1)
    beats = curve[np.clip(around, 0, curve.size - 1)].max(axis=1)
    even, odd = float(beats[::2].mean()), float(beats[1::2].mean())
    return (odd - even) / max(odd + even, 1e-9)

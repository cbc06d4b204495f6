"""From a pitch curve to notes: where a voice settles, steps to another pitch, or begins the same one anew."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.pitch_curve import PitchCurve, Values
from infinite_studio.music.singing import SungNote

_LEVEL_STEP_SEMITONES = 0.25
_SPREAD_SEMITONES = 0.6
_OUTLIER_COST = 3.0
_NEW_NOTE_COST = 20.0
_ONSET_DISCOUNT = 28.0
_FULL_DIP_DB = 9.0
_LEAST_DIP_DB = 2.5
_DIP_MOMENTS = 7
_APART_MOMENTS = 6
_CLEAR = 0.75
_SHORTEST_SECONDS = 0.07
_LONGEST_HOLE_MOMENTS = 3
_SETTLING_SHARE = 0.2
_OCTAVE_SEMITONES = 12.0
_NEAR_SEMITONES = 4.0
_FAR_SEMITONES = 9.0
_LONGEST_SLIP_SECONDS = 0.15
_QUIETEST_VELOCITY = 0.3
_VELOCITY_RANGE_DB = 24.0


@dataclass(frozen=True)
class _Stretch:
    """Moments that belong to one note."""

    start: int
    end: int


def notes_of_curve(curve: PitchCurve) -> tuple[SungNote, ...]:
    """Return the notes that were sung.

    Parameters
    ----------
    curve : PitchCurve
        From `pitch_curve_of`.

    Returns
    -------
    tuple of SungNote
        In order, without overlap, each at least 70 ms; pitches with fractions, velocities by level. Empty where no
        voice was found.

    Notes
    -----
    In each voiced stretch, a Viterbi search over levels a quarter semitone apart: distance from the level costs by
    its square up to a limit, so that slides and vibrato cost little, and each new note costs a fixed price, less
    where the sound dips and rises again as a consonant or a new breath makes it. A note's pitch is the median of
    its settled part. Very short notes an octave off both of their neighbours are moved back.
    """
    onsets = onset_evidence(curve)
    stretches = [
        stretch for run in _voiced_runs(curve.is_voiced) for stretch in _split(curve.pitches, onsets, run)
    ]
    shortest = round(_SHORTEST_SECONDS / curve.hop_seconds)
    kept = [stretch for stretch in stretches if stretch.end - stretch.start >= shortest]
    slippery = [(one.end - one.start) * curve.hop_seconds < _LONGEST_SLIP_SECONDS for one in kept]
    pitches = _without_octave_slips([_settled_pitch(curve, stretch) for stretch in kept], slippery)
    loud = float(np.quantile(curve.levels_db[curve.is_voiced], 0.95)) if kept else 0.0
    return tuple(
        SungNote(
            pitch,
            stretch.start * curve.hop_seconds,
            (stretch.end - stretch.start) * curve.hop_seconds,
            _velocity(float(curve.levels_db[stretch.start : stretch.end].max()) - loud),
        )
        for stretch, pitch in zip(kept, pitches, strict=True)
    )


def onset_evidence(curve: PitchCurve) -> Values:
    """Return how much each moment looks like the beginning of a note within a voiced stretch.

    Parameters
    ----------
    curve : PitchCurve
        Levels and confidences are read.

    Returns
    -------
    ndarray, shape (moments,)
        0 to 1: how deep a dip of the level, or of the clarity of the pitch, lies here that rises again within 70 ms.
    """
    levels = curve.levels_db
    before, after = _running_max(levels, -_DIP_MOMENTS), _running_max(levels, _DIP_MOMENTS)
    dip_db = np.minimum(before, after) - levels
    by_level = (dip_db - _LEAST_DIP_DB) / (_FULL_DIP_DB - _LEAST_DIP_DB)
    clear = curve.confidences
    blur = np.minimum(_running_max(clear, -_DIP_MOMENTS), _running_max(clear, _DIP_MOMENTS)) - clear
    evidence = np.clip(np.maximum(by_level, blur / _CLEAR), 0.0, 1.0)
    earlier = np.concatenate([[0.0], _running_max(evidence, -_APART_MOMENTS)[:-1]])
    is_clearest = (evidence > earlier) & (evidence >= _running_max(evidence, _APART_MOMENTS))
    return np.where(is_clearest, evidence, 0.0)


def _running_max(values: Values, reach: int) -> Values:
    """Return the maximum of the next (or, where negative, the last) moments, this one included."""
    n = abs(reach)
    padded = np.concatenate([np.full(n, -np.inf), values, np.full(n, -np.inf)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, n + 1)
    return np.asarray(windows.max(axis=1)[n:] if reach > 0 else windows.max(axis=1)[: values.size])


def _voiced_runs(voiced: NDArray[np.bool_]) -> list[_Stretch]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], voiced, [False]]).astype(np.int8)))
    runs: list[_Stretch] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if runs and start - runs[-1].end <= _LONGEST_HOLE_MOMENTS:
            runs[-1] = _Stretch(runs[-1].start, int(end))
        else:
            runs.append(_Stretch(int(start), int(end)))
    return runs


def _split(pitches: Values, onsets: Values, run: _Stretch) -> list[_Stretch]:
    """Return the notes of one voiced stretch."""
    inside = pitches[run.start : run.end]
    levels = np.arange(inside.min(), inside.max() + _LEVEL_STEP_SEMITONES, _LEVEL_STEP_SEMITONES)
    costs = np.minimum(((inside[:, np.newaxis] - levels) / _SPREAD_SEMITONES) ** 2, _OUTLIER_COST)
    prices = _NEW_NOTE_COST - _ONSET_DISCOUNT * onsets[run.start : run.end]
    is_new = np.zeros(costs.shape, bool)
    came_from = np.zeros(inside.size, np.int64)
    total = costs[0].copy()
    for moment in range(1, inside.size):
        cheapest = int(total.argmin())
        came_from[moment] = cheapest
        anew = total[cheapest] + prices[moment]
        is_new[moment] = anew < total
        total = np.where(is_new[moment], anew, total) + costs[moment]
    borders = [inside.size]
    level = int(total.argmin())
    for moment in range(inside.size - 1, 0, -1):
        if is_new[moment, level]:
            borders.append(moment)
            level = int(came_from[moment])
    borders.append(0)
    starts = [run.start + border for border in reversed(borders)]
    return [_Stretch(start, end) for start, end in itertools.pairwise(starts)]


def _settled_pitch(curve: PitchCurve, stretch: _Stretch) -> float:
    """Return the median of the middle of a note, weighed by nothing: slides at its ends do not count."""
    n = stretch.end - stretch.start
    skipped = round(n * _SETTLING_SHARE)
    middle = slice(stretch.start + skipped, max(stretch.end - skipped // 2, stretch.start + skipped + 1))
    return float(np.median(curve.pitches[middle]))


def _without_octave_slips(pitches: list[float], slippery: list[bool]) -> list[float]:
    """Move notes back that are short enough for a slip and lie an octave off where both of their neighbours are."""
    repaired = list(pitches)
    for place in range(1, len(repaired) - 1):
        before, here, after = repaired[place - 1], repaired[place], pitches[place + 1]
        for octave in (-_OCTAVE_SEMITONES, _OCTAVE_SEMITONES):
            moved = here + octave
            was_far = min(abs(here - before), abs(here - after)) > _FAR_SEMITONES
            fits = max(abs(moved - before), abs(moved - after)) < _NEAR_SEMITONES
            if slippery[place] and was_far and fits:
                repaired[place] = moved
    return repaired


def _velocity(below_loud_db: float) -> float:
    share = min(max(1.0 + below_loud_db / _VELOCITY_RANGE_DB, 0.0), 1.0)
    return _QUIETEST_VELOCITY + (1.0 - _QUIETEST_VELOCITY) * share

"""When beats fall."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.bars import beat_phase
from infinite_studio.analysis.onsets import MOMENT_RATE
from infinite_studio.progress import Progress

_TIGHTNESS = 100.0
_SMOOTHING = 1 / 32
_STEADY_SECONDS = 0.03
_STEADY_SHARE = 0.05
_MOMENTS_PER_REPORT = 4_096
_AUDIBLE = 0.02
_START_SECONDS = 0.03
_LARGEST_CHANGE = 0.03
_LEAST_BEATS_FOR_FIT = 8
_LOOP_START_BONUS = 1.6

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Beats:
    """The beats of a sound.

    Parameters
    ----------
    times_seconds : ndarray of float64, shape (n,)
        When each beat falls, ascending.
    tempo_bpm : float
        Of the straight line through them; as given where they do not lie on one.
    is_steady : bool
        Whether they lie on a straight line: played to a click.
    """

    times_seconds: Values
    tempo_bpm: float
    is_steady: bool


def find_beats(
    strength: Values, tempo_bpm: float, duration_seconds: float, progress: Progress, *, is_exact: bool = False
) -> Beats:
    """Find the beats of a sound whose tempo is known.

    Parameters
    ----------
    strength : ndarray, shape (moments,)
        Onset strength, `MOMENT_RATE` values per second.
    tempo_bpm : float
        Its tempo; may drift by a tenth.
    duration_seconds : float
        Its length: no beat falls beyond.
    progress : Progress
        Told the share that is done; may cancel.
    is_exact : bool
        Whether the tempo is exact, as that of a loop which lasts whole bars: then only the phase is looked for.

    Returns
    -------
    Beats
        A regular grid where the beats found lie on a straight line to within 30 ms or a twentieth of a beat, else the beats
        as they were played.

    Notes
    -----
    Dynamic programming over onset strength (Ellis 2007), then regression of the times on the beats' numbers.
    """
    progress.report(0.0, "Finding the beats")
    beat_seconds = 60 / tempo_bpm
    if is_exact:
        first = beat_phase(strength, beat_seconds, _LOOP_START_BONUS)
        return Beats(_grid(first, beat_seconds, first, duration_seconds), tempo_bpm, is_steady=True)
    period = beat_seconds * MOMENT_RATE
    found = _tracked(_smoothed(strength, period), period, progress) / MOMENT_RATE
    return as_played(found[found < duration_seconds], beat_seconds, duration_seconds)


def as_played(found: Values, beat_seconds: float, duration_seconds: float) -> Beats:
    """Tell beats that were played to a click from others, by a regression of their times on their numbers.

    Parameters
    ----------
    found : ndarray, shape (n,)
        When beats fall, seconds, ascending; some may be missing.
    beat_seconds : float
        From one to the next, to within 3 %.
    duration_seconds : float
        Length of the sound: no beat falls beyond.

    Returns
    -------
    Beats
        As `find_beats` returns them.
    """
    if found.size < 2:
        return Beats(found, 60 / beat_seconds, is_steady=False)
    slope, first, spread = _line(found, beat_seconds)
    tolerance = max(_STEADY_SECONDS, _STEADY_SHARE * slope)
    if spread > tolerance or abs(slope / beat_seconds - 1) > _LARGEST_CHANGE:
        return Beats(found, 60 / beat_seconds, is_steady=False)
    return Beats(_grid(first, slope, float(found[0]), duration_seconds), 60 / slope, is_steady=True)


def _smoothed(strength: Values, period: float) -> Values:
    width = max(period * _SMOOTHING, 0.5)
    reach = int(3 * width) + 1
    shape = np.exp(-0.5 * np.square(np.arange(-reach, reach + 1) / width))
    return np.convolve(strength / max(float(strength.std()), 1e-9), shape / shape.sum(), mode="same")


def _tracked(strength: Values, period: float, progress: Progress) -> Values:
    """Return the moments of the beats on the best path."""
    lags = np.arange(max(round(period / 2), 1), round(period * 2) + 1)
    cost = -_TIGHTNESS * np.square(np.log(lags / period))
    longest, size = int(lags[-1]), strength.size
    total = np.zeros(size + longest)
    before = np.full(size, -1)
    # `total` begins with silence of one longest lag, so that every window is whole.
    cost = cost[::-1]
    for moment in range(size):
        window = total[moment : moment + lags.size] + cost
        best = int(window.argmax())
        came_from = moment - longest + best
        if came_from >= 0:
            before[moment] = came_from
        total[moment + longest] = strength[moment] + max(float(window[best]), 0.0)
        if moment % _MOMENTS_PER_REPORT == 0:
            progress.report(moment / size)
    return _path(total[longest:], before, period, _first_audible(strength))


def _path(total: Values, before: NDArray[np.int_], period: float, first: int) -> Values:
    tail = max(total.size - round(period), 0)
    moment = tail + int(total[tail:].argmax()) if total.size else -1
    path = []
    while moment >= first:
        path.append(moment)
        moment = int(before[moment])
    return np.array(path[::-1], dtype=np.float64)


def _first_audible(strength: Values) -> int:
    heard = np.flatnonzero(strength > _AUDIBLE * strength.max(initial=0.0))
    return int(heard[0]) if heard.size else 0


def _line(times: Values, beat_seconds: float) -> tuple[float, float, float]:
    """Return seconds per beat, the time of beat 0 and how far most beats are off the line."""
    numbers = np.concatenate([[0.0], np.cumsum(np.maximum(np.round(np.diff(times) / beat_seconds), 1.0))])
    slope = float(np.polyfit(numbers, times, 1)[0]) if times.size >= _LEAST_BEATS_FOR_FIT else beat_seconds
    offsets = times - numbers * slope
    first = float(np.median(offsets))
    return slope, first, float(np.percentile(np.abs(offsets - first), 80))


def _grid(first: float, slope: float, heard_from: float, duration_seconds: float) -> Values:
    """Return a beat each ``slope`` seconds; one just before or after the beginning falls on it."""
    start = first + slope * np.ceil((heard_from - first) / slope - 0.25)
    if abs(start) < _START_SECONDS or start < 0.0:
        start = max(start, 0.0) if start > -_START_SECONDS else start + slope
    times = start + slope * np.arange(max(int((duration_seconds - start) / slope) + 2, 0))
    return np.asarray(times[times < duration_seconds - 0.5 * _START_SECONDS])

"""Which pitches last: partials that stand out of the spectrum and stay for at least two moments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Mono
from infinite_studio.analysis.onsets import spectrum_blocks
from infinite_studio.progress import Part, Progress

_WINDOW_FRAMES = 8_192
_HOP_FRAMES = 2_048
_LOWEST_HZ = 55.0
_HIGHEST_HZ = 2_000.0
_RANGE_DB = 50.0
_SILENCE_DB = -80.0
_TINY = 1e-9
_PROMINENCE_DB = 12.0
_SURROUNDINGS = (-6, -5, -4, 4, 5, 6)
_SAME_PITCH_SEMITONES = 0.35
_HIGHEST_OVERTONE = 19
_OVERTONE_TOLERANCE_SEMITONES = 0.3
_OVERTONE_WEIGHT = 0.2
_REFERENCE_HZ = 440.0
_REFERENCE_PITCH = 69.0

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Pitches:
    """The lasting partials of a sound, one entry per partial and moment.

    Parameters
    ----------
    pitches : ndarray, shape (n,)
        In semitones; 69 is A at 440 Hz.
    weights : ndarray, shape (n,)
        Square root of magnitude, a fifth of it for what a lower partial explains as its overtone.
    lasting_share : float
        How many of all partials last: about 0.9 in music, below 0.5 in noise and drums.
    """

    pitches: Values
    weights: Values
    lasting_share: float


@dataclass(frozen=True)
class _Moment:
    pitches: Values
    magnitudes: Values


def lasting_pitches(mono: Mono, progress: Progress) -> Pitches:
    """Return the lasting partials between 55 Hz and 2 kHz.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    Pitches
        Empty for silence, clicks and most noise.
    """
    moments = [
        moment
        for block in spectrum_blocks(mono, _WINDOW_FRAMES, _HOP_FRAMES, Part(progress, 0.0, 0.7))
        for moment in _partials(block)
    ]
    nothing = _Moment(np.zeros(0), np.zeros(0))
    kept = []
    progress.report(0.8)
    for before, now, after in zip([nothing, *moments[:-1]], moments, [*moments[1:], nothing], strict=True):
        lasts = _recurs(now.pitches, before.pitches) | _recurs(now.pitches, after.pitches)
        kept.append(_Moment(now.pitches[lasts], now.magnitudes[lasts]))
    n_all = sum(moment.pitches.size for moment in moments)
    n_kept = sum(moment.pitches.size for moment in kept)
    return Pitches(
        np.concatenate([moment.pitches for moment in kept]),
        np.concatenate([_weights(moment) for moment in kept]),
        n_kept / max(n_all, 1),
    )


def _partials(magnitudes: NDArray[np.float32]) -> list[_Moment]:
    """Return the peaks that stand out by 12 dB in each spectrum, placed by parabolic interpolation."""
    low, high = (int(hz * _WINDOW_FRAMES / ANALYSIS_RATE) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    loudest_db = 20 * np.log10(magnitudes.max(axis=1, keepdims=True) + _TINY)
    levels_db = 20 * np.log10(magnitudes[:, : high + max(_SURROUNDINGS)].astype(np.float64) + _TINY)
    middle = levels_db[:, low:high]
    is_peak = (middle > levels_db[:, low - 1 : high - 1]) & (middle >= levels_db[:, low + 1 : high + 1])
    is_peak &= middle > np.maximum(loudest_db - _RANGE_DB, _SILENCE_DB)
    rows, bins = np.nonzero(is_peak)
    bins += low
    around_db = np.median([levels_db[rows, bins + offset] for offset in _SURROUNDINGS], axis=0)
    stands_out = levels_db[rows, bins] - around_db > _PROMINENCE_DB
    rows, bins = rows[stands_out], bins[stands_out]
    left, top, right = (levels_db[rows, bins + offset] for offset in (-1, 0, 1))
    hz = (bins + 0.5 * (left - right) / (left - 2 * top + right)) * ANALYSIS_RATE / _WINDOW_FRAMES
    pitches = _REFERENCE_PITCH + 12 * np.log2(hz / _REFERENCE_HZ)
    borders = np.searchsorted(rows, np.arange(1, magnitudes.shape[0]))
    return [
        _Moment(*pair)
        for pair in zip(np.split(pitches, borders), np.split(10 ** (top / 20), borders), strict=True)
    ]


def _recurs(pitches: Values, others: Values) -> NDArray[np.bool_]:
    """Return which pitches are among the others, within a third of a semitone."""
    if not others.size:
        return np.zeros(pitches.size, bool)
    near: NDArray[np.bool_] = np.abs(pitches[:, np.newaxis] - others) < _SAME_PITCH_SEMITONES
    return np.asarray(near.any(axis=1))


def _weights(moment: _Moment) -> Values:
    """Weigh partials by the square root of magnitude, overtones of a partial at least half as strong less."""
    apart = moment.pitches[:, np.newaxis] - moment.pitches
    number = np.round(2 ** (apart / 12))
    off = np.abs(apart - 12 * np.log2(np.maximum(number, 1)))
    is_overtone = (number >= 2) & (number <= _HIGHEST_OVERTONE) & (off < _OVERTONE_TOLERANCE_SEMITONES)
    strong_enough = moment.magnitudes >= 0.5 * moment.magnitudes[:, np.newaxis]
    explained = (is_overtone & strong_enough).any(axis=1)
    return np.sqrt(moment.magnitudes) * np.where(explained, _OVERTONE_WEIGHT, 1.0)

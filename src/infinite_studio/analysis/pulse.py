"""How well each tempo explains when things begin: regularity in time and in frequency."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.onsets import MOMENT_RATE

Curve: TypeAlias = NDArray[np.float64]
"""One value per candidate tempo."""
Lookup: TypeAlias = Callable[[Curve], Curve]
"""Values at the given places, interpolated or nearest."""

_DUPLE = ((1, 1.0), (2, 1.0), (4, 1.0), (8, 0.5))
_TRIPLE = ((1, 1.0), (3, 1.0), (6, 1.0))
_TRIPLE_WEIGHT = 0.9
_TOLERANCE = 0.015
_LONGEST_LAG = 0.8
_SEGMENT_SECONDS = 12.0
_SPECTRUM_SIZE = 1 << 14
_TERNARY_LIMIT = 4.0


@dataclass(frozen=True)
class Pulse:
    """Evidence for each candidate tempo.

    Parameters
    ----------
    repetition : ndarray
        0 to 1: how alike the sound is one, two and four (or three and six) beats later.
    lattice : ndarray
        Strength of the beat and its subdivisions among all periodicities, not normalised.
    """

    repetition: Curve
    lattice: Curve


def open_pulse(strength: Curve, tempi_bpm: Curve) -> Pulse:
    """Return the evidence in a passage that may begin and end anywhere.

    Parameters
    ----------
    strength : ndarray, shape (moments,)
        Onset strength, `MOMENT_RATE` values per second.
    tempi_bpm : ndarray, shape (n,)
        The candidates.

    Returns
    -------
    Pulse
        Each curve of shape (n,); repetition is 0 where the passage is too short to tell.
    """
    centred = strength - strength.mean()
    size = centred.size
    similar = similarity(strength)
    spectrum = _mean_spectrum(centred)

    def overlap(lags: Curve) -> Curve:
        return np.where(lags < _LONGEST_LAG * size, 1 - lags / size, 0.0)

    def power(rates_hz: Curve) -> Curve:
        bins = np.round(rates_hz * _SPECTRUM_SIZE / MOMENT_RATE).astype(int)
        return np.asarray(spectrum[np.minimum(bins, spectrum.size - 1)])

    lags = 60 * MOMENT_RATE / tempi_bpm
    return Pulse(_repetition(similar, lags, overlap), _lattice(power, tempi_bpm / 60))


def similarity(strength: Curve) -> Curve:
    """Return how alike a passage is to itself some moments later.

    Parameters
    ----------
    strength : ndarray, shape (moments,)
        Onset strength, `MOMENT_RATE` values per second.

    Returns
    -------
    ndarray, shape (moments,)
        The autocorrelation for every lag, 1 at lag 0, corrected for how little of a passage overlaps at long ones.
    """
    centred = strength - strength.mean()
    size = centred.size
    similar = np.fft.irfft(np.square(np.abs(np.fft.rfft(centred, 2 * size))))[:size]
    return np.asarray(similar * size / (size - np.arange(size)) / max(similar[0], 1e-12))


def looped_pulse(strength: Curve, beat_counts: Sequence[int], duration_seconds: float) -> Pulse:
    """Return the evidence in a passage that continues at its beginning, for whole numbers of beats.

    Parameters
    ----------
    strength : ndarray, shape (moments,)
        Onset strength of the whole loop, `MOMENT_RATE` values per second.
    beat_counts : sequence of int
        The candidates: beats in the loop.
    duration_seconds : float
        Exact length of the loop.

    Returns
    -------
    Pulse
        Each curve of shape (len(beat_counts),), on the scale of `open_pulse`.
    """
    size = max(min(round(duration_seconds * MOMENT_RATE), strength.size), 1)
    centred = strength[:size] - strength[:size].mean()
    bins = np.square(np.abs(np.fft.rfft(centred)))
    similar = np.fft.irfft(bins, size) if size > 1 else np.ones(1)
    similar = np.concatenate([similar, similar[1:]]) / max(similar[0], 1e-12)
    counts = np.array(beat_counts, dtype=float)
    # A Hann window, as in `_mean_spectrum`, would pass 2/3 of the power per bin relative to its gain.
    scaled = bins / size**2 / 1.5

    def overlap(lags: Curve) -> Curve:
        return np.where(lags < 0.97 * size, 1.0, 0.0)

    def power(cycles: Curve) -> Curve:
        return np.asarray(scaled[np.minimum(np.round(cycles).astype(int), scaled.size - 1)])

    return Pulse(_repetition(similar, size / counts, overlap), _lattice(power, counts))


def _repetition(similar: Curve, lags: Curve, overlap: Lookup) -> Curve:
    """Average the similarity at multiples of the beat, in twos or in threes, where the passage is long enough."""

    def average(multiples: Sequence[tuple[int, float]]) -> Curve:
        total, weight = np.zeros(lags.size), np.zeros(lags.size)
        for multiple, share in multiples:
            known = overlap(lags * multiple) * share
            total += np.where(known > 0, _peak_near(similar, lags * multiple), 0.0) * known
            weight += known
        return total / np.maximum(weight, 1e-9)

    found = np.maximum(average(_DUPLE), _TRIPLE_WEIGHT * average(_TRIPLE))
    return np.where(overlap(lags) > 0, np.clip(found, 0.0, 1.0), 0.0)


def _peak_near(similar: Curve, lags: Curve) -> Curve:
    """Return the largest similarity within 1.5 % of each lag."""
    low = np.floor(lags * (1 - _TOLERANCE)).astype(int)
    high = np.ceil(lags * (1 + _TOLERANCE)).astype(int)
    best = np.full(lags.size, -1.0)
    for step in range(int((high - low).max()) + 1):
        best = np.maximum(best, similar[np.clip(np.minimum(low + step, high), 0, similar.size - 1)])
    return best


def _lattice(power: Lookup, rates: Curve) -> Curve:
    """Sum the power at the beat and its halves and quarters, or thirds and sixths.

    A rhythm of period ``T`` has power only at multiples of ``1/T``: this tells the beat from what is 3/2 or 4/3
    as fast, where repetition in time hardly does (after Peeters 2006). Thirds count only beside a beat of their own.
    """
    beat = power(rates)
    binary = power(2 * rates) + power(4 * rates)
    ternary = np.minimum(power(3 * rates) + power(6 * rates), _TERNARY_LIMIT * beat)
    return beat + np.maximum(binary, ternary)


def _mean_spectrum(centred: Curve) -> Curve:
    """Return the power spectrum averaged over half-overlapping passages of 12 s."""
    length = min(int(_SEGMENT_SECONDS * MOMENT_RATE), centred.size)
    count = max(-(-2 * (centred.size - length) // length), 0) + 1
    window = np.hanning(length)
    total = np.zeros(_SPECTRUM_SIZE // 2 + 1)
    for start in np.linspace(0, centred.size - length, count).astype(int):
        passage = centred[start : start + length]
        total += np.square(np.abs(np.fft.rfft((passage - passage.mean()) * window, _SPECTRUM_SIZE)))
    return total / float(count * max(window.sum(), 1e-9) ** 2)

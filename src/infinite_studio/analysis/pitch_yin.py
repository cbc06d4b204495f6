"""The built-in pitch tracker: probabilistic YIN, without weights and without a compiler."""

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.pitch_curve import (
    BIN_SEMITONES,
    LOWEST_PITCH,
    N_BINS,
    TRACK_RATE,
    WINDOW_FRAMES,
    Salience,
    Values,
    moments_of,
)
from infinite_studio.analysis.pitch_frames import Mono, frame_blocks
from infinite_studio.progress import Progress, Silence

_LONGEST_LAG = 356
_SHORTEST_LAG = 8
_SUMMED_FRAMES = WINDOW_FRAMES - _LONGEST_LAG
_FFT_FRAMES = 2_048
_THRESHOLDS = 512
_LEFT_FOR_THE_BEST = 0.02
_SPREAD = np.array([0.25, 0.6, 1.0, 0.6, 0.25])
_TINY = 1e-9


def yin_salience(mono: Mono, wanted: NDArray[np.bool_], progress: Progress | None = None) -> Salience:
    """Return how likely each pitch is, judged by the sound's own periodicity.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `TRACK_RATE`.
    wanted : ndarray of bool, shape (moments,)
        Which moments to judge; the others stay zero.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    ndarray of float32, shape (moments, N_BINS)
        45 Hz to 2 kHz.

    Notes
    -----
    Cumulative mean normalised difference (de Cheveigné and Kawahara 2002) by FFT, over 42 ms; each of its minima
    gets the probability that it is the first below a threshold with a beta distribution around 0.1 (Mauch and Dixon
    2014), and the lowest a little more; places between frames by a parabola.
    """
    told = progress or Silence()
    salience = np.zeros((moments_of(mono.size), N_BINS), np.float32)
    n_wanted, done = max(int(np.count_nonzero(wanted)), 1), 0
    belief = _belief()
    for places, windows in frame_blocks(mono, wanted):
        told.report(done / n_wanted)
        salience[places] = _salience_of(_difference(windows), belief)
        done += places.size
    return salience


def _difference(windows: Mono) -> Values:
    """Return the cumulative mean normalised difference, shape ``(n, _LONGEST_LAG + 1)``."""
    from scipy.fft import irfft, rfft

    whole = windows.astype(np.float64)
    head = whole[:, :_SUMMED_FRAMES]
    products = rfft(whole, _FFT_FRAMES) * rfft(head, _FFT_FRAMES).conj()
    correlation = np.asarray(irfft(products, _FFT_FRAMES), np.float64)[:, : _LONGEST_LAG + 1]
    sums = np.concatenate([np.zeros((len(whole), 1)), np.cumsum(whole**2, axis=1)], axis=1)
    lags = np.arange(_LONGEST_LAG + 1)
    energy = sums[:, lags + _SUMMED_FRAMES] - sums[:, lags]
    difference = np.maximum(energy[:, :1] + energy - 2.0 * correlation, 0.0)
    means = np.cumsum(difference[:, 1:], axis=1) / lags[1:]
    normalised = np.ones_like(difference)
    normalised[:, 1:] = difference[:, 1:] / np.maximum(means, _TINY)
    return np.asarray(normalised)


def _salience_of(difference: Values, belief: Values) -> NDArray[np.float32]:
    middle = difference[:, 1:-1]
    is_minimum = (middle < difference[:, :-2]) & (middle <= difference[:, 2:])
    is_minimum[:, : _SHORTEST_LAG - 1] = False
    depths = np.where(is_minimum, middle, np.inf)
    before = np.minimum.accumulate(depths, axis=1)
    before = np.concatenate([np.full((len(depths), 1), np.inf), before[:, :-1]], axis=1)
    masses = np.maximum(_believed(depths, belief) - _believed(before, belief), 0.0)
    rows = np.arange(len(depths))
    masses[rows, depths.argmin(axis=1)] += _LEFT_FOR_THE_BEST
    rows, places = np.nonzero(is_minimum & (masses > 0.0))
    left, here, right = (difference[rows, places + offset] for offset in (0, 1, 2))
    bend = left - 2.0 * here + right
    lags = places + 1 + np.where(bend > _TINY, 0.5 * (left - right) / np.maximum(bend, _TINY), 0.0)
    pitches = 69.0 + 12.0 * np.log2(TRACK_RATE / lags / 440.0)
    bins = np.rint((pitches - LOWEST_PITCH) / BIN_SEMITONES).astype(np.int64)
    return _spread(rows, (pitches - LOWEST_PITCH) / BIN_SEMITONES, bins, masses[rows, places], len(depths))


def _spread(
    rows: NDArray[np.int64], exact: Values, bins: NDArray[np.int64], masses: Values, n_rows: int
) -> NDArray[np.float32]:
    """Put each candidate on the bins around it, so that their weighted mean is its exact place."""
    salience = np.zeros((n_rows, N_BINS + 8))
    reach = _SPREAD.size // 2
    shift = exact - bins
    for offset in range(-reach - 1, reach + 2):
        near = np.interp(offset - shift, np.arange(-reach - 1, reach + 2), [0.0, *_SPREAD, 0.0])
        inside = (bins + offset >= 0) & (bins + offset < N_BINS)
        np.add.at(salience, (rows[inside], bins[inside] + offset), masses[inside] * near[inside])
    return np.minimum(salience[:, :N_BINS], 1.0).astype(np.float32)


def _belief() -> Values:
    """Return the probability that a threshold lies above each of `_THRESHOLDS` depths from 0 to 1."""
    depths = np.linspace(0.0, 1.0, _THRESHOLDS)
    return np.asarray((1.0 - depths) ** 18 * (1.0 + 18.0 * depths))


def _believed(depths: Values, belief: Values) -> Values:
    places = np.minimum(np.nan_to_num(depths, posinf=1.0), 1.0) * (_THRESHOLDS - 1)
    return np.asarray(belief[places.astype(np.int64)])

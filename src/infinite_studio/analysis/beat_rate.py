"""The exact rate of a beat that is roughly known."""

import numpy as np

from infinite_studio.analysis.onsets import MOMENT_RATE
from infinite_studio.analysis.pulse import Curve

_WINDOW_SECONDS = 8.0
_STEP_SECONDS = 1.0
_HARMONICS = (1, 2, 4, 3)
_ROUNDS = 3
_LARGEST_CHANGE = 0.03


def refined_tempo_bpm(strengths: list[Curve], tempo_bpm: float) -> float:
    """Return the tempo at which the beat's phase stands still from one window to the next.

    Parameters
    ----------
    strengths : list of ndarray
        Onset strength, `MOMENT_RATE` values per second.
    tempo_bpm : float
        Right to within 3 %.

    Returns
    -------
    float
        The mean tempo, weighted by how strong the beat is; the given one where nothing closer is found.

    Notes
    -----
    The phase increments of a Fourier transform at the beat's rate and its harmonics, weighted by power: a phase
    vocoder on onset strength, which amounts to a regression of beat times on beat numbers.
    """
    rate_hz = tempo_bpm / 60
    for _ in range(_ROUNDS):
        rate_hz += _correction_hz(strengths, rate_hz)
    return rate_hz * 60 if abs(rate_hz * 60 / tempo_bpm - 1) <= _LARGEST_CHANGE else tempo_bpm


def _correction_hz(strengths: list[Curve], rate_hz: float) -> float:
    """Return by how much the beat is faster than ``rate_hz``."""
    changes, weights = [], []
    for harmonic in _HARMONICS:
        turn = sum((_phase_change(strength, rate_hz * harmonic) for strength in strengths), 0j)
        changes.append(float(np.angle(turn)) / (2 * np.pi * _STEP_SECONDS * harmonic))
        weights.append(abs(turn) * harmonic**2)
    total = sum(weights)
    return float(np.dot(changes, weights) / total) if total > 0 else 0.0


def _phase_change(strength: Curve, rate_hz: float) -> complex:
    """Return the mean turn of a Fourier coefficient from window to window, scaled by power."""
    window = min(int(_WINDOW_SECONDS * MOMENT_RATE), int(strength.size * 0.7))
    step = round(_STEP_SECONDS * MOMENT_RATE)
    if strength.size < window + step:
        return 0j
    turned = strength * np.exp(-2j * np.pi * rate_hz / MOMENT_RATE * np.arange(strength.size))
    shape = np.hanning(window)
    starts = range(0, strength.size - window + 1, step)
    phases = np.array([np.dot(turned[start : start + window], shape) for start in starts])
    return complex(np.vdot(phases[:-1], phases[1:]))

"""A sound as a point in space: sounds that are alike lie close together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.character import Character
from infinite_studio.analysis.timbre import Timbre

VERSION = 1
N_VALUES = 64

_LOWEST_LUFS = -70.0
_AUDIBLE_SHARE = 0.02
_SPREAD_HZ = 4_000.0

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Facts:
    """What is known about a sound beside its timbre.

    Parameters
    ----------
    tempo_bpm : float or None
        Its tempo.
    pitch_classes : ndarray, shape (12,)
        How much of each pitch class sounds, any scale; zero where none does.
    lasting_share : float
        How much of it is tones that last, 0 to 1.
    loudness_lufs, range_lu : float or None
        Integrated loudness and loudness range.
    character : Character
        Density, brightness and energy.
    """

    tempo_bpm: float | None
    pitch_classes: NDArray[np.float64]
    lasting_share: float
    loudness_lufs: float | None
    range_lu: float | None
    character: Character


def fingerprint_of(timbre: Timbre, facts: Facts) -> Vector:
    """Return a sound as a vector whose scalar product with another one is their likeness.

    Parameters
    ----------
    timbre : Timbre
        Its spectrum over time.
    facts : Facts
        What else is known about it.

    Returns
    -------
    ndarray of float32, shape (64,)
        Of length one; all zero for silence. Timbre counts 0.5, rhythm and tempo 0.2, pitch 0.18, dynamics 0.12.

    Notes
    -----
    Means and deviations of mel-frequency cepstral coefficients over the audible rows (Logan and Salomon 2001),
    pitch classes, tempo on a spiral so that an octave of tempo is nearer than half an octave, loudness statistics.
    """
    heard = timbre.coefficients[timbre.magnitude > _AUDIBLE_SHARE * timbre.magnitude.max(initial=0.0)]
    if not len(heard):
        return np.zeros(N_VALUES, np.float32)
    parts = (
        _weighted(0.34, heard[:, 1:].mean(axis=0) / 1.2),
        _weighted(0.16, heard.std(axis=0) - 0.45),
        _weighted(0.20, _rhythm(facts)),
        _weighted(0.18, _pitch(facts)),
        _weighted(0.12, _dynamics(timbre, facts)),
    )
    vector = np.concatenate(parts)
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)


def _weighted(weight: float, values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Give a group its share of the squared length, whatever its size; weak groups stay weak."""
    scaled = np.asarray(values, np.float64) / np.sqrt(values.size)
    return np.asarray(np.sqrt(weight) * scaled / max(float(np.linalg.norm(scaled)), 0.25))


def _rhythm(facts: Facts) -> NDArray[np.float64]:
    density, energy = facts.character.density, facts.character.energy
    shared = [2 * density - 0.7, 2 * energy - 1.0]
    if facts.tempo_bpm is None:
        return np.array([0.0, 0.0, 0.0, -0.7, *shared])
    octaves = np.log2(facts.tempo_bpm / 110)
    angle = 2 * np.pi * octaves
    return np.array([0.5 * np.cos(angle), 0.5 * np.sin(angle), octaves, 0.4, *shared])


def _pitch(facts: Facts) -> NDArray[np.float64]:
    total = float(facts.pitch_classes.sum())
    shape = facts.pitch_classes / total * 12 - 1 if total > 0 else np.zeros(12)
    return np.append(0.6 * shape, 3 * (facts.lasting_share - 0.6))


def _dynamics(timbre: Timbre, facts: Facts) -> NDArray[np.float64]:
    loudness = _LOWEST_LUFS if facts.loudness_lufs is None else facts.loudness_lufs
    weights = timbre.magnitude / max(float(timbre.magnitude.sum()), 1e-9)
    centre = float(weights @ timbre.centre_hz)
    spread = float(np.sqrt(weights @ np.square(timbre.centre_hz - centre)))
    low = float(weights @ timbre.low_share)
    values = (
        (loudness + 18) / 12,
        ((facts.range_lu or 0.0) - 6) / 6,
        2 * facts.character.brightness - 1,
        2 * spread / _SPREAD_HZ - 0.5,
        2 * low - 0.5,
        2 * facts.character.energy - 1,
    )
    return np.array(values)

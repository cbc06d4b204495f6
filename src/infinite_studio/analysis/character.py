"""How busy, how bright and how driving a sound is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Mono
from infinite_studio.analysis.onsets import MOMENT_RATE, spectrum_blocks
from infinite_studio.progress import Progress

_WINDOW_FRAMES = 2_048
_DARKEST_HZ, _BRIGHTEST_HZ = 600.0, 5_500.0
_SOFTEST_DB, _LOUDEST_DB = -36.0, -10.0
_STEPS_PER_SECOND_WITHOUT_BEAT = 8.0
_STANDS_OUT = 0.12
_FAINTEST_ONSET, _HARDEST_ONSET = 0.35, 2.5
_REACH = 3


@dataclass(frozen=True)
class Character:
    """What a sound is like.

    Parameters
    ----------
    density : float
        0 (nothing happens) to 1 (an onset on every sixteenth; without a beat, eight a second).
    brightness : float
        0 (a centre of gravity at 600 Hz and below) to 1 (that of white noise).
    energy : float
        0 (soft and still) to 1 (loud, busy and hard).
    """

    density: float
    brightness: float
    energy: float


def character_of(
    mono: Mono, strength: NDArray[np.float64], tempo_bpm: float | None, progress: Progress
) -> Character:
    """Measure what a sound is like.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`.
    strength : ndarray, shape (moments,)
        Its onset strength.
    tempo_bpm : float or None
        Its tempo, where it has one.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    Character
        All zero for silence. Brightness is the logarithm of the spectrum's centre of gravity, weighted by
        magnitude; energy the mean of level (RMS, −36 to −10 dB), density and how hard the strongest onsets are.
    """
    level_db = 20 * np.log10(max(float(np.sqrt(np.mean(np.square(mono, dtype=np.float64)))), 1e-9))
    centre_hz = _centre_hz(mono, progress) if level_db > _SOFTEST_DB or strength.any() else 0.0
    return character_of_measures(strength, float(level_db), centre_hz, tempo_bpm)


def character_of_measures(
    strength: NDArray[np.float64], level_db: float, centre_hz: float, tempo_bpm: float | None
) -> Character:
    """Say what a sound is like whose level and spectrum are measured already; see `character_of`.

    Parameters
    ----------
    strength : ndarray, shape (moments,)
        Its onset strength.
    level_db : float
        Root mean square of its mono mix.
    centre_hz : float
        Centre of gravity of its spectrum.
    tempo_bpm : float or None
        Its tempo, where it has one.

    Returns
    -------
    Character
        As `character_of` returns it.
    """
    density = _density(strength, tempo_bpm)
    level = _share(level_db, _SOFTEST_DB, _LOUDEST_DB)
    if level == 0.0 and not density:
        return Character(0.0, 0.0, 0.0)
    brightness = _share(np.log2(max(centre_hz, 1.0)), np.log2(_DARKEST_HZ), np.log2(_BRIGHTEST_HZ))
    force = _share(float(np.percentile(strength, 98)), 0.0, _HARDEST_ONSET)
    return Character(round(density, 3), round(brightness, 3), round((level + density + force) / 3, 3))


def _density(strength: NDArray[np.float64], tempo_bpm: float | None) -> float:
    """Return the share of sixteenths on which something begins."""
    if strength.size < 3 or not strength.any():
        return 0.0
    floor = max(
        _STANDS_OUT * float(np.percentile(strength, 99.5)), 2.0 * float(np.median(strength)), _FAINTEST_ONSET
    )
    around = np.lib.stride_tricks.sliding_window_view(np.pad(strength, _REACH), 2 * _REACH + 1).max(axis=1)
    is_onset = (strength >= around) & (strength > floor)
    steps_per_second = _STEPS_PER_SECOND_WITHOUT_BEAT if tempo_bpm is None else tempo_bpm / 15
    seconds = strength.size / MOMENT_RATE
    return min(float(np.count_nonzero(is_onset)) / (seconds * steps_per_second), 1.0)


def _centre_hz(mono: Mono, progress: Progress) -> float:
    hz = np.fft.rfftfreq(_WINDOW_FRAMES, 1 / ANALYSIS_RATE)
    total = np.zeros(hz.size)
    for block in spectrum_blocks(mono, _WINDOW_FRAMES, _WINDOW_FRAMES // 2, progress):
        total += block.sum(axis=0)
    return float(np.dot(total, hz) / max(total.sum(), 1e-12))


def _share(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))

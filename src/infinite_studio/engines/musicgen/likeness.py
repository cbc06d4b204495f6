"""How alike a take is to what it varies: tune, tempo and timbre, each by itself."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.resampling import resample

_RATE = 16_000
_WINDOW, _HOP = 4_096, 2_048
_SECONDS = 60.0
_LOWEST_HZ = 60.0
_CHROMA_TOP_HZ = 2_500.0
_N_BANDS = 24


@dataclass(frozen=True)
class Likeness:
    """Each from 0 (nothing alike) to 1 (the same); ``tempo`` is None where one of them has no clear tempo."""

    chroma: float
    timbre: float
    tempo: float | None

    def facts(self) -> tuple[str, ...]:
        """Return it in a few words each."""
        tempo = "tempo not clear enough to compare" if self.tempo is None else f"tempo {self.tempo:.0%} alike"
        return f"chroma {self.chroma:.0%} alike", tempo, f"timbre {self.timbre:.0%} alike"


def likeness_of(take: Audio, source: Audio, tempos_bpm: tuple[float | None, float | None]) -> Likeness:
    """Compare two sounds: the share of pitch classes, the shape of the spectrum, the tempo up to octaves."""
    spectra = [_spectrum(sound) for sound in (take, source)]
    chroma = _cosine(*(_chroma(spectrum) for spectrum in spectra))
    bands = [_bands(spectrum) for spectrum in spectra]
    distance_db = float(np.abs(bands[0] - bands[1]).mean())
    return Likeness(chroma, float(np.exp(-distance_db / 12.0)), _tempo_likeness(tempos_bpm))


def _tempo_likeness(tempos_bpm: tuple[float | None, float | None]) -> float | None:
    """Return 1 for equal tempi, and for one twice the other; 0 for what lies farthest from both."""
    first, second = tempos_bpm
    if not first or not second:
        return None
    octaves = np.log2(first / second)
    return float(1.0 - 2.0 * abs(octaves - round(octaves)))


def _spectrum(sound: Audio) -> NDArray[np.float64]:
    """Return mean powers by frequency of the first minute, each moment weighted alike."""
    mono = resample(
        Audio.of(sound.samples[: int(_SECONDS * sound.sample_rate)].mean(axis=1), sound.sample_rate), _RATE
    )
    samples = np.pad(mono.samples[:, 0], (0, _WINDOW))
    starts = np.arange(0, max(len(samples) - _WINDOW, 1), _HOP)
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[starts]
    powers = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW), axis=1)) ** 2
    return np.asarray(powers.mean(axis=0) + 1e-12, np.float64)


def _chroma(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    frequencies = np.fft.rfftfreq(_WINDOW, 1.0 / _RATE)
    used = (frequencies >= _LOWEST_HZ) & (frequencies <= _CHROMA_TOP_HZ)
    classes = np.round(12.0 * np.log2(frequencies[used] / 440.0)).astype(int) % 12
    folded = np.bincount(classes, weights=np.sqrt(powers[used]), minlength=12)
    return np.asarray(folded - folded.mean(), np.float64)


def _bands(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return levels in dB of bands from 60 Hz up, against their mean, so that loudness does not count."""
    edges = np.geomspace(_LOWEST_HZ, _RATE / 2, _N_BANDS + 1)
    frequencies = np.fft.rfftfreq(_WINDOW, 1.0 / _RATE)
    places = np.clip(np.searchsorted(frequencies, edges), 0, len(powers) - 1)
    levels = 10.0 * np.log10([powers[low : max(high, low + 1)].mean() for low, high in pairwise(places)])
    levels = np.maximum(levels, levels.max() - 60.0)
    return np.asarray(levels - levels.mean(), np.float64)


def _cosine(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    norms = float(np.linalg.norm(first) * np.linalg.norm(second))
    return max(float(first @ second) / norms, 0.0) if norms > 0.0 else 0.0

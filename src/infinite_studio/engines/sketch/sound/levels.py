"""How loud a sound is, quickly: K-weighted and gated after ITU-R BS.1770, measured in the frequency domain."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.chunks import chunks
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.progress import Progress

SILENCE_LUFS = -120.0
_SEGMENT_FRAMES = 2**14
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def loudness_lufs(samples: Stereo, progress: Progress, *, every: int = 1) -> float:
    """Return the gated loudness within about 0.2 LU of the standard's; `SILENCE_LUFS` for silence.

    Parameters
    ----------
    samples : ndarray of float32, shape (2, frames)
        At 48 kHz.
    progress : Progress
        Told how far the measuring is.
    every : int
        Measure only every so many segments of a third of a second.
    """
    places = chunks(samples.shape[1], progress)
    return gated_lufs([segment_energies(samples[:, place], every) for place in places])


def gated_lufs(measured: Sequence[NDArray[np.float64]]) -> float:
    """Return the loudness of segments: first those above −70 LUFS, then those above 10 LU below their mean."""
    energies = np.concatenate(measured)
    audible = energies[energies > 10 ** ((-70 + 0.691) / 10)]
    if not audible.size:
        return SILENCE_LUFS
    gate = audible.mean() * 10 ** (-10 / 10)
    return float(-0.691 + 10 * np.log10(audible[audible > gate].mean()))


def segment_energies(samples: Stereo, every: int = 1) -> NDArray[np.float64]:
    """Return the weighted mean square of each whole segment, summed over the channels; a shorter sound is one segment."""
    n_frames = samples.shape[1]
    n_segments = n_frames // _SEGMENT_FRAMES
    if not n_segments:
        padded = np.zeros((2, 1, _SEGMENT_FRAMES), np.float32)
        padded[:, 0, :n_frames] = samples
        return _energies(padded, n_frames)
    whole = samples[:, : n_segments * _SEGMENT_FRAMES].reshape(2, n_segments, _SEGMENT_FRAMES)
    return _energies(whole[:, ::every], _SEGMENT_FRAMES)


def _energies(segments: NDArray[np.float32], n_frames: int) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(segments, axis=2)
    power = ((spectrum.real**2 + spectrum.imag**2) @ _weighting()).astype(np.float64)
    energies: NDArray[np.float64] = power.sum(axis=0) * (2.0 / (_SEGMENT_FRAMES * n_frames))
    return energies


@lru_cache(maxsize=1)
def _weighting() -> NDArray[np.float32]:
    """Return the squared magnitude of the K-weighting at the bins of a segment."""
    delay = np.exp(-2j * np.pi * np.arange(_SEGMENT_FRAMES // 2 + 1) / _SEGMENT_FRAMES)
    total = np.ones(delay.shape[0], np.complex128)
    for over, under in (_SHELF, _HIGH_PASS):
        total *= (over[0] + over[1] * delay + over[2] * delay**2) / (
            under[0] + under[1] * delay + under[2] * delay**2
        )
    return (np.abs(total) ** 2).astype(np.float32)

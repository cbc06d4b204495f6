"""How alike two sounds are, from 0 to 1, as a figure that a person can get used to."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress

WINDOW_FRAMES = 4_096
HOP_FRAMES = 1_024
BATCH_WINDOWS = 128
N_MEL_BANDS = 48
LOWEST_HZ, HIGHEST_HZ = 30.0, 16_000.0
CHROMA_HZ = (65.0, 2_100.0)
STEPS_PER_BEAT = 4
FLOOR_DB = -60.0
CHROMA_SHARE = 0.4

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class _Picture:
    """A sound in musical time: power per sixteenth note in mel bands and in pitch classes."""

    mel: Matrix
    chroma: Matrix


def similarity_of(
    sounds: tuple[Samples, Samples],
    tempos_bpm: tuple[float, float],
    stem_type: StemType,
    sample_rate: int,
    progress: Progress,
) -> float:
    """Return how alike two sounds are.

    Parameters
    ----------
    sounds : tuple of ndarray of float32, shape (frames, 2)
        The sounds at one rate; the shorter one goes on as silence.
    tempos_bpm : tuple of float
        Their tempos: they are compared sixteenth note by sixteenth note, so that the same music in another
        tempo is alike.
    stem_type : StemType
        For drums the pitches are left out.
    sample_rate : int
        Hz.
    progress : Progress
        Told after each batch of windows.

    Returns
    -------
    float
        0 to 1; 1 for the same sound, also where it is only louder or quieter. It is 0.6 × the correlation
        of the two log-mel spectrograms (48 bands, 30 Hz to 16 kHz, floored 60 dB below each one's maximum)
        + 0.4 × the correlation of the two chromagrams (pitch classes of 65 Hz to 2.1 kHz, each sixteenth's
        mean taken off), each clipped to 0…1; for drums the first alone.
    """
    first, second = (
        _picture(samples, tempo_bpm, sample_rate, Part(progress, 0.5 * number, 0.5 * (number + 1)))
        for number, (samples, tempo_bpm) in enumerate(zip(sounds, tempos_bpm, strict=True))
    )
    timbre = _correlation(*_equally_long(_decibels(first.mel), _decibels(second.mel), FLOOR_DB))
    if stem_type is StemType.DRUMS:
        return timbre
    harmony = _correlation(*_equally_long(_centred(first.chroma), _centred(second.chroma), 0.0))
    return (1.0 - CHROMA_SHARE) * timbre + CHROMA_SHARE * harmony


def _picture(samples: Samples, tempo_bpm: float, sample_rate: int, progress: Progress) -> _Picture:
    mono = np.asarray(samples).mean(axis=1, dtype=np.float32)
    mono = np.pad(mono, (WINDOW_FRAMES // 2, WINDOW_FRAMES))
    n_windows = max(1, 1 + (len(samples) - 1) // HOP_FRAMES)
    bank = _filters(sample_rate)
    window = np.hanning(WINDOW_FRAMES).astype(np.float32)
    powers = np.empty((n_windows, bank.shape[0]))
    views = np.lib.stride_tricks.sliding_window_view(mono, WINDOW_FRAMES)[::HOP_FRAMES]
    for start in range(0, n_windows, BATCH_WINDOWS):
        progress.report(start / n_windows)
        end = min(start + BATCH_WINDOWS, n_windows)
        spectrum = np.fft.rfft(views[start:end] * window, axis=1)
        powers[start:end] = np.square(np.abs(spectrum)) @ bank.T
    step_frames = 60.0 * sample_rate / tempo_bpm / STEPS_PER_BEAT
    pooled = _pooled(powers, step_frames, len(samples))
    return _Picture(pooled[:, :N_MEL_BANDS], pooled[:, N_MEL_BANDS:])


def _pooled(powers: Matrix, step_frames: float, n_frames: int) -> Matrix:
    """Return the mean power of each sixteenth note."""
    centres = np.arange(len(powers)) * HOP_FRAMES
    edges = np.arange(0, n_frames, step_frames)
    # A window belongs to the step that its centre falls into; a step without one takes the nearest.
    firsts = np.minimum(np.searchsorted(centres, edges), len(powers) - 1)
    sums = np.add.reduceat(powers, firsts, axis=0)
    counts = np.diff(np.append(firsts, len(powers)))
    return np.asarray(sums / np.maximum(counts, 1)[:, np.newaxis])


@lru_cache(maxsize=4)
def _filters(sample_rate: int) -> Matrix:
    """Return triangular mel bands (O'Shaughnessy's scale) and, below them, one row a pitch class."""
    frequencies = np.fft.rfftfreq(WINDOW_FRAMES, 1.0 / sample_rate)
    highest = min(HIGHEST_HZ, 0.5 * sample_rate)
    lowest_mel, highest_mel = (2595.0 * np.log10(1.0 + hz / 700.0) for hz in (LOWEST_HZ, highest))
    corners = 700.0 * (10.0 ** (np.linspace(lowest_mel, highest_mel, N_MEL_BANDS + 2) / 2595.0) - 1.0)
    low, middle, high = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    mel = np.maximum(
        0.0, np.minimum((frequencies - low) / (middle - low), (high - frequencies) / (high - middle))
    )
    inside = (frequencies >= CHROMA_HZ[0]) & (frequencies <= CHROMA_HZ[1])
    pitch = 69.0 + 12.0 * np.log2(np.maximum(frequencies, 1.0) / 440.0)
    distance = np.abs((pitch - np.arange(12)[:, np.newaxis] + 6.0) % 12.0 - 6.0)
    chroma = np.where(inside, np.maximum(0.0, 1.0 - distance), 0.0)
    return np.concatenate([mel, chroma])


def _decibels(power: Matrix) -> Matrix:
    """Return levels relative to the loudest, not below the floor; silence is all floor."""
    loudest = float(power.max())
    if loudest <= 0.0:
        return np.full(power.shape, FLOOR_DB)
    return np.asarray(10.0 * np.log10(np.maximum(power / loudest, 10.0 ** (FLOOR_DB / 10.0))))


def _centred(chroma: Matrix) -> Matrix:
    """Return each step's pitch classes relative to their mean, all steps weighed by their amplitude."""
    amplitudes = np.sqrt(chroma)
    return np.asarray(amplitudes - amplitudes.mean(axis=1, keepdims=True))


def _equally_long(first: Matrix, second: Matrix, fill: float) -> tuple[Matrix, Matrix]:
    n_steps = max(len(first), len(second))
    padded = (np.pad(x, ((0, n_steps - len(x)), (0, 0)), constant_values=fill) for x in (first, second))
    a, b = padded
    return a, b


def _correlation(first: Matrix, second: Matrix) -> float:
    """Return Pearson's correlation over all cells, negative ones as 0; 1 for two that are both without any shape."""
    a, b = first - first.mean(), second - second.mean()
    scale = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    if scale == 0.0:
        return 1.0 if np.array_equal(a, b) else 0.0
    return min(max(float((a * b).sum() / scale), 0.0), 1.0)

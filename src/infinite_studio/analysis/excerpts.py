"""The part of a sound that is listened to: mono, at one rate, and never more than five minutes."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.progress import Part, Progress

Mono: TypeAlias = NDArray[np.float32]
"""Array ``(frames,)``, float32."""

ANALYSIS_RATE = 22_050
"""Hz: onsets and the pitches that tell a key lie below 10 kHz."""

_WHOLE_SECONDS = 300
_EXCERPT_SECONDS = 60
_N_EXCERPTS = 5
_BLOCK_FRAMES = 1 << 18


@dataclass(frozen=True)
class Excerpts:
    """What is listened to.

    Parameters
    ----------
    parts : tuple of ndarray of float32, shape (frames,)
        Mono at `ANALYSIS_RATE`: the whole sound up to five minutes, else five minutes spread evenly.
    duration_seconds : float
        Length of the whole sound.
    is_whole : bool
        Whether the only part is the whole sound.
    """

    parts: tuple[Mono, ...]
    duration_seconds: float
    is_whole: bool


def mono_excerpts(audio: Audio, progress: Progress) -> Excerpts:
    """Return what is listened to, mixed and resampled block by block.

    Parameters
    ----------
    audio : Audio
        Any length, rate and number of channels.
    progress : Progress
        Told the share that is read; may cancel.

    Returns
    -------
    Excerpts
        At most 27 MB, however long the sound.
    """
    progress.report(0.0, "Reading the sound")
    ranges = _ranges(audio.n_frames, audio.sample_rate)
    parts = [
        _mono_at_analysis_rate(
            audio, start, end, Part(progress, index / len(ranges), (index + 1) / len(ranges))
        )
        for index, (start, end) in enumerate(ranges)
    ]
    return Excerpts(tuple(parts), audio.duration_seconds, len(ranges) == 1)


def _ranges(n_frames: int, sample_rate: int) -> list[tuple[int, int]]:
    """Return the frame ranges to listen to."""
    if n_frames <= _WHOLE_SECONDS * sample_rate:
        return [(0, n_frames)]
    length = _EXCERPT_SECONDS * sample_rate
    gap = n_frames / _N_EXCERPTS
    starts = [round(gap * (index + 0.5) - length / 2) for index in range(_N_EXCERPTS)]
    return [(start, start + length) for start in starts]


def _mono_at_analysis_rate(audio: Audio, start: int, end: int, progress: Progress) -> Mono:
    """Mix one range to mono and resample it, in blocks."""
    weights = _channel_weights(audio, start, end)
    resampler = StreamResampler(1, audio.sample_rate, ANALYSIS_RATE)
    pieces: list[Samples] = []
    for block_start in range(start, end, _BLOCK_FRAMES):
        block_end = min(block_start + _BLOCK_FRAMES, end)
        mixed = audio.samples[block_start:block_end] @ weights
        pieces.append(resampler.process(mixed[:, np.newaxis], last=block_end == end))
        progress.report((block_end - start) / (end - start))
    return np.concatenate(pieces)[:, 0]


def _channel_weights(audio: Audio, start: int, end: int) -> Mono:
    """Return the weights of the mono mix: the mean, or the loudest channel where the mean cancels out."""
    step = max((end - start) // 200_000, 1)
    sparse = audio.samples[start:end:step].astype(np.float64)
    energies = np.square(sparse).mean(axis=0)
    mean_energy = float(np.square(sparse.mean(axis=1)).mean())
    weights = np.full(audio.n_channels, 1.0 / audio.n_channels, np.float32)
    if mean_energy < 0.05 * float(energies.sum()) / audio.n_channels**2:
        weights[:] = 0.0
        weights[int(energies.argmax())] = 1.0
    return weights

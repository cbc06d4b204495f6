"""The last stage: stems balanced against each other, the whole brought to its loudness and kept below full scale.

Every gain is applied equally to all stems, so that they go on summing to the mixdown.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from infinite_studio.engines.sketch.sound.chunks import chunks
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, drawn_out, ramp
from infinite_studio.engines.sketch.sound.levels import (
    SILENCE_LUFS,
    gated_lufs,
    loudness_lufs,
    segment_energies,
)
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress

PEAK_CEILING = 10.0 ** (-1.15 / 20.0)
_BLOCK_FRAMES = 64
_REACH_BLOCKS = 24
_FADE_SECONDS = 0.02
_RISE_FRAMES = 48
_LONG_FRAMES = 20 * SAMPLE_RATE


def balance(stems: Mapping[StemType, Stereo], stem_db: Mapping[StemType, float], progress: Progress) -> None:
    """Bring each stem to its level against the others, in place."""
    for place, (stem, samples) in enumerate(stems.items()):
        share = Part(progress, place / len(stems), (place + 1) / len(stems))
        every = 3 if samples.shape[1] > _LONG_FRAMES else 1
        loudness = loudness_lufs(samples, Part(share, 0.0, 0.6), every=every)
        if loudness > SILENCE_LUFS:
            gain = np.float32(10.0 ** ((stem_db[stem] - 18.0 - loudness) / 20.0))
            for where in chunks(samples.shape[1], Part(share, 0.6, 1.0)):
                samples[:, where] *= gain


def finish(stems: Mapping[StemType, Stereo], target_lufs: float, progress: Progress) -> None:
    """Set the loudness, hold the peaks and fade the very ends, in place."""
    parts = list(stems.values())
    peaks, loudness = _measured(parts, Part(progress, 0.0, 0.5))
    if loudness <= SILENCE_LUFS:
        return
    gain = np.float32(10.0 ** ((target_lufs - loudness) / 20.0))
    curve = _limiting(peaks * gain) * gain
    n_frames = parts[0].shape[1]
    for where in chunks(n_frames, Part(progress, 0.5, 1.0)):
        first, last = where.start // _BLOCK_FRAMES, -(-where.stop // _BLOCK_FRAMES)
        gains = drawn_out(curve[first : last + 2], _BLOCK_FRAMES)[: where.stop - where.start]
        for part in parts:
            part[:, where] *= gains
    fade = ramp(min(int(_FADE_SECONDS * SAMPLE_RATE), n_frames))[::-1]
    for part in parts:
        part[:, n_frames - fade.shape[0] :] *= fade
        part[:, :_RISE_FRAMES] *= ramp(_RISE_FRAMES)[:n_frames]


def _measured(parts: Sequence[Stereo], progress: Progress) -> tuple[Mono, float]:
    """Return the largest magnitude of the mix in each block of 64 frames, and the loudness of the mix."""
    peaks, energies = [], []
    for where in chunks(parts[0].shape[1], progress):
        mixed = parts[0][:, where] + parts[1][:, where]
        for part in parts[2:]:
            mixed += part[:, where]
        energies.append(segment_energies(mixed))
        magnitude = np.abs(mixed).max(axis=0)
        padded = np.pad(magnitude, (0, -magnitude.shape[0] % _BLOCK_FRAMES))
        peaks.append(padded.reshape(-1, _BLOCK_FRAMES).max(axis=1))
    return np.concatenate(peaks), gated_lufs(energies)


def _limiting(peaks: Mono) -> Mono:
    """Return a gain for each block that keeps the mix below the ceiling, and one more at either end.

    The smallest gain needed within 32 ms on either side is smoothed over the same span, so that the curve is never
    above what is needed and never moves fast enough to be heard as distortion.
    """
    needed = np.minimum(1.0, PEAK_CEILING / np.maximum(peaks, 1e-9)).astype(np.float32)
    edged = np.pad(needed, _REACH_BLOCKS + 1, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(edged, 2 * _REACH_BLOCKS + 3).min(axis=1)
    window = np.hanning(2 * _REACH_BLOCKS + 3).astype(np.float32)
    smooth = np.convolve(np.pad(lowest, _REACH_BLOCKS + 1, mode="edge"), window / window.sum(), "valid")
    return np.pad(smooth.astype(np.float32), 1, mode="edge")

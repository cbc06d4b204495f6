"""The last stage: stems balanced against each other, the whole brought to its loudness and kept below full scale.

Every gain is applied equally to all stems, so that they go on summing to the mixdown.
"""

from collections.abc import Mapping

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, drawn_out, ramp
from infinite_studio.engines.sketch.sound.levels import SILENCE_LUFS, loudness_lufs
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress

PEAK_CEILING = 10.0 ** (-1.15 / 20.0)
_BLOCK_FRAMES = 64
_REACH_BLOCKS = 24
_FADE_SECONDS = 0.02
_RISE_FRAMES = 48
_CHUNK_BLOCKS = 2**14


def balance(stems: Mapping[StemType, Stereo], stem_db: Mapping[StemType, float], progress: Progress) -> None:
    """Bring each stem to its level against the others, in place."""
    for place, (stem, samples) in enumerate(stems.items()):
        progress.report(place / len(stems))
        loudness = loudness_lufs(samples, every=3 if samples.shape[1] > 20 * SAMPLE_RATE else 1)
        if loudness > SILENCE_LUFS:
            np.multiply(samples, np.float32(10.0 ** ((stem_db[stem] - 18.0 - loudness) / 20.0)), out=samples)


def finish(stems: Mapping[StemType, Stereo], target_lufs: float, progress: Progress) -> None:
    """Set the loudness, hold the peaks and fade the very ends, in place."""
    parts = list(stems.values())
    mixed = parts[0] + parts[1]
    for part in parts[2:]:
        mixed += part
    loudness = loudness_lufs(mixed)
    if loudness <= SILENCE_LUFS:
        return
    progress.report(0.4)
    gain = np.float32(10.0 ** ((target_lufs - loudness) / 20.0))
    curve = _limiting(mixed, gain)
    n_frames = mixed.shape[1]
    del mixed
    fade = ramp(min(int(_FADE_SECONDS * SAMPLE_RATE), n_frames))[::-1]
    for first in range(0, curve.shape[0] - 2, _CHUNK_BLOCKS):
        start = first * _BLOCK_FRAMES
        progress.report(0.5 + 0.5 * start / n_frames)
        gains = gain * drawn_out(curve[first : first + _CHUNK_BLOCKS + 2], _BLOCK_FRAMES)
        gains = gains[: n_frames - start]
        for part in parts:
            part[:, start : start + gains.shape[0]] *= gains
    for part in parts:
        part[:, n_frames - fade.shape[0] :] *= fade
        part[:, :_RISE_FRAMES] *= ramp(_RISE_FRAMES)[:n_frames]


def _limiting(mixed: Stereo, gain: np.float32) -> Mono:
    """Return a gain for each block of 64 frames that keeps the mix below the ceiling, and one more at either end.

    The smallest gain needed within 32 ms on either side is smoothed over the same span, so that the curve is never
    above what is needed and never moves fast enough to be heard as distortion.
    """
    n_blocks = -(-mixed.shape[1] // _BLOCK_FRAMES)
    padded = np.zeros(n_blocks * _BLOCK_FRAMES, np.float32)
    np.maximum(np.abs(mixed[0]), np.abs(mixed[1]), out=padded[: mixed.shape[1]])
    peaks = padded.reshape(n_blocks, _BLOCK_FRAMES).max(axis=1) * gain
    needed = np.minimum(1.0, PEAK_CEILING / np.maximum(peaks, 1e-9)).astype(np.float32)
    edged = np.pad(needed, _REACH_BLOCKS + 1, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(edged, 2 * _REACH_BLOCKS + 3).min(axis=1)
    window = np.hanning(2 * _REACH_BLOCKS + 3).astype(np.float32)
    smooth = np.convolve(np.pad(lowest, _REACH_BLOCKS + 1, mode="edge"), window / window.sum(), "valid")
    return np.pad(smooth.astype(np.float32), 1, mode="edge")

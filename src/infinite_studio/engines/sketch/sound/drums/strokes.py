"""What the drums are made of."""

from collections.abc import Callable, Sequence

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import (
    SAMPLE_RATE,
    Mono,
    band,
    decay,
    ramp,
    seconds,
    sine,
    white,
)
from infinite_studio.engines.sketch.sound.modes import Modes

DrumVoice = Callable[[float, float, int], Mono]
"""What makes a stroke from tuning (a factor on frequencies), decay (a factor on times) and a variant number."""
MEMBRANE = (1.0, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.6, 4.06)
"""Ratios of the modes of a round skin: the zeros of the Bessel functions."""


def frames(time_seconds: float) -> int:
    """Return a number of frames that the Fourier transform likes: a multiple of 64."""
    return max(int(time_seconds * SAMPLE_RATE) // 64, 1) * 64


def sweep(n_frames: int, start_hz: float, end_hz: float, fall_seconds: float) -> Mono:
    """Return a sine whose frequency falls exponentially."""
    hz = end_hz + (start_hz - end_hz) * np.exp(-seconds(n_frames) / fall_seconds)
    return sine(np.cumsum(hz) / SAMPLE_RATE)


def ended(samples: Mono, fade_seconds: float = 0.01) -> Mono:
    """Return a stroke that ends at exactly zero."""
    fade = min(frames(fade_seconds), samples.shape[0])
    samples[-fade:] *= ramp(fade)[::-1]
    return samples.astype(np.float32, copy=False)


def noise(
    n_frames: int, low_hz: float, high_hz: float, fall_seconds: float, seed: int, order: int = 2
) -> Mono:
    """Return noise between two frequencies that dies away."""
    shaped: Mono = band(white(n_frames, seed), low_hz, high_hz, order=order) * decay(n_frames, fall_seconds)
    return shaped


def rung(n_frames: int, hz: float, partials: Sequence[tuple[float, float, float]], variant: int = 0) -> Mono:
    """Return partials ``(ratio, level, time constant in seconds)`` of a frequency, a little different for each variant."""
    ratio, level, fall = np.array(partials, np.float64).T
    random = np.random.Generator(np.random.PCG64(7_900 + variant))
    level = level * (1.0 + 0.15 * (random.random(level.size) - 0.5))
    return Modes(hz * ratio, level, fall).ring(n_frames)


def skin(n_frames: int, hz: float, fall_seconds: float, tension: float, variant: int) -> Mono:
    """Return the modes of a struck skin: the higher, the shorter; ``tension`` is how much of them is heard."""
    partials = [
        (ratio, tension**place / (1.0 + 0.2 * place), fall_seconds / (1.0 + 0.9 * place))
        for place, ratio in enumerate(MEMBRANE)
    ]
    return rung(n_frames, hz, partials, variant)

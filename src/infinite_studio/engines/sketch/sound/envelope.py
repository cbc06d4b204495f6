"""Envelopes and small building blocks that every voice shares."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
Mono = NDArray[np.float32]
"""Array ``(frames,)`` of float32."""


def seconds(n_frames: int) -> NDArray[np.float64]:
    """Return the time of each frame in seconds."""
    return np.arange(n_frames, dtype=np.float64) / SAMPLE_RATE


def sine(cycles: NDArray[np.float64]) -> Mono:
    """Return the sine of a phase in cycles; only the fraction is taken in double precision, which is much faster."""
    wave: Mono = np.sin(np.float32(2.0 * np.pi) * (cycles - np.floor(cycles)).astype(np.float32))
    return wave


def decay(n_frames: int, time_constant_seconds: float) -> Mono:
    """Return an envelope that starts at 1 and falls to 1/e in the time constant."""
    rate = np.float32(-1.0 / (SAMPLE_RATE * time_constant_seconds))
    envelope: Mono = np.exp(np.arange(n_frames, dtype=np.float32) * rate)
    return envelope


def held(n_held: int, attack: float, fall: float, sustain: float, release: float) -> Mono:
    """Return an envelope for a held note with its release after it.

    ``attack``, ``fall`` and ``release`` are in seconds; ``fall`` is the time constant towards ``sustain`` (0 to 1).
    """
    n_release = max(int(release * SAMPLE_RATE), 64)
    shape = sustain + (1.0 - sustain) * decay(n_held, max(fall, 1e-3))
    rise = min(max(int(attack * SAMPLE_RATE), 48), n_held)
    shape[:rise] *= ramp(rise)
    tail = float(shape[-1]) * falling(n_release)
    return np.concatenate([shape, tail]).astype(np.float32, copy=False)


@lru_cache(maxsize=64)
def ramp(n_frames: int) -> Mono:
    """Return a raised-cosine rise from 0 to 1."""
    places = (np.arange(n_frames, dtype=np.float32) + 0.5) / n_frames
    return _fixed(0.5 - 0.5 * np.cos(np.pi * places))


@lru_cache(maxsize=64)
def falling(n_frames: int) -> Mono:
    """Return a release: exponential at first, exactly zero at its end."""
    places = np.arange(n_frames, dtype=np.float32) / n_frames
    return _fixed(np.exp(-4.0 * places) * (1.0 - places))


def _fixed(shape: NDArray[np.floating]) -> Mono:
    """Return a shape that nobody can change, because it is kept and shared."""
    kept = shape.astype(np.float32)
    kept.flags.writeable = False
    return kept


def white(n_frames: int, seed: int) -> Mono:
    """Return white noise of standard deviation 1, the same for a seed."""
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(n_frames, np.float32)


def band(samples: Mono, low_hz: float, high_hz: float, *, order: int = 2) -> Mono:
    """Return a sound with what lies outside of a band taken away, 6·``order`` dB per octave, without phase shift."""
    n_frames = samples.shape[0]
    gain = band_gain(n_frames, low_hz, high_hz, order)
    filtered: Mono = np.fft.irfft(np.fft.rfft(samples) * gain, n_frames).astype(np.float32, copy=False)
    return filtered


def band_gain(n_frames: int, low_hz: float, high_hz: float, order: int = 2) -> Mono:
    """Return the gain of a band for each bin of a transform of so many frames."""
    hz = np.maximum(np.fft.rfftfreq(n_frames, 1 / SAMPLE_RATE), 1.0).astype(np.float32)
    below, above = np.float32(low_hz) / hz, hz / np.float32(high_hz)
    below, above = below * below, above * above
    gain: Mono = 1.0 / np.sqrt((1.0 + below**order) * (1.0 + above**order))
    return gain


def drawn_out(values: Mono, block_frames: int) -> Mono:
    """Return a value for each frame from one for each block: straight lines between the middles of the blocks.

    The first and last values are only there to lead into the others: they get no frames of their own.
    """
    places = (np.arange(block_frames, dtype=np.float32) + np.float32(0.5)) / block_frames - np.float32(0.5)
    before, middle, after = values[:-2, np.newaxis], values[1:-1, np.newaxis], values[2:, np.newaxis]
    drawn = (middle - before) * np.minimum(places, 0.0)
    drawn += (after - middle) * np.maximum(places, 0.0)
    drawn += middle
    frames: Mono = drawn.reshape(-1).astype(np.float32, copy=False)
    return frames


def saturate(samples: NDArray[np.float32], drive: float) -> NDArray[np.float32]:
    """Return a softly clipped sound; small sounds keep their level, the result stays within ±1/drive."""
    if drive <= 0.0:
        return samples
    bent: NDArray[np.float32] = np.tanh(samples * np.float32(drive))
    bent *= np.float32(1.0 / drive)
    return bent

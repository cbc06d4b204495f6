"""`Stroke`: one note as a voice is asked for it, and what a voice is."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono
from infinite_studio.music.note import frequency_hz

Stereo = NDArray[np.float32]
"""Array ``(2, frames)`` of float32: a row for each side, which is the order that filters and transforms like."""
_GLIDE_SECONDS = 0.035
_VIBRATO_HZ = 5.3


@dataclass(frozen=True, slots=True)
class Stroke:
    """One note as a voice is asked for it.

    ``brightness`` is in octaves of filter cutoff; ``from_pitch`` is where a glide starts, else None; ``wobble_hz``
    is how often a second a voice that wobbles opens and closes.
    """

    pitch: int
    n_held: int
    force: float
    brightness: float
    from_pitch: int | None = None
    wobble_hz: float = 4.0

    @property
    def hz(self) -> float:
        """Frequency of the pitch."""
        return frequency_hz(self.pitch)


class Voice(Protocol):
    """Turns strokes into sound."""

    def sound(self, stroke: Stroke) -> Stereo | Mono:
        """Return the note, its release included, ending at zero."""


def turns_of(
    stroke: Stroke, n_frames: int, hz_factor: float = 1.0, vibrato_cents: float = 0.0
) -> NDArray[np.uint32]:
    """Return the phase of a note with its glide and vibrato in 2⁻³² of a cycle: it wraps round by itself."""
    step = stroke.hz * hz_factor * 2.0**32 / SAMPLE_RATE
    if stroke.from_pitch is None and vibrato_cents == 0.0:
        return np.arange(n_frames, dtype=np.uint32) * np.uint32(round(step))
    steps = np.exp2(_octaves(stroke, n_frames, vibrato_cents)) * np.float32(step)
    turns: NDArray[np.uint32] = np.cumsum(steps.astype(np.uint32), dtype=np.uint32)
    return turns


def phase_of(stroke: Stroke, n_frames: int) -> NDArray[np.float64]:
    """Return the phase of a note in cycles, with its glide."""
    if stroke.from_pitch is None:
        return np.arange(n_frames, dtype=np.float64) * (stroke.hz / SAMPLE_RATE)
    steps = np.exp2(_octaves(stroke, n_frames, 0.0))
    phase: NDArray[np.float64] = np.cumsum(steps, dtype=np.float64) * (stroke.hz / SAMPLE_RATE)
    return phase


def _octaves(stroke: Stroke, n_frames: int, vibrato_cents: float) -> Mono:
    """Return how far a note is from its pitch: a glide at its start, a vibrato that sets in late."""
    times = np.arange(n_frames, dtype=np.float32) * np.float32(1.0 / SAMPLE_RATE)
    octaves = np.zeros(n_frames, np.float32)
    if stroke.from_pitch is not None:
        away = np.float32((stroke.from_pitch - stroke.pitch) / 12)
        octaves += away * np.exp(times * np.float32(-1.0 / _GLIDE_SECONDS))
    if vibrato_cents:
        depth = np.clip((times - np.float32(0.18)) / np.float32(0.35), 0.0, 1.0)
        depth *= np.float32(vibrato_cents / 1200)
        octaves += depth * np.sin(np.float32(2 * np.pi * _VIBRATO_HZ) * times)
    return octaves

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


def phase_of(
    stroke: Stroke,
    n_frames: int,
    hz_factor: float = 1.0,
    vibrato_cents: float = 0.0,
    glide_seconds: float = _GLIDE_SECONDS,
) -> NDArray[np.float64]:
    """Return the phase of a note in cycles, with its glide and a vibrato that sets in late."""
    hz = stroke.hz * hz_factor
    if stroke.from_pitch is None and vibrato_cents == 0.0:
        return np.arange(n_frames, dtype=np.float64) * (hz / SAMPLE_RATE)
    times = np.arange(n_frames, dtype=np.float32) * np.float32(1.0 / SAMPLE_RATE)
    octaves = np.zeros(n_frames, np.float32)
    if stroke.from_pitch is not None:
        away = np.float32((stroke.from_pitch - stroke.pitch) / 12)
        octaves += away * np.exp(times * np.float32(-1.0 / glide_seconds))
    if vibrato_cents:
        depth = np.clip((times - np.float32(0.18)) / np.float32(0.35), 0.0, 1.0)
        depth *= np.float32(vibrato_cents / 1200)
        octaves += depth * np.sin(np.float32(2 * np.pi * _VIBRATO_HZ) * times)
    return np.cumsum(np.exp2(octaves), dtype=np.float64) * (hz / SAMPLE_RATE)

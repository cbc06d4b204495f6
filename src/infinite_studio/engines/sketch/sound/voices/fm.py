"""Frequency modulation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import (
    SAMPLE_RATE,
    Mono,
    decay,
    held,
    saturate,
    seconds,
    sine,
)
from infinite_studio.engines.sketch.sound.stroke import Stereo, Stroke, phase_of

_HIGHEST_TINE_HZ = 7_500.0


@dataclass(frozen=True)
class Tine:
    """An FM electric piano: a soft body and a tine that rings briefly, harder strokes bark."""

    body_index: float = 1.1
    tine_index: float = 0.35
    fall: float = 0.9
    release: float = 0.22
    tremolo: float = 0.18
    bark: float = 0.0
    level: float = 0.4

    def sound(self, stroke: Stroke) -> Stereo:
        """Return the note with a slow stereo tremolo."""
        envelope = held(
            min(stroke.n_held, 5 * SAMPLE_RATE),
            0.003,
            self.fall * 2.0 ** (-(stroke.pitch - 60) / 30),
            0.0,
            self.release,
        )
        n_frames = envelope.shape[0]
        times = seconds(n_frames)
        sides = [self._tone(stroke, stroke.hz * 2.0 ** (cents / 1200) * times) for cents in (-2.5, 2.5)]
        sway = np.float32(self.tremolo) * sine(4.6 * times)
        shape = envelope * np.float32(self.level)
        heard = np.stack([sides[0] * shape * (1 + sway), sides[1] * shape * (1 - sway)])
        return saturate(heard, self.bark)

    def _tone(self, stroke: Stroke, cycles: NDArray[np.float64]) -> Mono:
        """Return the two operators' sum at phases in cycles."""
        bite = (0.4 + 0.8 * stroke.force) * 2.0 ** (0.6 * stroke.brightness)
        n_frames = cycles.shape[0]
        body = np.float32(self.body_index * bite / (2 * np.pi)) * decay(n_frames, 0.35) * sine(cycles)
        tine = np.float32(self.tine_index * bite / (2 * np.pi)) * decay(n_frames, 0.06)
        tine *= sine(cycles * float(np.clip(_HIGHEST_TINE_HZ // stroke.hz, 1, 14)))
        return sine(cycles + body) + np.float32(0.25) * sine(cycles + tine)


@dataclass(frozen=True)
class Modulated:
    """A carrier under one modulator: basses, bells and growls.

    ``ratio`` is the modulator's frequency against the carrier's, ``index`` its depth in radians at the start,
    ``index_sustain`` the share of it that stays after ``index_fall`` seconds.
    """

    ratio: float = 1.0
    index: float = 3.0
    index_fall: float = 0.12
    index_sustain: float = 0.25
    wobble: float = 0.0
    attack: float = 0.003
    fall: float = 0.4
    sustain: float = 0.6
    release: float = 0.06
    drive: float = 0.0
    level: float = 0.5

    def sound(self, stroke: Stroke) -> Mono:
        """Return the note in mono; the index keeps its side bands below 16 kHz."""
        envelope = held(stroke.n_held, self.attack, self.fall, self.sustain, self.release)
        n_frames = envelope.shape[0]
        cycles = phase_of(stroke, n_frames)
        bands = max((16_000.0 / stroke.hz - 1.0) / self.ratio - 1.0, 0.0)
        deepest = min(self.index * (0.5 + 0.5 * stroke.force) * 2.0**stroke.brightness, bands)
        depth = self.index_sustain + (1.0 - self.index_sustain) * decay(n_frames, self.index_fall)
        if self.wobble:
            depth *= 1.0 - np.float32(self.wobble) * (
                np.float32(0.5) + np.float32(0.5) * sine(seconds(n_frames) * stroke.wobble_hz - 0.25)
            )
        modulator = np.float32(deepest / (2 * np.pi)) * depth * sine(cycles * self.ratio)
        return saturate(sine(cycles + modulator) * envelope * np.float32(self.level), self.drive)

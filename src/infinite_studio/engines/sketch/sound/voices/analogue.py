"""A subtractive synthesiser."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import (
    SAMPLE_RATE,
    Mono,
    band,
    decay,
    held,
    ramp,
    saturate,
    white,
)
from infinite_studio.engines.sketch.sound.stroke import Stereo, Stroke, turns_of
from infinite_studio.engines.sketch.sound.wavetable import Formants, bank_of, octaves_of

_BREATH_SEED = 7_300
_APART = 1_590_000_000


@dataclass(frozen=True)
class Analogue:
    """Detuned oscillators through a low-pass filter with an envelope.

    Times in seconds; ``cutoff_hz`` is where the filter rests, ``sweep_octaves`` how far the envelope opens it,
    ``wobble_octaves`` how far a wave in tempo does; ``filter`` is "state variable" or "ladder"; ``body`` are
    resonances that stay where they are whatever is played, ``(Hz, octaves wide, gain)``; ``breath`` is the level of
    the air in the tone, ``swell`` the time in which blown and bowed tones open up.
    """

    shape: str = "saw"
    filter: str = "state variable"
    cutoff_hz: float = 1200.0
    sweep_octaves: float = 2.0
    sweep_fall: float = 0.2
    swell: float = 0.0
    wobble_octaves: float = 0.0
    key_follow: float = 0.5
    resonance: float = 0.9
    attack: float = 0.004
    fall: float = 0.3
    sustain: float = 0.7
    release: float = 0.12
    octave: float = 0.0
    detune_cents: tuple[float, ...] = (0.0,)
    spread: float = 0.0
    sub: float = 0.0
    vibrato_cents: float = 0.0
    drive: float = 0.0
    breath: float = 0.0
    body: Formants = ()
    level: float = 0.5

    def sound(self, stroke: Stroke) -> Stereo | Mono:
        """Return the note; stereo where the oscillators are spread."""
        envelope = held(stroke.n_held, self.attack, self.fall, self.sustain, self.release)
        n_frames = envelope.shape[0]
        bank = bank_of(self.shape, stroke.hz * 2.0**self.octave, self.resonance, self.filter, self.body)
        octaves = self._octaves(stroke, n_frames)
        tones = [
            bank.scan(
                turns_of(stroke, n_frames, 2.0 ** (cents / 1200 + self.octave), self.vibrato_cents)
                + np.uint32(place * _APART % 2**32),
                octaves,
            )
            for place, cents in enumerate(self.detune_cents)
        ]
        if self.breath:
            tones[0] += self._air(stroke, n_frames)
        gain = np.float32(self.level / len(tones) ** 0.6) * envelope
        if self.sub:
            below = np.sin(turns_of(stroke, n_frames).astype(np.float32) * np.float32(2 * np.pi / 2**32))
            tones = [tone + np.float32(self.sub) * below for tone in tones]
        if self.spread == 0.0 or len(tones) == 1:
            return saturate(sum(tones[1:], start=tones[0]) * gain, self.drive)
        return saturate(self._spread(tones) * gain, self.drive)

    def _octaves(self, stroke: Stroke, n_frames: int) -> Mono:
        """Return the cutoff of each frame in octaves above the lowest."""
        rest = octaves_of(self.cutoff_hz) + stroke.brightness + self.key_follow * (stroke.pitch - 60) / 12
        octaves = decay(n_frames, self.sweep_fall)
        octaves *= np.float32(self.sweep_octaves * (0.55 + 0.45 * stroke.force))
        octaves += np.float32(rest)
        if self.swell:
            rise = min(int(self.swell * SAMPLE_RATE), n_frames)
            octaves[:rise] -= np.float32(2.2) * (1.0 - ramp(rise)) ** 2
        if self.wobble_octaves:
            angle = np.arange(n_frames, dtype=np.float32) * np.float32(
                2 * np.pi * stroke.wobble_hz / SAMPLE_RATE
            )
            octaves += np.float32(0.5 * self.wobble_octaves) * (1.0 - np.cos(angle))
        return octaves

    def _air(self, stroke: Stroke, n_frames: int) -> Mono:
        """Return the air that goes with a blown tone, most of it at the start."""
        wind = _wind()
        start = stroke.pitch * 997 % wind.shape[0]
        air: Mono = np.take(wind, np.arange(start, start + n_frames), mode="wrap")
        shape = decay(n_frames, 0.05)
        shape *= np.float32(1.2 * self.breath)
        shape += np.float32(0.5 * self.breath)
        air *= shape
        return air

    def _spread(self, tones: list[Mono]) -> Stereo:
        """Return the oscillators placed from left to right."""
        mixed = np.zeros((2, tones[0].shape[0]), np.float32)
        for place, tone in enumerate(tones):
            side = self.spread * (2.0 * place / (len(tones) - 1) - 1.0)
            mixed[0] += tone * np.float32(np.sqrt(0.5 - 0.5 * side) * 1.414)
            mixed[1] += tone * np.float32(np.sqrt(0.5 + 0.5 * side) * 1.414)
        return mixed


@lru_cache(maxsize=1)
def _wind() -> Mono:
    """Return the air that all blown tones share, as a circle."""
    return band(white(2**16, _BREATH_SEED), 500.0, 7000.0, order=1)

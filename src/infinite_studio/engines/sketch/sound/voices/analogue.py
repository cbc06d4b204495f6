"""A subtractive synthesiser."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import (
    Mono,
    band,
    decay,
    held,
    ramp,
    saturate,
    seconds,
    sine,
    white,
)
from infinite_studio.engines.sketch.sound.stroke import Stereo, Stroke, phase_of
from infinite_studio.engines.sketch.sound.wavetable import Formants, bank_of

_BREATH_SEED = 7_300


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
        cutoff = self._cutoff(stroke, n_frames)
        tones = [
            bank.scan(
                phase_of(stroke, n_frames, 2.0 ** (cents / 1200 + self.octave), self.vibrato_cents)
                + 0.37 * place,
                cutoff,
            )
            for place, cents in enumerate(self.detune_cents)
        ]
        if self.breath:
            tones[0] += self._air(stroke, n_frames)
        gain = np.float32(self.level / len(tones) ** 0.6) * envelope
        if self.sub:
            below = sine(phase_of(stroke, n_frames))
            tones = [tone + np.float32(self.sub) * below for tone in tones]
        if self.spread == 0.0 or len(tones) == 1:
            return saturate(sum(tones[1:], start=tones[0]) * gain, self.drive)
        return saturate(self._spread(tones) * gain, self.drive)

    def _cutoff(self, stroke: Stroke, n_frames: int) -> Mono:
        """Return the cutoff of each frame in Hz."""
        rest = self.cutoff_hz * 2.0 ** (stroke.brightness + self.key_follow * (stroke.pitch - 60) / 12)
        octaves = self.sweep_octaves * (0.55 + 0.45 * stroke.force) * decay(n_frames, self.sweep_fall)
        if self.swell:
            rise = min(int(self.swell * 48_000), n_frames)
            octaves[:rise] -= np.float32(2.2) * (1.0 - ramp(rise)) ** 2
        if self.wobble_octaves:
            octaves -= np.float32(0.5 * self.wobble_octaves) * (
                1.0 + sine(seconds(n_frames) * stroke.wobble_hz + 0.25)
            )
            octaves += np.float32(self.wobble_octaves)
        swept: Mono = np.float32(rest) * np.exp2(octaves)
        return swept

    def _air(self, stroke: Stroke, n_frames: int) -> Mono:
        """Return the air that goes with a blown tone, most of it at the start."""
        air: Mono = band(white(n_frames, _BREATH_SEED + stroke.pitch), 0.8 * stroke.hz, 7000.0, order=1)
        np.multiply(air, np.float32(self.breath) * (0.5 + 1.2 * decay(n_frames, 0.05)), out=air)
        return air

    def _spread(self, tones: list[Mono]) -> Stereo:
        """Return the oscillators placed from left to right."""
        mixed = np.zeros((2, tones[0].shape[0]), np.float32)
        for place, tone in enumerate(tones):
            side = self.spread * (2.0 * place / (len(tones) - 1) - 1.0)
            mixed[0] += tone * np.float32(np.sqrt(0.5 - 0.5 * side) * 1.414)
            mixed[1] += tone * np.float32(np.sqrt(0.5 + 0.5 * side) * 1.414)
        return mixed

"""The 808 and its relations."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, held, saturate, seconds, sine
from infinite_studio.engines.sketch.sound.stroke import Stroke


@dataclass(frozen=True)
class LowSine:
    """An 808: a sine that drops onto its pitch and rings, driven so that small speakers can tell it.

    ``grit`` adds what is left when the sine is driven much harder and only its upper partials are kept.
    """

    attack: float = 0.003
    fall: float = 0.9
    drop_semitones: float = 14.0
    drive: float = 1.6
    grit: float = 0.0
    glide: float = 0.06
    release: float = 0.06
    level: float = 0.9

    def sound(self, stroke: Stroke) -> Mono:
        """Return the note in mono."""
        envelope = held(stroke.n_held, self.attack, self.fall, 0.0 if self.fall < 2.0 else 0.6, self.release)
        n_frames = envelope.shape[0]
        times = seconds(n_frames)
        semitones = self.drop_semitones * np.exp(-times / 0.012)
        if stroke.from_pitch is not None:
            semitones = (stroke.from_pitch - stroke.pitch) * np.exp(-times / self.glide)
        tone = sine(np.cumsum(stroke.hz * 2.0 ** (semitones / 12)) / SAMPLE_RATE) * envelope
        hot = self.drive * (1.0 + 0.3 * stroke.brightness)
        driven = saturate(tone * np.float32(hot), 1.0) * np.float32(self.level / max(np.tanh(hot), 0.3))
        if self.grit:
            bitten = saturate(tone * np.float32(6.0 * hot), 1.0) - saturate(tone * np.float32(1.5 * hot), 1.0)
            driven += bitten * envelope**0.25 * np.float32(self.grit)
        return driven

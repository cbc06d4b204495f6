"""Plucked strings: the modes of a Karplus–Strong loop.

The loop of Karplus and Strong (1983) with Jaffe's and Smith's extensions sends a burst of noise round a delay line of one
period through a low-pass filter. Its sound is known without running it: the partial at ``f`` loses the filter's gain at
``f`` once in every period. The pluck's place takes partials away, the string's stiffness stretches them, and a second
polarisation, a little out of tune and dying at another pace, makes it sing.
"""

from dataclasses import dataclass

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, band, decay, ramp, white
from infinite_studio.engines.sketch.sound.modes import Modes, Numbers, stretched
from infinite_studio.engines.sketch.sound.stroke import Stereo, Stroke
from infinite_studio.engines.sketch.sound.wavetable import Formants, formant_gain

_HIGHEST_HZ = 14_000.0
_MOST_PARTIALS = 72
_NOISE_SEED = 7_700
_POLARISATION_CENTS = 1.3


@dataclass(frozen=True)
class PluckedString:
    """A guitar, harp or bass string.

    ``ring`` is the time constant of the lowest partial in seconds at middle C; ``damping`` is the weight of the loop's
    low-pass filter (0 none, 0.5 the original's mean of two samples); ``place`` is where it is plucked as a share of its
    length; ``pick`` says how far up the pluck reaches (Hz); ``rough`` mixes the noise of the original in.
    """

    ring: float = 1.2
    damping: float = 0.2
    place: float = 0.18
    pick_hz: float = 4500.0
    rough: float = 0.25
    stiffness: float = 0.00005
    body: Formants = ()
    knock: float = 0.15
    knock_hz: float = 1800.0
    release: float = 0.09
    ring_seconds: float = 2.6
    width: float = 0.3
    level: float = 0.5

    def sound(self, stroke: Stroke) -> Stereo | Mono:
        """Return the note; held notes ring on until they have died away."""
        n_held = min(stroke.n_held, int(self.ring_seconds * SAMPLE_RATE))
        n_total = n_held + max(int(self.release * SAMPLE_RATE), 64)
        heard = self._rung(stroke, n_total)
        for side in heard:
            self._touch(side, n_held, stroke)
        return heard if self.width else heard[0]

    def modes(self, stroke: Stroke) -> Modes:
        """Return the string's partials."""
        count = int(np.clip(_HIGHEST_HZ / stroke.hz, 1, _MOST_PARTIALS))
        number = np.arange(1, count + 1, dtype=np.float64)
        hz = stroke.hz * stretched(count, self.stiffness)
        random = np.random.Generator(np.random.PCG64(_NOISE_SEED + stroke.pitch))
        levels = np.abs(np.sin(np.pi * number * self.place)) / number
        levels *= np.exp(self.rough * random.standard_normal(count))
        reach = self.pick_hz * 2.0 ** (stroke.brightness + 1.2 * (stroke.force - 0.8))
        levels /= np.sqrt(1.0 + (hz / reach) ** 4)
        if self.body:
            levels *= formant_gain(hz, self.body)
        return Modes(hz, levels / np.sqrt(np.sum(levels**2)), self._falls(stroke, hz), random.random(count))

    def _falls(self, stroke: Stroke, hz: Numbers) -> Numbers:
        """Return the time constants: the loop's loss in every period, from its filter and what the string itself loses."""
        turn = 2.0 * np.pi * hz / SAMPLE_RATE
        kept = np.sqrt(
            (1.0 - self.damping) ** 2
            + self.damping**2
            + 2.0 * self.damping * (1.0 - self.damping) * np.cos(turn)
        )
        string = self.ring * 2.0 ** (-(stroke.pitch - 60) / 24)
        falls: Numbers = 1.0 / (1.0 / string - stroke.hz * np.log(np.maximum(kept, 1e-6)))
        return falls

    def _rung(self, stroke: Stroke, n_total: int) -> Stereo:
        """Return both polarisations, one row for every ear: each hears more of one of them."""
        first = self.modes(stroke)
        both = Modes(
            np.concatenate([first.hz, first.hz * 2.0 ** (_POLARISATION_CENTS / 1200)]),
            np.concatenate([first.levels, first.levels]),
            np.concatenate([first.falls, 0.6 * first.falls]),
            None if first.phases is None else np.concatenate([first.phases, first.phases]),
        )
        count = first.hz.shape[0]
        shares = 0.35 + 0.25 * self.width * np.array([-1.0, 1.0] if self.width else [0.0])
        weights = np.repeat(np.stack([1.0 - shares, shares], axis=1), count, axis=1)
        return both.ring_apart(weights * both.levels, n_total)

    def _touch(self, total: Mono, n_held: int, stroke: Stroke) -> None:
        """Add the finger's noise, soften the very start and damp the end, in place."""
        if self.knock:
            n_knock = min(1_440, total.shape[0])
            noise = white(1_440, _NOISE_SEED + 500 + stroke.pitch)
            burst = band(noise, 0.4 * self.knock_hz, 2.0 * self.knock_hz)[:n_knock]
            total[:n_knock] += np.float32(self.knock * stroke.force) * burst * decay(n_knock, 0.005)
        rise = min(60, total.shape[0])
        total[:rise] *= ramp(rise)
        total[n_held:] *= ramp(total.shape[0] - n_held)[::-1]
        total *= np.float32(self.level)

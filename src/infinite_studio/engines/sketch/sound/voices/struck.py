"""Partials that are struck once and die away."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, band, decay, ramp, white
from infinite_studio.engines.sketch.sound.modes import Modes, Numbers
from infinite_studio.engines.sketch.sound.stroke import Stereo, Stroke

_KNOCK_SECONDS = 0.03


@dataclass(frozen=True)
class Struck:
    """Piano, bell, bar or tongue: each partial dies away at its own pace.

    ``partials`` are ``(ratio, level, time constant in seconds at middle C)``; higher notes ring shorter.
    ``stiffness`` stretches the partials as a piano's strings do; ``strings`` are struck together, ``beating_cents``
    apart, the later ones ringing longer; ``knock`` is a burst of noise at the start.
    """

    partials: tuple[tuple[float, float, float], ...]
    stiffness: float = 0.0
    strings: int = 1
    beating_cents: float = 1.2
    knock: float = 0.0
    knock_hz: float = 1500.0
    release: float = 0.15
    ring_seconds: float = 2.5
    width: float = 0.0
    tremolo: float = 0.0
    level: float = 0.4

    def sound(self, stroke: Stroke) -> Stereo | Mono:
        """Return the note; held notes ring on until they have died away."""
        n_frames = min(stroke.n_held, int(self.ring_seconds * SAMPLE_RATE))
        n_total = n_frames + max(int(self.release * SAMPLE_RATE), 64)
        sides = [self._side(stroke, n_total, place) for place in ((-1, 1) if self.width else (0,))]
        for total in sides:
            self._touch(total, n_frames, stroke)
        if self.tremolo:
            sway = np.sin(np.float32(2 * np.pi * 5.6 / SAMPLE_RATE) * np.arange(n_total, dtype=np.float32))
            sides = [total * (1.0 + np.float32(self.tremolo) * sway) for total in sides]
        return sides[0] if len(sides) == 1 else np.stack(sides)

    def _side(self, stroke: Stroke, n_total: int, side: int) -> Mono:
        """Return what one ear hears: the partials, shifted a little against the other ear's."""
        ratio, level, fall = np.array(self.partials, np.float64).T
        hz = stroke.hz * ratio * np.sqrt((1.0 + self.stiffness * ratio**2) / (1.0 + self.stiffness))
        hz = hz + 0.35 * self.width * side * (1 + np.arange(ratio.size) % 3)
        octaves = np.log2(np.maximum(ratio, 1.0))
        tilt = (0.35 + 0.65 * stroke.force) ** (0.5 * octaves) * 2.0 ** (0.5 * stroke.brightness * octaves)
        pace = 2.0 ** (-(stroke.pitch - 60) / 24)
        return self._strings(hz, level * tilt, fall * pace).ring(n_total)

    def _strings(self, hz: Numbers, levels: Numbers, falls: Numbers) -> Modes:
        """Return the modes of all strings of the note."""
        if self.strings == 1:
            return Modes(hz, levels, falls)
        detune = self.beating_cents * (np.arange(self.strings) - 0.5 * (self.strings - 1))
        longer = 1.0 + 0.9 * np.arange(self.strings) / (self.strings - 1)
        share = 0.62 ** np.arange(self.strings)
        return Modes(
            np.outer(2.0 ** (detune / 1200), hz).ravel(),
            np.outer(share / share.sum(), levels).ravel(),
            np.outer(longer * 0.8, falls).ravel(),
        )

    def _touch(self, total: Mono, n_frames: int, stroke: Stroke) -> None:
        """Add the knock, soften the very start and damp the end, in place."""
        n_knock = min(int(_KNOCK_SECONDS * SAMPLE_RATE), total.shape[0])
        if self.knock:
            burst = band(white(n_knock, 700 + stroke.pitch), 0.4 * self.knock_hz, 2.0 * self.knock_hz)
            total[:n_knock] += np.float32(self.knock * stroke.force) * burst * decay(n_knock, 0.006)
        rise = min(72, total.shape[0])
        total[:rise] *= ramp(rise)
        n_release = total.shape[0] - n_frames
        total[n_frames:] *= ramp(n_release)[::-1]
        total *= np.float32(self.level)

"""Textures: noises that give a piece its place."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, band, ramp, white
from infinite_studio.engines.sketch.sound.voices import Stereo, Stroke

_BED_FRAMES = 2**18


def _looped(bed: Stereo, n_frames: int) -> Stereo:
    """Return a bed of any length; the bed was filtered as a circle, so that it repeats without a seam."""
    repeats = -(-n_frames // bed.shape[1])
    return np.tile(bed, (1, repeats))[:, :n_frames] if repeats > 1 else bed[:, :n_frames].copy()


def _faded(samples: Stereo, fade_seconds: float) -> Stereo:
    fade = min(int(fade_seconds * SAMPLE_RATE), samples.shape[1] // 2)
    if fade:
        samples[:, :fade] *= ramp(fade)
        samples[:, -fade:] *= ramp(fade)[::-1]
    return samples


@dataclass(frozen=True)
class Vinyl:
    """The surface of an old record: a soft hiss, small crackles and a few pops."""

    crackles_per_second: float = 22.0
    level: float = 0.5

    def sound(self, stroke: Stroke) -> Stereo:
        """Return the surface for as long as the note is held."""
        random = np.random.Generator(np.random.PCG64(8_100))
        n_clicks = int(self.crackles_per_second * _BED_FRAMES / SAMPLE_RATE)
        sides = []
        for side in range(2):
            ticks = np.zeros(_BED_FRAMES, np.float32)
            places = (random.random(n_clicks) * _BED_FRAMES).astype(np.int64)
            ticks[places] = (random.random(n_clicks) ** 4 * 2.6 + 0.15) * np.sign(
                random.random(n_clicks) - 0.5
            )
            hiss = 0.012 * band(white(_BED_FRAMES, 8_110 + side), 400, 9000, order=1)
            sides.append(band(ticks, 900, 6500, order=1) + hiss)
        shared = 0.5 * (sides[0] + sides[1])
        bed = np.stack([0.6 * side + 0.4 * shared for side in sides]).astype(np.float32) * np.float32(
            self.level
        )
        return _faded(_looped(bed, stroke.n_held), 0.05)


@dataclass(frozen=True)
class Wind:
    """Air that moves slowly: noise between the low mids and the highs that swells and sinks."""

    level: float = 0.5

    def sound(self, stroke: Stroke) -> Stereo:
        """Return the air for as long as the note is held."""
        sides = []
        for side in range(2):
            low = band(white(_BED_FRAMES, 8_200 + side), 180, 900, order=1)
            high = band(white(_BED_FRAMES, 8_210 + side), 1500, 5000 * 2.0**stroke.brightness, order=1)
            turns = np.arange(_BED_FRAMES, dtype=np.float32) * np.float32(2 * np.pi / _BED_FRAMES)
            swell = 0.6 + 0.4 * np.sin(turns + np.float32(1.7 * side))
            sides.append(low * swell + 0.5 * high * (1.2 - swell))
        bed = np.stack(sides).astype(np.float32) * np.float32(self.level)
        return _faded(_looped(bed, stroke.n_held), 0.8)

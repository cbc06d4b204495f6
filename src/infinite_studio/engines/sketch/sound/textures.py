"""Textures: noises that give a piece its place."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, band, white
from infinite_studio.engines.sketch.sound.voices import Stereo

_BED_FRAMES = 2**18


class Bed(Protocol):
    """A texture: a sound that repeats without a seam for as long as it is wanted."""

    @property
    def fade_seconds(self) -> float:
        """How long it takes to come and to go."""

    def bed(self, brightness: float) -> Stereo:
        """Return one round of the texture; it was filtered as a circle, so that its end meets its start."""


def unrolled(bed: Stereo, where: slice, n_frames: int, fade_seconds: float) -> Stereo:
    """Return one piece of a bed that sounds for so many frames, with its fades."""
    places = np.arange(where.start, where.stop)
    piece: Stereo = bed.take(places % bed.shape[1], axis=1)
    fade = min(int(fade_seconds * SAMPLE_RATE), n_frames // 2)
    if fade and (where.start < fade or where.stop > n_frames - fade):
        piece *= np.clip(np.minimum(places + 1, n_frames - 1 - places) / fade, 0.0, 1.0).astype(np.float32)
    return piece


@dataclass(frozen=True)
class Vinyl:
    """The surface of an old record: a soft hiss, small crackles and a few pops."""

    crackles_per_second: float = 22.0
    level: float = 0.5
    fade_seconds: float = 0.05

    def bed(self, brightness: float) -> Stereo:
        """Return five seconds of the surface."""
        random = np.random.Generator(np.random.PCG64(8_100))
        n_clicks = int(self.crackles_per_second * _BED_FRAMES / SAMPLE_RATE)
        sides = []
        for side in range(2):
            ticks = np.zeros(_BED_FRAMES, np.float32)
            places = (random.random(n_clicks) * _BED_FRAMES).astype(np.int64)
            ticks[places] = (random.random(n_clicks) ** 4 * 2.6 + 0.15) * np.sign(
                random.random(n_clicks) - 0.5
            )
            hiss = 0.012 * band(white(_BED_FRAMES, 8_110 + side), 400, 9000 * 2.0**brightness, order=1)
            sides.append(band(ticks, 900, 6500, order=1) + hiss)
        shared = 0.5 * (sides[0] + sides[1])
        mixed = np.stack([0.6 * side + 0.4 * shared for side in sides])
        return (mixed * self.level).astype(np.float32)


@dataclass(frozen=True)
class Wind:
    """Air that moves slowly: noise between the low mids and the highs that swells and sinks."""

    level: float = 0.5
    fade_seconds: float = 0.8

    def bed(self, brightness: float) -> Stereo:
        """Return five seconds of the air."""
        sides = []
        for side in range(2):
            low = band(white(_BED_FRAMES, 8_200 + side), 180, 900, order=1)
            high = band(white(_BED_FRAMES, 8_210 + side), 1500, 5000 * 2.0**brightness, order=1)
            turns = np.arange(_BED_FRAMES, dtype=np.float32) * np.float32(2 * np.pi / _BED_FRAMES)
            swell = 0.6 + 0.4 * np.sin(turns + np.float32(1.7 * side))
            sides.append(low * swell + 0.5 * high * (1.2 - swell))
        return (np.stack(sides) * self.level).astype(np.float32)

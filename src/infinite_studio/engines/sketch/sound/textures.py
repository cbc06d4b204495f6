"""Textures: noises that give a piece its place."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, band, white
from infinite_studio.engines.sketch.sound.stroke import Stereo

BED_FRAMES = 2**18


class Bed(Hashable, Protocol):
    """A texture: a sound that repeats without a seam for as long as it is wanted."""

    @property
    def fade_seconds(self) -> float:
        """How long it takes to come and to go."""

    @property
    def rise(self) -> float:
        """How much louder it is at its end than at its beginning, in powers: 0 stays as it is."""

    def bed(self, brightness: float) -> Stereo:
        """Return one round of the texture; it was filtered as a circle, so that its end meets its start."""


@lru_cache(maxsize=6)
def bed_of(texture: Bed, brightness: float) -> Stereo:
    """Return one round of a texture, kept for the next time."""
    bed = texture.bed(brightness)
    bed.flags.writeable = False
    return bed


def unrolled(bed: Stereo, where: slice, n_frames: int, fade_frames: int, rise: float = 0.0) -> Stereo:
    """Return one piece of a bed that sounds for so many frames, with its fades."""
    places = np.arange(where.start, where.stop)
    piece: Stereo = bed.take(places % bed.shape[1], axis=1)
    fade = min(fade_frames, n_frames // 2)
    if fade and (where.start < fade or where.stop > n_frames - fade):
        near = np.clip(np.minimum(places + 1, n_frames - 1 - places) / fade, 0.0, 1.0)
        piece *= np.sin(near * (np.pi / 2)).astype(np.float32)
    if rise:
        piece *= ((places + 1) / n_frames).astype(np.float32) ** np.float32(rise)
    return piece


def _turns(count: float = 1.0) -> Mono:
    """Return the angle of a wave that goes round a whole number of times in a bed."""
    return np.arange(BED_FRAMES, dtype=np.float32) * np.float32(2 * np.pi * count / BED_FRAMES)


def _narrowed(sides: list[NDArray[np.float32]], width: float) -> Stereo:
    """Return both sides with some of what they share in the middle."""
    shared = 0.5 * (sides[0] + sides[1])
    return np.stack([width * side + (1.0 - width) * shared for side in sides]).astype(np.float32)


@dataclass(frozen=True)
class Crackle:
    """Many small ticks over a soft hiss: the surface of a record, rain on a window.

    ``spread`` is the power that makes most ticks small; ``low_hz`` to ``high_hz`` is where the ticks lie;
    ``rumble`` is the level of what turns below.
    """

    ticks_per_second: float = 22.0
    spread: float = 4.0
    low_hz: float = 900.0
    high_hz: float = 6500.0
    hiss: float = 0.012
    rumble: float = 0.0
    width: float = 0.6
    level: float = 0.5
    fade_seconds: float = 0.05
    rise: float = 0.0

    def bed(self, brightness: float) -> Stereo:
        """Return five seconds of the surface."""
        random = np.random.Generator(np.random.PCG64(8_100))
        n_ticks = int(self.ticks_per_second * BED_FRAMES / SAMPLE_RATE)
        sides = []
        for side in range(2):
            ticks = np.zeros(BED_FRAMES, np.float32)
            places = (random.random(n_ticks) * BED_FRAMES).astype(np.int64)
            ticks[places] = (random.random(n_ticks) ** self.spread * 2.6 + 0.15) * np.sign(
                random.random(n_ticks) - 0.5
            )
            noise = white(BED_FRAMES, 8_110 + side)
            bed = band(ticks, self.low_hz, self.high_hz, order=1)
            bed += self.hiss * band(noise, 400, 9000 * 2.0**brightness, order=1)
            if self.rumble:
                bed += self.rumble * band(noise, 25, 60, order=2) * (1.0 + 0.4 * np.sin(_turns(3)))
            sides.append(bed)
        return _narrowed(sides, self.width) * np.float32(self.level)


@dataclass(frozen=True)
class Wind:
    """Air that moves slowly: noise between the low mids and the highs that swells and sinks ``swells`` times a round."""

    swells: float = 1.0
    depth: float = 0.4
    low_hz: float = 180.0
    high_hz: float = 5000.0
    level: float = 0.5
    fade_seconds: float = 0.8
    rise: float = 0.0

    def bed(self, brightness: float) -> Stereo:
        """Return five seconds of the air."""
        sides = []
        for side in range(2):
            low = band(white(BED_FRAMES, 8_200 + side), self.low_hz, 5 * self.low_hz, order=1)
            high = band(white(BED_FRAMES, 8_210 + side), 1500, self.high_hz * 2.0**brightness, order=1)
            swell = (1.0 - self.depth) + np.float32(self.depth) * np.sin(
                _turns(self.swells) + np.float32(1.7 * side)
            )
            sides.append(low * swell + 0.5 * high * (2.0 * (1.0 - self.depth) - swell))
        return (np.stack(sides) * self.level).astype(np.float32)


@dataclass(frozen=True)
class TapeHiss:
    """The breath of a cassette: hiss that flutters a little, and the hum of the machine."""

    hiss: float = 0.05
    hum: float = 0.02
    level: float = 0.5
    fade_seconds: float = 0.1
    rise: float = 0.0

    def bed(self, brightness: float) -> Stereo:
        """Return five seconds of the machine."""
        flutter = 1.0 + 0.12 * np.sin(_turns(29)) + 0.08 * np.sin(_turns(51))
        hum = sum(level * np.sin(_turns(273 * n)) for n, level in ((1, 1.0), (2, 0.6), (3, 0.25), (5, 0.1)))
        sides = [
            self.hiss * band(white(BED_FRAMES, 8_300 + side), 900, 8000 * 2.0**brightness, order=1) * flutter
            + self.hum * hum
            for side in range(2)
        ]
        return (np.stack(sides) * self.level).astype(np.float32)


@dataclass(frozen=True)
class Rise:
    """Noise that opens as it goes: the way into a drop."""

    level: float = 0.35
    fade_seconds: float = 0.03
    rise: float = 2.0

    def bed(self, brightness: float) -> Stereo:
        """Return five seconds of the noise."""
        sides = [
            band(white(BED_FRAMES, 8_400 + side), 900, 9000 * 2.0**brightness, order=1) for side in range(2)
        ]
        return _narrowed(sides, 0.8) * np.float32(self.level)

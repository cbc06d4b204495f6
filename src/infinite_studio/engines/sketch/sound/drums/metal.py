"""Hats, cymbals and other metal."""

import numpy as np

from infinite_studio.engines.sketch.sound.drums.strokes import DrumVoice, ended, frames, noise, rung
from infinite_studio.engines.sketch.sound.envelope import Mono, band, decay, ramp, seconds, sine, white
from infinite_studio.engines.sketch.sound.modes import Modes

_METAL_HZ = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)
_PLATE_MODES = 220


def squares(n_frames: int, tune: float, variant: int) -> Mono:
    """Return six square waves without a common period, band-limited, as in the classic analogue cymbals."""
    hz, levels, phases = [], [], []
    for place, root in enumerate(_METAL_HZ):
        for harmonic in range(1, 20, 2):
            hz.append(root * 4.1 * tune * harmonic)
            levels.append(0.35 / harmonic)
            phases.append(0.37 * place + 0.11 * variant)
    endless = np.full(len(hz), 1e6)
    return Modes(np.array(hz), np.array(levels), endless, np.array(phases)).ring(n_frames)


def plate(
    n_frames: int, low_hz: float, high_hz: float, fall_seconds: float, variant: int, tilt: float = 0.6
) -> Mono:
    """Return the modes of a bronze plate: many, evenly spread, each with its own pace, the highest shortest.

    What lies below ``low_hz`` is there, too, but softly.
    """
    random = np.random.Generator(np.random.PCG64(7_950 + variant))
    places = (np.arange(_PLATE_MODES) + random.random(_PLATE_MODES)) / _PLATE_MODES
    lowest = 0.3 * low_hz
    hz = lowest + (high_hz - lowest) * places**1.3
    levels = random.standard_normal(_PLATE_MODES) * (low_hz / hz) ** tilt
    levels *= 0.13 / np.sqrt((1.0 + (low_hz / hz) ** 6) * (1.0 + (hz / high_hz) ** 6))
    falls = fall_seconds * (0.5 + random.random(_PLATE_MODES)) * np.minimum(low_hz / hz, 1.0) ** 0.35
    return Modes(hz, levels, falls, random.random(_PLATE_MODES)).ring(n_frames)


def hat(*, fall: float, low: float, high: float, metal: float, level: float) -> DrumVoice:
    """Return the hat of a drum machine."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(min(6.5 * fall * length, 1.6))
        tone = white(n_frames, 401 + variant)
        if metal > 0.0:
            tone = (1.0 - metal) * tone + metal * 2.0 * squares(n_frames, tune, variant)
        hit = band(tone, low * tune, high, order=3) * decay(n_frames, fall * length)
        hit[:48] *= ramp(48)
        return ended(hit * level)

    return make


def bronze_hat(*, fall: float, low: float, high: float, chick: float, level: float) -> DrumVoice:
    """Return two small cymbals: modes, the noise of their touching, and the chick of the stick or the foot."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(min(6.5 * fall * length, 1.8))
        hit = plate(n_frames, low * tune, high, 1.6 * fall * length, variant, 0.2)
        hit += 0.7 * noise(n_frames, low * tune, high, fall * length, 421 + variant)
        n_chick = min(frames(0.02), n_frames)
        hit[:n_chick] += chick * noise(n_chick, 2500, 9000, 0.004, 431 + variant)
        hit[:40] *= ramp(40)
        return ended(hit * level, 0.02)

    return make


def chip_hat(*, fall: float, level: float) -> DrumVoice:
    """Return the shortest noise of an old console."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(6.0 * fall * length)
        bits = np.repeat(np.sign(white(-(-n_frames // 2), 441 + variant)), 2)[:n_frames].astype(np.float32)
        hit = band(bits * decay(n_frames, fall * length), 3500 * tune, 14_500, order=2)
        hit[:16] *= ramp(16)
        return ended(level * hit)

    return make


def cymbal(*, fall: float, low: float, ping: float, level: float, wash: float = 1.0) -> DrumVoice:
    """Return a cymbal: its plate, a wash of noise that dies sooner, and the ping of the stick."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(min(4.5 * fall * length, 4.0))
        hit = wash * noise(n_frames, low * tune, 13_000, 0.7 * fall * length, 551 + variant)
        hit += 1.1 * plate(n_frames, 0.6 * low * tune, 13_000, 1.3 * fall * length, variant)
        n_ping = min(frames(0.1), n_frames)
        hit[:n_ping] += ping * noise(n_ping, 0.8 * low, 11_000, 0.012, 561 + variant)
        hit[:96] *= ramp(96)
        return ended(level * hit, 0.2)

    return make


def ride_bell(tune: float, length: float, variant: int) -> Mono:
    """Return the dome of a ride: a clear tone over its wash."""
    n_frames = frames(1.2 * length)
    tone = rung(
        n_frames,
        1020 * tune,
        ((1.0, 0.5, 0.3), (1.52, 0.5, 0.28), (2.41, 0.4, 0.22), (3.3, 0.3, 0.16), (5.1, 0.2, 0.1)),
        variant,
    )
    hit: Mono = 0.23 * tone + 0.2 * plate(n_frames, 3000 * tune, 12_000, 0.35 * length, variant)
    hit[:48] *= ramp(48)
    return ended(hit, 0.1)


def reverse_cymbal(tune: float, length: float, variant: int) -> Mono:
    """Return a cymbal played backwards: it swells for about two seconds and stops at once."""
    n_frames = frames(2.0 * length)
    forward = noise(n_frames, 3000 * tune, 12_500, 0.5 * length, 571 + variant)
    forward += plate(n_frames, 2000 * tune, 12_000, 0.7 * length, variant)
    backward = 0.35 * forward[::-1].copy()
    backward[: n_frames // 4] *= ramp(n_frames // 4)
    return ended(backward, 0.004)


def tambourine(tune: float, length: float, variant: int) -> Mono:
    """Return jingles: two quick shakes of small plates."""
    n_frames = frames(0.28 * length)
    jingle = 0.5 * white(n_frames, 471 + variant) + 0.8 * plate(n_frames, 5200 * tune, 14_000, 0.09, variant)
    envelope = 0.6 * decay(n_frames, 0.06 * length) + 0.6 * decay(n_frames, 0.012)
    hit: Mono = band(jingle, 5200, 14_000, order=2)
    hit *= 0.6 * envelope
    hit[:48] *= ramp(48)
    return ended(hit)


def cowbell(*, low_hz: float, high_hz: float, fall: float) -> DrumVoice:
    """Return two square waves a fifth or so apart through a band: the drum machine's cowbell."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(5.0 * fall * length)
        times = seconds(n_frames)
        tone = 0.1 * white(n_frames, 521 + variant) * decay(n_frames, 0.003)
        for hz in (low_hz, high_hz):
            for harmonic in (1, 3, 5, 7):
                tone += sine(hz * tune * harmonic * times) / np.float32(harmonic)
        envelope = 0.6 * decay(n_frames, 0.015) + 0.4 * decay(n_frames, fall * length)
        hit = 0.6 * band(tone, 0.93 * low_hz, 4500) * envelope
        hit[:24] *= ramp(24)
        return ended(hit)

    return make


def triangle(tune: float, length: float, variant: int) -> Mono:
    """Return a bent rod of steel."""
    n_frames = frames(1.6 * length)
    hit = rung(
        n_frames,
        2150 * tune,
        ((1.0, 0.25, 0.5), (1.91, 0.4, 0.45), (2.83, 0.5, 0.4), (3.9, 0.4, 0.3), (5.2, 0.3, 0.2)),
        variant,
    )
    hit[:24] *= ramp(24)
    return ended(0.4 * hit, 0.1)


METAL: dict[str, DrumVoice] = {
    "hat-closed": hat(fall=0.022, low=7200, high=15_500, metal=0.35, level=0.62),
    "hat-open": hat(fall=0.16, low=6800, high=15_000, metal=0.4, level=0.5),
    "hat-soft": hat(fall=0.026, low=4600, high=9500, metal=0.25, level=0.6),
    "hat-909": hat(fall=0.03, low=6200, high=14_500, metal=0.15, level=0.6),
    "hat-909-open": hat(fall=0.10, low=5800, high=14_000, metal=0.2, level=0.55),
    "hat-acoustic": bronze_hat(fall=0.03, low=4200, high=14_000, chick=0.5, level=0.2),
    "hat-acoustic-open": bronze_hat(fall=0.24, low=3800, high=14_000, chick=0.4, level=0.18),
    "hat-pedal": bronze_hat(fall=0.018, low=2600, high=9000, chick=0.7, level=0.2),
    "hat-chip": chip_hat(fall=0.013, level=0.4),
    "hat-chip-open": chip_hat(fall=0.07, level=0.36),
    "ride": cymbal(fall=0.28, low=5200, ping=1.6, level=0.32),
    "ride-jazz": cymbal(fall=0.55, low=3600, ping=2.0, level=0.26, wash=0.5),
    "ride-bell": ride_bell,
    "crash": cymbal(fall=0.65, low=3200, ping=0.8, level=0.4),
    "splash": cymbal(fall=0.2, low=3800, ping=0.8, level=0.4),
    "reverse-cymbal": reverse_cymbal,
    "tambourine": tambourine,
    "cowbell": cowbell(low_hz=540, high_hz=800, fall=0.09),
    "agogo": cowbell(low_hz=905, high_hz=1330, fall=0.12),
    "triangle": triangle,
}

"""Wood, shakers, and the noises that lead into a section."""

import numpy as np

from infinite_studio.engines.sketch.sound.drums.metal import plate
from infinite_studio.engines.sketch.sound.drums.strokes import DrumVoice, ended, frames, noise, rung, sweep
from infinite_studio.engines.sketch.sound.envelope import Mono, band, decay, ramp, saturate, white


def rim(tune: float, length: float, variant: int) -> Mono:
    """Return the stick on the rim of a drum machine."""
    n_frames = frames(0.12 * length)
    hit = 0.7 * sweep(n_frames, 1750 * tune, 1680 * tune, 0.02) * decay(n_frames, 0.012 * length)
    hit += 0.5 * sweep(n_frames, 520 * tune, 480 * tune, 0.02) * decay(n_frames, 0.018 * length)
    hit += 0.25 * noise(n_frames, 2000, 9000, 0.006, 341 + variant)
    hit[:16] *= ramp(16)
    return ended(hit)


def side_stick(tune: float, length: float, variant: int) -> Mono:
    """Return a stick laid over a snare: wood on metal."""
    n_frames = frames(0.16 * length)
    partials = ((1.0, 0.7, 0.014), (2.1, 0.5, 0.012), (3.72, 0.35, 0.008), (0.42, 0.4, 0.03))
    hit = rung(n_frames, 860 * tune, [(r, level, fall * length) for r, level, fall in partials], variant)
    hit += 0.3 * noise(n_frames, 2500, 9000, 0.004, 351 + variant)
    hit[:16] *= ramp(16)
    return ended(0.8 * hit)


def block(*, hz: float, fall: float) -> DrumVoice:
    """Return a piece of hollow wood."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(6.0 * fall * length)
        partials = ((1.0, 1.0, fall), (2.42, 0.25, 0.5 * fall), (4.1, 0.1, 0.3 * fall))
        hit = rung(n_frames, hz * tune, [(r, level, f * length) for r, level, f in partials], variant)
        hit += 0.12 * noise(n_frames, hz, 4 * hz, 0.004, 361 + variant)
        hit[:24] *= ramp(24)
        return ended(0.75 * hit)

    return make


def guiro(tune: float, length: float, variant: int) -> Mono:
    """Return a stick drawn over notches, faster and faster."""
    n_frames = frames(0.3 * length)
    places = np.linspace(0.0, 1.0, n_frames)
    scratches = (np.sin(2 * np.pi * (9 * places + 6 * places**2)) > 0.2).astype(np.float32)
    soft = band(scratches, 1.0, 400.0, order=1)
    hit = 0.5 * band(white(n_frames, 371 + variant), 1800 * tune, 7000, order=2) * np.clip(soft, 0.0, 1.0)
    hit[:64] *= ramp(64)
    return ended(hit * decay(n_frames, 0.25 * length), 0.02)


def shaker(*, low: float, rise_seconds: float, fall: float, level: float) -> DrumVoice:
    """Return seeds in a shell: they are thrown, and they land."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(rise_seconds + 3.2 * fall * length)
        rise = frames(rise_seconds)
        envelope = decay(n_frames, fall * length)
        envelope[:rise] *= ramp(rise)
        return ended(level * band(white(n_frames, 451 + variant), low * tune, 12_000, order=2) * envelope)

    return make


def impact(tune: float, length: float, variant: int) -> Mono:
    """Return everything at once: a low hit, a crash and its tail, for the first beat of a section."""
    n_frames = frames(3.2 * length)
    hit = 0.7 * sweep(n_frames, 110 * tune, 40 * tune, 0.1) * decay(n_frames, 0.5 * length)
    hit += 0.3 * noise(n_frames, 120, 7000, 0.25, 581 + variant, 1)
    hit += 0.3 * plate(n_frames, 900, 9000, 0.9 * length, variant)
    hit += 0.12 * noise(n_frames, 200, 3000, 0.9 * length, 583 + variant, 1)
    hit[:96] *= ramp(96)
    return ended(saturate(hit, 1.0), 0.2)


def riser(tune: float, length: float, variant: int) -> Mono:
    """Return noise and a tone that rise for about four seconds and stop."""
    n_frames = frames(4.0 * length)
    places = np.linspace(0.0, 1.0, n_frames, dtype=np.float32)
    dull, bright = (
        band(white(n_frames, 591 + variant), low * tune, high, order=1)
        for low, high in ((500, 2500), (2500, 11_000))
    )
    hit = dull * (1.0 - places) + bright * places
    hit += 0.35 * sweep(n_frames, 1500 * tune, 180 * tune, 1.6 * length)[::-1]
    return ended(0.4 * hit * places**1.6, 0.005)


SMALL: dict[str, DrumVoice] = {
    "rim": rim,
    "side-stick": side_stick,
    "claves": block(hz=2480, fall=0.022),
    "woodblock": block(hz=940, fall=0.02),
    "guiro": guiro,
    "shaker": shaker(low=4200, rise_seconds=0.022, fall=0.028, level=0.75),
    "shekere": shaker(low=2600, rise_seconds=0.012, fall=0.05, level=0.7),
    "impact": impact,
    "riser": riser,
}

"""Toms, hand drums and the drums of orchestras."""

import numpy as np

from infinite_studio.engines.sketch.sound.drums.strokes import (
    DrumVoice,
    ended,
    frames,
    noise,
    rung,
    skin,
    sweep,
)
from infinite_studio.engines.sketch.sound.envelope import Mono, decay, ramp, saturate


def tom(*, hz: float, fall: float) -> DrumVoice:
    """Return a tom: a drop in pitch and the skin's modes."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(4.6 * fall * length)
        hit = sweep(n_frames, 1.6 * hz * tune, hz * tune, 0.04) * decay(n_frames, fall * length)
        hit += 0.3 * skin(n_frames, 1.59 * hz * tune, 0.5 * fall * length, 0.6, variant)
        hit += 0.18 * noise(n_frames, 200, 4000, 0.03, 501 + variant)
        hit[:32] *= ramp(32)
        return ended(saturate(hit, 0.8))

    return make


def hand_drum(*, hz: float, fall: float, slap: float, bend: float = 1.12) -> DrumVoice:
    """Return a drum played with the hand: ``slap`` is how much of the palm is heard."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(5.5 * fall * length)
        pitch = hz * (1.0, 1.04, 0.97)[variant % 3] * tune
        hit = sweep(n_frames, pitch * bend, pitch, 0.015) * decay(n_frames, fall * length)
        hit += 0.25 * skin(n_frames, 1.5 * pitch, 0.4 * fall * length, 0.6, variant)
        hit = 0.85 * hit + slap * noise(n_frames, 900, 5500, 0.008, 511 + variant)
        hit[:32] *= ramp(32)
        return ended(hit)

    return make


def timbale(tune: float, length: float, variant: int) -> Mono:
    """Return a metal shell with a tight skin."""
    n_frames = frames(0.6 * length)
    hit = 0.7 * skin(n_frames, 310 * tune, 0.12 * length, 0.85, variant)
    hit += rung(n_frames, 930 * tune, ((1.0, 0.2, 0.12), (1.7, 0.2, 0.1), (2.9, 0.15, 0.07)), variant)
    hit += 0.4 * noise(n_frames, 2500, 9000, 0.006, 515 + variant)
    hit[:24] *= ramp(24)
    return ended(0.8 * hit)


def log_drum(tune: float, length: float, variant: int) -> Mono:
    """Return the wooden bass drum of amapiano: a round tone with a hard, hollow start."""
    n_frames = frames(0.8 * length)
    hit = sweep(n_frames, 150 * tune, 68 * tune, 0.018) * decay(n_frames, 0.17 * length)
    hit += rung(n_frames, 136 * tune, ((1.0, 0.4, 0.09), (2.9, 0.25, 0.03), (5.4, 0.12, 0.015)), variant)
    hit += 0.12 * noise(n_frames, 700, 3000, 0.006, 517 + variant)
    hit[:48] *= ramp(48)
    return ended(saturate(1.2 * hit, 1.0))


def taiko(tune: float, length: float, variant: int) -> Mono:
    """Return a large drum in a large room."""
    n_frames = frames(1.6 * length)
    hit = sweep(n_frames, 128 * tune, 72 * tune, 0.05) * decay(n_frames, 0.32 * length)
    hit += 0.6 * skin(n_frames, 104 * tune, 0.24 * length, 0.72, variant)
    hit += 0.35 * noise(n_frames, 150, 2600, 0.03, 531 + variant)
    hit[:64] *= ramp(64)
    return ended(saturate(hit, 1.0), 0.05)


def timpani(tune: float, length: float, variant: int) -> Mono:
    """Return a kettle: its modes are nearly harmonic, the lowest dies first."""
    n_frames = frames(2.4 * length)
    partials = (
        (0.85, 0.3, 0.12),
        (1.0, 1.0, 0.55),
        (1.504, 0.6, 0.5),
        (1.742, 0.15, 0.2),
        (2.0, 0.35, 0.4),
        (2.494, 0.2, 0.3),
        (2.98, 0.1, 0.2),
    )
    hit = rung(n_frames, 98 * tune, [(r, level, fall * length) for r, level, fall in partials], variant)
    hit += 0.25 * noise(n_frames, 120, 1500, 0.02, 541 + variant)
    hit[:96] *= ramp(96)
    return ended(np.float32(0.6) * hit, 0.1)


SKINS: dict[str, DrumVoice] = {
    "tom": tom(hz=118, fall=0.16),
    "tom-low": tom(hz=84, fall=0.22),
    "tom-high": tom(hz=158, fall=0.13),
    "conga": hand_drum(hz=258, fall=0.075, slap=0.3),
    "conga-slap": hand_drum(hz=330, fall=0.03, slap=1.0, bend=1.05),
    "bongo": hand_drum(hz=410, fall=0.05, slap=0.35, bend=1.08),
    "timbale": timbale,
    "log-drum": log_drum,
    "taiko": taiko,
    "timpani": timpani,
}

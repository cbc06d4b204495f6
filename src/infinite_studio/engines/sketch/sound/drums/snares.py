"""Snares, claps and brushes."""

import numpy as np

from infinite_studio.engines.sketch.sound.drums.strokes import DrumVoice, ended, frames, noise, skin, sweep
from infinite_studio.engines.sketch.sound.envelope import (
    SAMPLE_RATE,
    Mono,
    band,
    decay,
    ramp,
    saturate,
    seconds,
    white,
)


def snare(
    *,
    tones: tuple[tuple[float, float, float], ...],
    wires: float,
    low: float,
    high: float,
    fall: float,
    snap: float,
) -> DrumVoice:
    """Return a snare: membrane modes ``(Hz, level, fall)`` under a burst of noise."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(5.0 * fall * length)
        hit = wires * noise(n_frames, low, high, fall * length, 101 + variant)
        for hz, level, tone_fall in tones:
            hit += (
                level
                * sweep(n_frames, hz * tune * 1.35, hz * tune, 0.012)
                * decay(n_frames, tone_fall * length)
            )
        n_snap = min(frames(0.012), n_frames)
        hit[:n_snap] += snap * noise(n_snap, 2300, 11_000, 0.002, 131 + variant)
        hit[:24] *= ramp(24)
        return ended(saturate(hit, 0.9))

    return make


def acoustic_snare(
    *, hz: float, ring: float, wires: float, high: float, fall: float, snap: float
) -> DrumVoice:
    """Return a wooden drum: its skin's modes, and wires that answer a moment later and rattle on."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(6.0 * fall * length)
        hit = 0.75 * skin(n_frames, hz * tune, ring * length, 0.72, variant)
        rattle = noise(n_frames, 900, high, fall * length, 151 + variant)
        rattle[:120] *= ramp(120)
        rattle *= 1.0 + 0.35 * np.sign(sweep(n_frames, 2.0 * hz * tune, 2.0 * hz * tune, 1.0)) * decay(
            n_frames, 0.03
        )
        hit += wires * rattle
        n_snap = min(frames(0.012), n_frames)
        hit[:n_snap] += snap * noise(n_snap, 2000, 9_500, 0.0022, 171 + variant)
        hit[:24] *= ramp(24)
        return ended(saturate(hit, 0.9))

    return make


def gated_snare(tune: float, length: float, variant: int) -> Mono:
    """Return the snare of the eighties: a dense burst of room that is cut off."""
    n_frames = frames(0.30 * length)
    hit = 0.9 * sweep(n_frames, 260 * tune, 175 * tune, 0.02) * decay(n_frames, 0.07)
    hit += 0.7 * noise(n_frames, 800, 9_000, 0.07, 201 + variant)
    room = band(white(n_frames, 231 + variant), 250, 6000)
    gate = np.minimum(1.0, 1.0 - 0.45 * seconds(n_frames) / (0.25 * length)).astype(np.float32)
    hit[:24] *= ramp(24)
    room[:240] *= ramp(240)
    return ended(saturate(hit + 0.30 * room * gate, 0.9), 0.03)


def brushed_snare(tune: float, length: float, variant: int) -> Mono:
    """Return a tap with a wire brush: a soft spread of many small hits."""
    n_frames = frames(0.3 * length)
    hit = 0.22 * skin(n_frames, 190 * tune, 0.06 * length, 0.6, variant)
    wires = band(white(n_frames, 241 + variant), 1300, 6500, order=1)
    envelope = 0.5 * decay(n_frames, 0.012) + 0.35 * decay(n_frames, 0.07 * length)
    envelope[:200] *= ramp(200)
    return ended(hit + 0.75 * wires * envelope)


def brush_sweep(tune: float, length: float, variant: int) -> Mono:
    """Return a brush that is drawn over the skin."""
    n_frames = frames(0.42 * length)
    places = np.linspace(0.0, 1.0, n_frames, dtype=np.float32)
    swell = np.maximum(np.sin(np.pi * places), 0.0) ** 1.4 * (1.0 - 0.5 * places)
    return ended(0.3 * band(white(n_frames, 251 + variant), 1600 * tune, 6000, order=1) * swell)


def chip_snare(tune: float, length: float, variant: int) -> Mono:
    """Return a burst of the noise of an old console: a random bit held for a few frames."""
    n_frames = frames(0.2 * length)
    step = max(int(7 / tune), 1)
    bits = np.sign(white(-(-n_frames // step), 261 + variant))
    held = np.repeat(bits, step)[:n_frames].astype(np.float32)
    smooth = band(held * decay(n_frames, 0.05 * length), 300, 13_000, order=2)
    smooth[:24] *= ramp(24)
    return ended(0.5 * smooth)


def clap(*, low: float, high: float, hands: float, room: float, body: float) -> DrumVoice:
    """Return several hands a few milliseconds apart, and their room."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = frames(0.38 * length)
        hit = band(white(n_frames, 301 + variant), low * tune, high * tune, order=2)
        envelope = body * decay(n_frames, room * length)
        envelope[: frames(0.030)] *= 0.15
        for place, level in ((0.0, 0.8), (0.0098, 0.9), (0.0201, 0.8), (0.0302, 1.0)):
            start = int(place * SAMPLE_RATE)
            envelope[start:] += level * decay(n_frames - start, hands)
        hit *= envelope * 0.9
        hit[:16] *= ramp(16)
        return ended(hit)

    return make


def snap(tune: float, length: float, variant: int) -> Mono:
    """Return a finger snap."""
    n_frames = frames(0.16 * length)
    hit = 0.9 * noise(n_frames, 1500 * tune, 5000 * tune, 0.018, 331 + variant, 3)
    hit += 0.4 * sweep(n_frames, 2100 * tune, 1700 * tune, 0.01) * decay(n_frames, 0.012)
    hit[:24] *= ramp(24)
    return ended(hit)


SNARES: dict[str, DrumVoice] = {
    "snare-trap": snare(
        tones=((205, 0.75, 0.05), (330, 0.3, 0.03)), wires=0.85, low=900, high=9_500, fall=0.085, snap=1.2
    ),
    "snare-acoustic": acoustic_snare(hz=186, ring=0.085, wires=0.85, high=7_000, fall=0.085, snap=1.0),
    "snare-909": snare(
        tones=((200, 0.7, 0.045), (345, 0.35, 0.03)), wires=0.75, low=1700, high=9_500, fall=0.075, snap=0.8
    ),
    "snare-soft": snare(
        tones=((178, 0.8, 0.06), (260, 0.3, 0.04)), wires=0.5, low=700, high=6200, fall=0.075, snap=0.35
    ),
    "snare-drill": snare(
        tones=((238, 0.6, 0.04), (420, 0.35, 0.025)), wires=0.8, low=1500, high=11_000, fall=0.06, snap=1.4
    ),
    "snare-dubstep": snare(
        tones=((195, 1.0, 0.09), (290, 0.4, 0.06), (585, 0.15, 0.03)),
        wires=0.85,
        low=1100,
        high=9_500,
        fall=0.12,
        snap=1.3,
    ),
    "snare-tight": acoustic_snare(hz=228, ring=0.05, wires=0.8, high=8_000, fall=0.055, snap=1.3),
    "snare-gated": gated_snare,
    "snare-brush": brushed_snare,
    "snare-chip": chip_snare,
    "brush-sweep": brush_sweep,
    "clap": clap(low=750, high=5500, hands=0.0042, room=0.07, body=0.55),
    "clap-808": clap(low=620, high=2600, hands=0.0055, room=0.1, body=0.8),
    "snap": snap,
}

"""The sound of every drum, synthesised from sines and shaped noise."""

from collections.abc import Callable, Mapping

import numpy as np

from infinite_studio.engines.sketch.sound.envelope import (
    SAMPLE_RATE,
    Mono,
    band,
    decay,
    ramp,
    saturate,
    seconds,
    sine,
    white,
)
from infinite_studio.engines.sketch.sound.names import DRUM_SOUNDS

_METAL_HZ = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)
DrumVoice = Callable[[float, float, int], Mono]
"""What makes a stroke from tuning (a factor on frequencies), decay (a factor on times) and a variant number."""


def _frames(time_seconds: float) -> int:
    """Return a number of frames that the Fourier transform likes: a multiple of 64."""
    return max(int(time_seconds * SAMPLE_RATE) // 64, 1) * 64


def _sweep(n_frames: int, start_hz: float, end_hz: float, fall_seconds: float) -> Mono:
    """Return a sine whose frequency falls exponentially."""
    hz = end_hz + (start_hz - end_hz) * np.exp(-seconds(n_frames) / fall_seconds)
    return sine(np.cumsum(hz) / SAMPLE_RATE)


def _ended(samples: Mono, fade_seconds: float = 0.01) -> Mono:
    """Return a stroke that ends at exactly zero."""
    fade = min(_frames(fade_seconds), samples.shape[0])
    samples[-fade:] *= ramp(fade)[::-1]
    return samples


def _noise(
    n_frames: int, low_hz: float, high_hz: float, fall_seconds: float, seed: int, order: int = 2
) -> Mono:
    return band(white(n_frames, seed), low_hz, high_hz, order=order) * decay(n_frames, fall_seconds)


def _kick(
    *,
    start_hz: float,
    end_hz: float,
    sweep: float,
    fall: float,
    click: float,
    drive: float,
    body: float = 1.0,
) -> DrumVoice:
    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = _frames(6.0 * fall * length)
        tone = _sweep(n_frames, start_hz * tune, end_hz * tune, sweep) * decay(n_frames, fall * length) * body
        tone[: _frames(0.003)] *= ramp(_frames(0.003)) ** 0.5
        n_click = min(_frames(0.02), n_frames)
        tone[:n_click] += click * _noise(n_click, 1200, 9000, 0.003, 11 + variant)
        return _ended(saturate(tone, drive) * drive**0.5)

    return make


def _snare(
    *,
    tones: tuple[tuple[float, float, float], ...],
    noise: float,
    low: float,
    high: float,
    fall: float,
    snap: float,
) -> DrumVoice:
    """Return a snare: membrane modes ``(Hz, level, fall)`` under a burst of noise."""

    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = _frames(5.0 * fall * length)
        hit = noise * _noise(n_frames, low, high, fall * length, 101 + variant)
        for hz, level, tone_fall in tones:
            hit += (
                level
                * _sweep(n_frames, hz * tune * 1.35, hz * tune, 0.012)
                * decay(n_frames, tone_fall * length)
            )
        n_snap = _frames(0.012)
        hit[:n_snap] += snap * _noise(n_snap, 2500, 14000, 0.002, 131 + variant)
        return _ended(saturate(hit, 0.9))

    return make


def _gated_snare(tune: float, length: float, variant: int) -> Mono:
    """Return the snare of the eighties: a dense burst of room that is cut off."""
    n_frames = _frames(0.30 * length)
    hit = 0.9 * _sweep(n_frames, 260 * tune, 175 * tune, 0.02) * decay(n_frames, 0.07)
    hit += 0.7 * _noise(n_frames, 800, 11_000, 0.07, 201 + variant)
    room = band(white(n_frames, 231 + variant), 250, 6000)
    gate = np.minimum(1.0, 1.0 - 0.45 * seconds(n_frames) / (0.25 * length)).astype(np.float32)
    return _ended(saturate(hit + 0.30 * room * gate, 0.9), 0.03)


def _clap(tune: float, length: float, variant: int) -> Mono:
    """Return several hands a few milliseconds apart, and their room."""
    n_frames = _frames(0.38 * length)
    noise = band(white(n_frames, 301 + variant), 750 * tune, 5500 * tune, order=2)
    envelope = 0.55 * decay(n_frames, 0.07 * length)
    envelope[: _frames(0.030)] *= 0.15
    for place, level in ((0.0, 0.8), (0.0098, 0.9), (0.0201, 0.8), (0.0302, 1.0)):
        start = int(place * SAMPLE_RATE)
        envelope[start:] += level * decay(n_frames - start, 0.0042)
    return _ended((noise * envelope * 0.9).astype(np.float32))


def _snap(tune: float, length: float, variant: int) -> Mono:
    n_frames = _frames(0.16 * length)
    hit = 0.9 * _noise(n_frames, 1500 * tune, 5000 * tune, 0.018, 331 + variant, 3)
    return _ended(hit + 0.4 * _sweep(n_frames, 2100 * tune, 1700 * tune, 0.01) * decay(n_frames, 0.012))


def _rim(tune: float, length: float, variant: int) -> Mono:
    n_frames = _frames(0.12 * length)
    hit = 0.7 * _sweep(n_frames, 1750 * tune, 1680 * tune, 0.02) * decay(n_frames, 0.012 * length)
    hit += 0.5 * _sweep(n_frames, 520 * tune, 480 * tune, 0.02) * decay(n_frames, 0.018 * length)
    return _ended(hit + 0.25 * _noise(n_frames, 2000, 9000, 0.006, 341 + variant))


def _metal(n_frames: int, tune: float, variant: int) -> Mono:
    """Return six square waves without a common period, band-limited, as in the classic analogue cymbals."""
    times = seconds(n_frames)
    total = np.zeros(n_frames, np.float32)
    for place, hz in enumerate(_METAL_HZ):
        phase = 0.37 * place + 0.11 * variant
        for harmonic in range(1, 20, 2):
            partial = hz * 4.1 * tune * harmonic
            if partial < 17_000:
                total += sine(partial * times + phase) / np.float32(harmonic)
    return total * np.float32(0.35)


def _hat(*, fall: float, low: float, high: float, metal: float, level: float) -> DrumVoice:
    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = _frames(min(6.5 * fall * length, 1.6))
        noise = white(n_frames, 401 + variant)
        if metal > 0.0:
            noise = (1.0 - metal) * noise + metal * 2.0 * _metal(n_frames, tune, variant)
        hit = band(noise, low * tune, high, order=3) * decay(n_frames, fall * length)
        hit[:48] *= ramp(48)
        return _ended(hit * level)

    return make


def _shaker(tune: float, length: float, variant: int) -> Mono:
    n_frames = _frames(0.11 * length)
    rise = _frames(0.022)
    envelope = decay(n_frames, 0.028 * length)
    envelope[:rise] *= ramp(rise)
    return _ended(0.75 * band(white(n_frames, 451 + variant), 4200 * tune, 12_000, order=2) * envelope)


def _tambourine(tune: float, length: float, variant: int) -> Mono:
    n_frames = _frames(0.28 * length)
    jingle = 0.55 * white(n_frames, 471 + variant) + _metal(n_frames, 1.9 * tune, variant)
    envelope = 0.6 * decay(n_frames, 0.06 * length) + 0.6 * decay(n_frames, 0.012)
    return _ended(0.6 * band(jingle, 5200, 14_000, order=2) * envelope)


def _tom(tune: float, length: float, variant: int) -> Mono:
    n_frames = _frames(0.75 * length)
    hit = _sweep(n_frames, 190 * tune, 118 * tune, 0.05) * decay(n_frames, 0.16 * length)
    return _ended(saturate(hit + 0.18 * _noise(n_frames, 200, 4000, 0.03, 501 + variant), 0.8))


def _conga(tune: float, length: float, variant: int) -> Mono:
    n_frames = _frames(0.4 * length)
    hz = (255.0, 275.0, 245.0)[variant % 3] * tune
    hit = _sweep(n_frames, hz * 1.12, hz, 0.015) * decay(n_frames, 0.075 * length)
    return _ended(0.9 * hit + 0.3 * _noise(n_frames, 900, 5000, 0.008, 511 + variant))


def _cowbell(tune: float, length: float, variant: int) -> Mono:
    n_frames = _frames(0.45 * length)
    times = seconds(n_frames)
    tone = 0.1 * white(n_frames, 521 + variant) * decay(n_frames, 0.003)
    for hz in (540.0, 800.0):
        for harmonic in (1, 3, 5, 7):
            tone += sine(hz * tune * harmonic * times) / np.float32(harmonic)
    envelope = 0.6 * decay(n_frames, 0.015) + 0.4 * decay(n_frames, 0.09 * length)
    return _ended(0.6 * band(tone, 500, 4500) * envelope)


def _cymbal(*, fall: float, low: float, ping: float, level: float) -> DrumVoice:
    def make(tune: float, length: float, variant: int) -> Mono:
        n_frames = _frames(min(4.5 * fall * length, 4.0))
        wash = band(white(n_frames, 551 + variant), low * tune, 13_000, order=2)
        wash += 0.45 * band(_metal(n_frames, 0.83 * tune, variant), 2500, 12_000)
        envelope = decay(n_frames, fall * length) + ping * decay(n_frames, 0.012)
        envelope[:96] *= ramp(96)
        return _ended(level * wash * envelope, 0.2)

    return make


DRUM_VOICES: Mapping[str, DrumVoice] = {
    "kick-808": _kick(start_hz=170, end_hz=47, sweep=0.028, fall=0.19, click=0.16, drive=1.1),
    "kick-909": _kick(start_hz=260, end_hz=49, sweep=0.026, fall=0.11, click=0.35, drive=1.3),
    "kick-acoustic": _kick(start_hz=190, end_hz=58, sweep=0.016, fall=0.085, click=0.55, drive=1.2),
    "kick-techno": _kick(start_hz=320, end_hz=46, sweep=0.03, fall=0.13, click=0.3, drive=1.9),
    "kick-soft": _kick(start_hz=130, end_hz=52, sweep=0.018, fall=0.10, click=0.10, drive=1.1),
    "snare-trap": _snare(
        tones=((205, 0.75, 0.05), (330, 0.3, 0.03)), noise=0.85, low=900, high=13_000, fall=0.085, snap=1.2
    ),
    "snare-acoustic": _snare(
        tones=((188, 0.85, 0.07), (283, 0.35, 0.045), (410, 0.15, 0.03)),
        noise=0.72,
        low=1100,
        high=11_000,
        fall=0.08,
        snap=1.0,
    ),
    "snare-909": _snare(
        tones=((200, 0.7, 0.045), (345, 0.35, 0.03)), noise=0.75, low=1700, high=12_000, fall=0.075, snap=0.8
    ),
    "snare-soft": _snare(
        tones=((178, 0.8, 0.06), (260, 0.3, 0.04)), noise=0.5, low=700, high=6200, fall=0.075, snap=0.35
    ),
    "snare-gated": _gated_snare,
    "clap": _clap,
    "snap": _snap,
    "rim": _rim,
    "hat-closed": _hat(fall=0.022, low=7200, high=15_500, metal=0.35, level=0.62),
    "hat-open": _hat(fall=0.16, low=6800, high=15_000, metal=0.4, level=0.5),
    "hat-soft": _hat(fall=0.026, low=4600, high=9500, metal=0.25, level=0.6),
    "hat-909": _hat(fall=0.03, low=6200, high=14_500, metal=0.15, level=0.6),
    "hat-909-open": _hat(fall=0.10, low=5800, high=14_000, metal=0.2, level=0.55),
    "ride": _cymbal(fall=0.28, low=5200, ping=1.6, level=0.32),
    "crash": _cymbal(fall=0.65, low=3200, ping=0.8, level=0.42),
    "shaker": _shaker,
    "tambourine": _tambourine,
    "tom": _tom,
    "conga": _conga,
    "cowbell": _cowbell,
}
assert set(DRUM_VOICES) == set(DRUM_SOUNDS)

"""Hums made of numbers: known notes, sung with vibrato, slides, breath and room as people do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio
from infinite_studio.music.singing import SungNote

Values = NDArray[np.float64]

RATE = 22_050
OVERTONES = 14


@dataclass(frozen=True)
class Singer:
    """How a hum is sung."""

    vibrato_semitones: float = 0.25
    vibrato_hz: float = 5.5
    slide_seconds: float = 0.06
    attack_seconds: float = 0.03
    dip_db: float = 14.0
    breath_db: float = -50.0
    room_seconds: float = 0.0
    wander_semitones: float = 0.08
    darkness: float = 1.4


SINGERS = {
    "plain": Singer(0.0, dip_db=20.0, wander_semitones=0.03),
    "vibrato": Singer(0.45, 6.0),
    "sliding": Singer(0.15, slide_seconds=0.12, dip_db=8.0),
    "breathy": Singer(0.2, breath_db=-32.0, darkness=2.2),
    "soft": Singer(0.2, attack_seconds=0.09, dip_db=12.0),
    "room": Singer(0.25, room_seconds=0.35, dip_db=18.0),
}


def tune(seed: int, n_notes: int = 16, centre: int = 57) -> tuple[SungNote, ...]:
    """Return a random walk through a major scale with rests and repeated notes."""
    rng = np.random.default_rng(seed)
    scale = [0, 2, 4, 5, 7, 9, 11]
    degree, at = 0, 0.3
    notes = []
    for _ in range(n_notes):
        length = float(rng.choice([0.22, 0.3, 0.45, 0.6, 0.9]))
        pitch = centre + 12 * (degree // 7) + scale[degree % 7]
        notes.append(SungNote(pitch, at, length * 0.94))
        at += length + (0.25 if rng.random() < 0.15 else 0.0)
        degree = int(np.clip(degree + rng.choice([-4, -2, -1, -1, 0, 1, 1, 2, 4]), -5, 9))
    return tuple(notes)


def hum(notes: tuple[SungNote, ...], singer: Singer, seed: int = 0, rate: int = RATE) -> Audio:
    """Sing the notes."""
    rng = np.random.default_rng(seed)
    n = round((notes[-1].start_seconds + notes[-1].length_seconds + 0.5) * rate)
    times = np.arange(n) / rate
    pitches = _pitches(notes, singer, times, rng)
    phase = 2 * np.pi * np.cumsum(440.0 * 2.0 ** ((pitches - 69.0) / 12.0)) / rate
    tone = sum(np.sin(k * phase) / k**singer.darkness for k in range(1, OVERTONES + 1))
    sound = tone * _loudness(notes, singer, times) * 0.25
    noise = np.convolve(rng.standard_normal(n), np.ones(3) / 3, "same")
    sound = sound + noise * 10 ** (singer.breath_db / 20) * 0.3
    if singer.room_seconds:
        n_room = round(singer.room_seconds * rate)
        room = rng.standard_normal(n_room) * np.exp(-6.9 * np.arange(n_room) / n_room) * 0.02
        room[0] = 1.0
        sound = np.fft.irfft(np.fft.rfft(sound, 2 * n) * np.fft.rfft(room, 2 * n), 2 * n)[:n]
    return Audio.of((sound / max(np.abs(sound).max(), 1e-9) * 0.5).astype(np.float32), rate)


def _pitches(notes: tuple[SungNote, ...], singer: Singer, times: Values, rng: np.random.Generator) -> Values:
    """Steps, smoothed by slides, with vibrato that sets in late and a slow wander."""
    steps = np.full(times.size, float(notes[0].pitch))
    depth = np.zeros(times.size)
    for note in notes:
        steps[times >= note.start_seconds] = note.pitch
        inside = (times >= note.start_seconds + 0.15) & (times < note.start_seconds + note.length_seconds)
        depth[inside] = singer.vibrato_semitones
    n_slide = max(round(singer.slide_seconds * (1 / (times[1] - times[0]))), 1)
    kernel = np.hanning(n_slide + 2)[1:-1]
    padded = np.concatenate([np.full(n_slide, steps[0]), steps, np.full(n_slide, steps[-1])])
    slid = np.convolve(padded, kernel / kernel.sum(), "same")[n_slide:-n_slide]
    knots = np.arange(0, times[-1] + 0.5, 0.2)
    wander = np.interp(times, knots, rng.standard_normal(knots.size) * singer.wander_semitones)
    return np.asarray(slid + wander + depth * np.sin(2 * np.pi * singer.vibrato_hz * times))


def _loudness(notes: tuple[SungNote, ...], singer: Singer, times: Values) -> Values:
    level = np.zeros(times.size)
    for number, note in enumerate(notes):
        end = note.start_seconds + note.length_seconds
        follows = notes[number + 1].start_seconds - end < 0.1 if number + 1 < len(notes) else False
        inside = (times >= note.start_seconds) & (times < end + (0.1 if follows else 0.0))
        since = times[inside] - note.start_seconds
        floor = 10 ** (-singer.dip_db / 20) if number and level[inside][:1].any() else 0.0
        rise = np.clip(since / singer.attack_seconds, 0, 1)
        fall = np.clip((note.length_seconds - since) / 0.05, 10 ** (-singer.dip_db / 20) if follows else 0, 1)
        level[inside] = np.maximum(np.minimum(rise, fall), floor)
    return level

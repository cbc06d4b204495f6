"""Mixes whose stems are known, made from nothing but arithmetic: what separators are measured on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 44_100

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class KnownMix:
    """A mixdown and what it was made of; every array is ``(frames, 2)``."""

    name: str
    drums: Samples
    bass: Samples
    vocals: Samples
    other: Samples

    @property
    def stems(self) -> dict[str, Samples]:
        """The stems by name."""
        return {"drums": self.drums, "bass": self.bass, "vocals": self.vocals, "other": self.other}

    @property
    def mixdown(self) -> Samples:
        """The sum of the stems."""
        return self.drums + self.bass + self.vocals + self.other


def made_mix(name: str, tempo_bpm: float, tonic: int, seconds: float, seed: int) -> KnownMix:
    """Make a mix: a drum kit, a bass line and a singing voice in the middle, chords at both sides."""
    random = np.random.default_rng(seed)
    n_frames = round(seconds * SAMPLE_RATE)
    beat_frames = 60 / tempo_bpm * SAMPLE_RATE
    chords = [(0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14)]
    drums, bass, voice = np.zeros(n_frames), np.zeros(n_frames), np.zeros(n_frames)
    sides = np.zeros((n_frames, 2))
    for beat in range(int(n_frames / beat_frames)):
        chord = chords[beat // 4 % 4]
        at = round(beat * beat_frames)
        _add(drums, _kick() if beat % 2 == 0 else _snare(random), at)
        for half in (0, 1):
            _add(drums, _hat(random), at + round(half * beat_frames / 2))
            root = 33 + (tonic + chord[0]) % 12
            _add(bass, 0.35 * _tone(root, beat_frames / 2, 6, 4.0), at + round(half * beat_frames / 2))
        _add(voice, _sung(60 + tonic + int(random.choice(chord)), beat_frames * 0.95, random), at)
        if beat % 4 == 0:
            for note in chord:
                width = random.uniform(0.15, 0.85)
                chord_tone = 0.16 * _tone(55 + (tonic + note) % 12, beat_frames * 4, 8, 0.8)
                _add(sides[:, 0], np.sqrt(width) * chord_tone, at)
                _add(sides[:, 1], np.sqrt(1 - width) * np.roll(chord_tone, 200), at)
    centre = [
        np.repeat(part[:, np.newaxis], 2, axis=1).astype(np.float32) * 0.5 for part in (drums, bass, voice)
    ]
    return KnownMix(name, centre[0], centre[1], centre[2], other=(sides * 0.7).astype(np.float32))


def _add(target: NDArray[np.float64], sound: NDArray[np.float64], at: int) -> None:
    end = min(at + sound.size, target.size)
    if end > at:
        target[at:end] += sound[: end - at]


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _kick() -> NDArray[np.float64]:
    time = _time(0.25)
    return np.asarray(
        0.9 * np.sin(2 * np.pi * (48 * time + 6 * (1 - np.exp(-time * 30)))) * np.exp(-time * 14)
    )


def _snare(random: np.random.Generator) -> NDArray[np.float64]:
    time = _time(0.2)
    noise = random.standard_normal(time.size) * 0.35
    return np.asarray((noise + 0.4 * np.sin(2 * np.pi * 190 * time)) * np.exp(-time * 22))


def _hat(random: np.random.Generator) -> NDArray[np.float64]:
    time = _time(0.06)
    return np.asarray(np.diff(random.standard_normal(time.size + 1)) * np.exp(-time * 70) * 0.12)


def _tone(pitch: int, n_frames: float, n_partials: int, decay: float) -> NDArray[np.float64]:
    time = _time(n_frames / SAMPLE_RATE)
    hz = 440 * 2 ** ((pitch - 69) / 12)
    partials = sum(np.sin(2 * np.pi * hz * n * time) / n**1.3 for n in range(1, n_partials + 1))
    edges = np.minimum(1, np.minimum(time, time[-1] - time) * 100)
    return np.asarray(partials * edges * np.exp(-time * decay))


def _sung(pitch: int, n_frames: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Return a vowel: partials shaped by two formants, with vibrato and a glide at its beginning."""
    time = _time(n_frames / SAMPLE_RATE)
    hz = 440 * 2 ** ((pitch - 69) / 12)
    cents = 40 * np.sin(2 * np.pi * 5.5 * time) * np.minimum(time * 4, 1) - 120 * np.exp(-time * 25)
    phase = 2 * np.pi * np.cumsum(hz * 2 ** (cents / 1200)) / SAMPLE_RATE
    formants_hz = (random.uniform(400, 800), random.uniform(1_000, 2_200))
    voice = np.zeros(time.size)
    for partial in range(1, 24):
        gain = sum(np.exp(-(((partial * hz - formant) / 250) ** 2)) for formant in formants_hz) + 0.02
        voice += gain * np.sin(partial * phase)
    return np.asarray(0.4 * voice * np.minimum(1, np.minimum(time * 20, (time[-1] - time) * 20)))

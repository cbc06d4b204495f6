"""Small pieces whose loop is known to the sample: notes of random pitch over a beat, without any engine."""

import numpy as np

from infinite_studio.audio.audio import Audio

RATE = 22_050


def notes(n_beats, seed, tempo_bpm=120.0, rate=RATE):
    """Return one decaying note a half beat, random pitches, with a click on each beat."""
    rng = np.random.default_rng(seed)
    step = round(30 / tempo_bpm * rate)
    time = np.arange(step) / rate
    found = []
    for n in range(2 * n_beats):
        hz = 220 * 2 ** (rng.integers(0, 24) / 12)
        tone = 0.3 * np.sin(2 * np.pi * hz * time + rng.uniform(0, 6)) * np.exp(-4 * time)
        tone += 0.1 * np.sin(4 * np.pi * hz * time) * np.exp(-6 * time)
        if n % 2 == 0:
            tone += 0.3 * rng.standard_normal(step) * np.exp(-200 * time)
        found.append(tone)
    mono = np.concatenate(found)
    return np.stack([mono, 0.8 * mono], axis=1).astype(np.float32)


def piece(intro_beats=4, loop_beats=16, rounds=2.0, seed=1, tempo_bpm=120.0, rate=RATE):
    """Return intro + loop × rounds, the start and the length of the loop in frames."""
    intro = notes(intro_beats, seed + 100, tempo_bpm, rate) if intro_beats else np.zeros((0, 2), np.float32)
    loop = notes(loop_beats, seed, tempo_bpm, rate)
    played = np.concatenate([loop] * 4)[: round(len(loop) * rounds)]
    return Audio(np.concatenate([intro, played]), rate), len(intro), len(loop)


def rms_db(samples):
    return 10 * np.log10(np.square(samples, dtype=np.float64).mean() + 1e-20)

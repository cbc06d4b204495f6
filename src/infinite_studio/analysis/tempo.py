"""Tempo: how many beats a minute has, or that there is no clear beat."""

from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.excerpts import Excerpts
from infinite_studio.analysis.onsets import FRAME_RATE, onset_strength
from infinite_studio.progress import Part, Progress


@dataclass(frozen=True)
class Tempo:
    """A tempo and how sure it is."""

    tempo_bpm: float | None
    confidence: float


def find_tempo(excerpts: Excerpts, progress: Progress) -> Tempo:
    """Find the tempo of a sound."""
    progress.report(0.0, "Finding the tempo")
    best = Tempo(None, 0.0)
    for part in excerpts.parts:
        env = onset_strength(part, Part(progress, 0.0, 1.0)).sum(axis=1)
        env = env - env.mean()
        n = env.size
        if n < 2 * FRAME_RATE or not env.any():
            continue
        ac = np.fft.irfft(np.abs(np.fft.rfft(env, 2 * n)) ** 2)[:n]
        ac /= ac[0]
        lags = np.arange(int(FRAME_RATE * 60 / 240), min(int(FRAME_RATE * 60 / 40), n // 2))
        bpm = 60 * FRAME_RATE / lags
        score = ac[lags] * np.exp(-0.5 * (np.log2(bpm / 115) / 0.6) ** 2)
        index = int(score.argmax())
        confidence = float(min(max(ac[lags][index], 0), 1))
        if confidence > max(best.confidence, 0.15):
            best = Tempo(float(bpm[index]), confidence)
    return best

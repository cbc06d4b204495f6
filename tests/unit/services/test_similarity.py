"""How alike two sounds are, on stems of the built-in composer."""

import numpy as np
import pytest

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.services.similarity import similarity_of

RATE = 48_000
SILENT = Silence()


@pytest.fixture(scope="module")
def takes():
    engine = SketchEngine()

    def take(prompt: str, seed: int):
        return engine.generate(GenerationRequest(prompt, seed=seed, bars=4), SILENT).stems

    return {
        "trap": take("dark trap, 140 bpm, in F minor", 1),
        "same trap slower": take("dark trap, 120 bpm, in F minor", 1),
        "house": take("warm house, 122 bpm, in A minor", 3),
    }


def alike(first, second, stem: StemType, tempos=(140.0, 140.0)) -> float:
    return similarity_of((first, second), tempos, stem, RATE, SILENT)


@pytest.mark.parametrize("stem", [StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER])
def test_a_stem_is_entirely_like_itself(takes, stem):
    samples = takes["trap"][stem].samples
    assert alike(samples, samples, stem) == pytest.approx(1.0)


def test_louder_or_quieter_is_still_the_same_sound(takes):
    samples = takes["trap"][StemType.BASS].samples
    assert alike(samples, samples * np.float32(0.25), StemType.BASS) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("stem", [StemType.DRUMS, StemType.BASS, StemType.OTHER])
def test_the_same_music_in_another_tempo_is_more_alike_than_other_music(takes, stem):
    trap, slower, house = (takes[name][stem].samples for name in ("trap", "same trap slower", "house"))
    in_musical_time = alike(trap, slower, stem, (140.0, 120.0))
    assert in_musical_time > alike(trap, house, stem, (140.0, 122.0)) + 0.15
    assert in_musical_time > alike(trap, slower, stem, (140.0, 140.0))


def test_a_chord_a_fifth_up_is_less_alike_than_the_same_chord_with_noise():
    time = np.arange(3 * RATE) / RATE

    def chord(*frequencies: float) -> np.ndarray:
        tone = sum(np.sin(2 * np.pi * f * time) for f in frequencies) * 0.1
        return np.stack([tone, tone], axis=1).astype(np.float32)

    minor = chord(220.0, 261.63, 329.63)
    noise = np.random.default_rng(1).normal(0, 0.002, minor.shape).astype(np.float32)
    moved = chord(329.63, 392.0, 493.88)
    assert alike(minor, minor + noise, StemType.OTHER) > alike(minor, moved, StemType.OTHER) + 0.3


def test_sound_is_not_at_all_like_silence(takes):
    samples = takes["trap"][StemType.DRUMS].samples
    assert alike(samples, np.zeros_like(samples), StemType.DRUMS) == 0.0


def test_half_of_a_sound_is_only_partly_like_it(takes):
    samples = takes["trap"][StemType.DRUMS].samples
    assert 0.2 < alike(samples, samples[: len(samples) // 2], StemType.DRUMS) < 0.9


def test_the_order_does_not_matter(takes):
    one, other = takes["trap"][StemType.OTHER].samples, takes["house"][StemType.OTHER].samples
    there = alike(one, other, StemType.OTHER, (140.0, 122.0))
    assert there == pytest.approx(alike(other, one, StemType.OTHER, (122.0, 140.0)))

"""A drum stem taken apart."""

import numpy as np
import pytest

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.quick.kit import DrumKitSeparator
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence

RATE = 44_100


def hits(make, at_seconds, seconds=4.0):
    sound = np.zeros(int(seconds * RATE))
    for start in np.arange(at_seconds, seconds - 0.3, 1.0):
        hit = make(np.arange(int(0.25 * RATE)) / RATE)
        sound[int(start * RATE) :][: hit.size] += hit
    return sound


def kick(time):
    return 0.8 * np.sin(2 * np.pi * 55 * time) * np.exp(-time * 18)


def snare(time):
    noise = np.random.default_rng(1).standard_normal(time.size)
    smooth = np.convolve(noise, np.ones(8) / 8, "same")
    return (0.4 * np.sin(2 * np.pi * 330 * time) + 0.8 * smooth) * np.exp(-time * 25)


def hat(time):
    noise = np.random.default_rng(2).standard_normal(time.size)
    return 0.3 * np.diff(noise, n=2, append=[0.0, 0.0]) * np.exp(-time * 60) * 0.3


@pytest.mark.parametrize(
    ("make", "stem"), [(kick, StemType.KICK), (snare, StemType.SNARE), (hat, StemType.HATS)]
)
def test_each_drum_is_loudest_in_its_own_stem_when_all_play(make, stem):
    parts = {
        StemType.KICK: hits(kick, 0.1),
        StemType.SNARE: hits(snare, 0.6),
        StemType.HATS: hits(hat, 0.35),
    }
    audio = Audio.of(np.repeat(sum(parts.values())[:, None], 2, axis=1), RATE)
    found = DrumKitSeparator().separate(audio, Silence()).stems
    likeness = {
        name: abs(np.dot(parts[stem], other.samples[:, 0])) / np.linalg.norm(other.samples[:, 0])
        for name, other in found.items()
    }
    assert max(likeness, key=likeness.get) is stem

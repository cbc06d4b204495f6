"""Another tempo, the same pitch: measured on tones, hits and a stereo picture."""

import numpy as np
import pytest

from infinite_studio.music.stems import StemType
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.services.time_stretch import time_stretch

RATE = 48_000
SILENT = Silence()
RATIOS = (0.7, 0.93, 1.15, 1.67)


def db(ratio: float) -> float:
    return 20 * np.log10(max(ratio, 1e-12))


@pytest.fixture(scope="module")
def tone():
    """A fifth, twice as loud on the left."""
    time = np.arange(4 * RATE) / RATE
    both = 0.5 * np.sin(2 * np.pi * 440 * time) + 0.2 * np.sin(2 * np.pi * 660 * time)
    return np.stack([both, 0.5 * both], axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def hits():
    """Kicks and hats on eighths, with the frames where they begin."""
    rng = np.random.default_rng(1)
    sound = np.zeros((4 * RATE, 2))
    starts = [round(seconds * RATE) for seconds in np.arange(0.1, 3.7, 0.125)]
    time = np.arange(int(0.2 * RATE)) / RATE
    for number, start in enumerate(starts):
        hit = rng.normal(size=time.size) * np.exp(-time * 60) * 0.15
        if number % 4 == 0:
            hit = hit + 0.5 * np.sin(2 * np.pi * 60 * time) * np.exp(-time * 20)
        sound[start : start + time.size] += hit[:, np.newaxis] * [1.0, 0.7]
    return sound.astype(np.float32), starts


@pytest.mark.parametrize("stem", [StemType.DRUMS, StemType.OTHER])
@pytest.mark.parametrize("ratio", RATIOS)
def test_the_length_is_exact(tone, stem, ratio):
    assert len(time_stretch(tone, ratio, stem, RATE, SILENT)) == round(len(tone) * ratio)


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_tone_keeps_pitch_level_and_purity(tone, ratio):
    stretched = time_stretch(tone, ratio, StemType.MELODY, RATE, SILENT)
    middle = stretched[RATE // 2 : RATE // 2 + 2 * RATE, 0].astype(np.float64)
    power = np.square(np.abs(np.fft.rfft(middle * np.hanning(len(middle)))))
    frequencies = np.fft.rfftfreq(len(middle), 1 / RATE)
    assert frequencies[power.argmax()] == pytest.approx(440.0, abs=0.5)
    is_tone = (abs(frequencies - 440) < 5) | (abs(frequencies - 660) < 5)
    assert db(np.sqrt(power[~is_tone].sum() / power.sum())) < -60, "locked phases leave no chorus"
    rms = np.sqrt(np.square(middle).mean()) / np.sqrt(np.square(tone[:, 0].astype(np.float64)).mean())
    assert abs(db(rms)) < 0.2


@pytest.mark.parametrize("stem", [StemType.DRUMS, StemType.OTHER])
def test_the_stereo_picture_stays(tone, stem):
    stretched = time_stretch(tone, 1.2, stem, RATE, SILENT)
    np.testing.assert_allclose(stretched[:, 1], 0.5 * stretched[:, 0], atol=1e-6)


@pytest.mark.parametrize("stem", [StemType.DRUMS, StemType.OTHER])
def test_the_same_tempo_gives_the_same_sound(tone, stem):
    unchanged = time_stretch(tone, 1.0, stem, RATE, SILENT)
    inner = slice(6_000, -6_000)
    assert db(np.abs(unchanged[inner] - tone[inner]).max()) < -120


@pytest.mark.parametrize("ratio", RATIOS)
def test_every_hit_stays_sharp_and_on_the_beat(hits, ratio):
    sound, starts = hits
    stretched = time_stretch(sound, ratio, StemType.DRUMS, RATE, SILENT)[:, 0].astype(np.float64)
    for start in starts[1:-1]:
        attack, around = sound[start : start + 480, 0].astype(np.float64), round(start * ratio)
        near = stretched[around - 960 : around + 960 + 480]
        energy = np.convolve(np.square(near), np.ones(480), "valid")
        likeness = np.correlate(near, attack, "valid") / np.sqrt(energy * np.square(attack).sum() + 1e-12)
        assert likeness.max() > 0.99, "the first ten milliseconds are untouched"
        assert abs(likeness.argmax() - 960) / RATE < 0.0015


@pytest.mark.parametrize("stem", [StemType.DRUMS, StemType.OTHER])
@pytest.mark.parametrize("n_frames", [1, 100, 5_000])
def test_the_shortest_sounds_and_silence_survive(stem, n_frames):
    silence = np.zeros((n_frames, 2), np.float32)
    assert not time_stretch(silence, 1.5, stem, RATE, SILENT).any()
    click = silence.copy()
    click[0] = 1.0
    assert np.isfinite(time_stretch(click, 0.6, stem, RATE, SILENT)).all()


@pytest.mark.parametrize("stem", [StemType.DRUMS, StemType.OTHER])
def test_stretching_can_be_cancelled(tone, stem):
    class Impatient(Silence):
        def report(self, fraction: float, stage: str = "") -> None:
            if fraction > 0.3:
                raise OperationCancelled

    with pytest.raises(OperationCancelled):
        time_stretch(tone, 1.2, stem, RATE, Impatient())

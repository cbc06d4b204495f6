import numpy as np
import pytest

from infinite_studio.analysis.blueprint import blueprint_of
from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.chords import Chord
from infinite_studio.music.key import Key
from infinite_studio.music.note import frequency_hz
from infinite_studio.progress import OperationCancelled, Silence

RATE = 22_050
ENGINE = SketchEngine()


def triads(chords, tempo_bpm, key, octaves=(4,)):
    """Struck organ triads with their root below, one bar each."""
    n_bar = round(240 / tempo_bpm * RATE)
    times = np.arange(n_bar) / RATE
    pulse = np.exp(-((times * tempo_bpm / 60) % 1.0) * 3)
    bars = []
    for numeral in chords:
        chord = Chord.parse(numeral, Key.parse(key))
        pitches = [36 + chord.root] + [
            12 * octave + 12 + pc for octave in octaves for pc in chord.pitch_classes
        ]
        tones = sum(
            np.sin(2 * np.pi * frequency_hz(pitch) * harmonic * times) / harmonic
            for pitch in pitches
            for harmonic in (1, 2, 3)
        )
        bars.append(tones * (0.2 + 0.8 * pulse))
    mono = np.concatenate(bars)
    return Audio((0.5 * mono / np.abs(mono).max()).astype(np.float32)[:, np.newaxis], RATE)


def named(chords, key):
    return [(Chord.parse(chord, key).root, Chord.parse(chord, key).third) for chord in chords]


@pytest.mark.parametrize(
    ("chords", "key"),
    [
        ("I V vi IV I V vi IV", "C major"),
        ("i VI III VII i iv v i", "A minor"),
        ("i VI iv V i VI iv V", "F minor"),
    ],
)
def test_plain_chords_are_found_bar_by_bar(chords, key):
    found = blueprint_of(triads(chords.split(), 120.0, key))
    assert found.tempo_bpm in {60.0, 120.0}
    assert found.key is not None
    expected = named(chords.split(), Key.parse(key))
    heard = named(found.chords, found.key)
    per_bar = heard if found.tempo_bpm == 120.0 else [chord for chord in heard for _ in range(2)]
    assert len(per_bar) >= 7
    assert sum(a == b for a, b in zip(per_bar, expected, strict=False)) >= 7


def test_the_chords_of_takes_are_found_in_four_of_five_bars():
    right = 0
    for style in ("disco", "indie rock", "jazz trio", "synthwave"):
        request = GenerationRequest(style, bars=8, seed=1)
        written = ENGINE.blueprint(request)
        found = blueprint_of(ENGINE.generate(request, Silence()).mixdown)
        assert found.tempo_bpm == pytest.approx(written.tempo_bpm, rel=0.01)
        assert found.n_bars == 8
        chords = zip(named(written.chords, written.key), named(found.chords, found.key), strict=True)
        right += sum(a == b for a, b in chords)
    assert right >= 26


def test_busier_brighter_and_louder_sounds_are_told_apart():
    takes = {
        prompt: blueprint_of(ENGINE.generate(GenerationRequest(prompt, bars=4, seed=2), Silence()).mixdown)
        for prompt in ("ambient", "techno")
    }
    assert takes["ambient"].density < 0.3 < takes["techno"].density
    assert takes["ambient"].brightness < takes["techno"].brightness
    assert takes["ambient"].energy < takes["techno"].energy


def test_noise_is_bright_and_a_low_tone_is_not():
    noise = np.random.default_rng(1).standard_normal((RATE * 4, 1)).astype(np.float32) * 0.1
    low = 0.1 * np.sin(2 * np.pi * 80 * np.arange(RATE * 4) / RATE).astype(np.float32)[:, np.newaxis]
    assert blueprint_of(Audio(noise, RATE)).brightness > 0.95
    assert blueprint_of(Audio(low, RATE)).brightness < 0.05


@pytest.mark.parametrize("n_frames", [1, 100, RATE * 3])
def test_silence_and_fragments_have_a_blueprint_without_chords(n_frames):
    found = blueprint_of(Audio(np.zeros((n_frames, 2), np.float32), RATE))
    assert found == Blueprint(100.0, None, (), 0.0, 0.0, 0.0)


def test_every_value_is_in_its_range():
    random = np.random.default_rng(3)
    sounds = [random.standard_normal((RATE * 2, 2)) * level for level in (1e-6, 0.01, 0.9)]
    for sound in sounds:
        found = blueprint_of(Audio(sound.astype(np.float32), RATE))
        assert all(0.0 <= value <= 1.0 for value in (found.density, found.brightness, found.energy))


def test_listening_can_be_cancelled():
    class Cancelling(Silence):
        def report(self, fraction: float, stage: str = "") -> None:
            if fraction > 0.5:
                raise OperationCancelled

    with pytest.raises(OperationCancelled):
        blueprint_of(triads(["I", "IV"] * 4, 120.0, "C major"), Cancelling())

"""Instruments that a person has pointed at a SoundFont."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest
from tests.unit.engines.sketch.soundfont_file import soundfont_bytes

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.sound.sampled import Sampled, SoundFontError
from infinite_studio.engines.sketch.sound.stroke import Stroke
from infinite_studio.engines.sketch.soundfonts import SoundFont
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence

HOUSE = GenerationRequest("house", bars=1, seed=1)
PROGRAM = 4


class FakeSynth:
    """Does with sines what `tinysoundfont.Synth` does with samples: the same methods, one program, one voice."""

    def __init__(self, samplerate):
        self.rate, self.hz, self.phase, self.level = samplerate, 0.0, 0.0, 0.0

    def sfload(self, path):
        if Path(path).read_bytes()[:4] != b"RIFF":
            raise RuntimeError("Could not load SoundFont file")
        return 0

    def program_select(self, channel, number, bank, program):
        if (bank, program) != (0, PROGRAM):
            raise RuntimeError("Error in channel_set_preset_number")

    def noteon(self, channel, pitch, velocity):
        self.hz, self.phase, self.level = 440 * 2 ** ((pitch - 69) / 12), 0.0, 0.2 * velocity / 127

    def noteoff(self, channel, pitch):
        self.level *= 0.01

    def sounds_off(self, channel):
        self.level = 0.0

    def generate_simple(self, n_frames):
        places = self.phase + np.arange(n_frames) * self.hz / self.rate
        self.phase += n_frames * self.hz / self.rate
        tone = (self.level * np.sin(2 * np.pi * places)).astype(np.float32)
        self.level *= 0.5
        return memoryview(np.repeat(tone, 2).tobytes())


@pytest.fixture
def _player(monkeypatch):
    monkeypatch.setitem(sys.modules, "tinysoundfont", types.SimpleNamespace(Synth=FakeSynth))


@pytest.fixture
def _no_player(monkeypatch):
    for name in ("tinysoundfont", "fluidsynth"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def styles(tmp_path):
    (tmp_path / "EP.sf2").write_bytes(soundfont_bytes(PROGRAM))
    return tmp_path


def engine_with(styles, text):
    (styles / "soundfonts.toml").write_text(text, encoding="utf-8")
    return SketchEngine(StyleLibrary.bundled(styles))


def heard_hz(sound):
    power = np.abs(np.fft.rfft(sound[0] * np.hanning(sound.shape[1])))
    return np.argmax(power) * SAMPLE_RATE / sound.shape[1]


@pytest.mark.usefixtures("_player")
def test_an_instrument_plays_a_soundfont_and_the_other_stems_stay_as_they_are(styles):
    engine = engine_with(styles, f'[organ]\nfile = "EP.sf2"\nprogram = {PROGRAM}\ngain_db = -3\n')
    assert engine.problems == ()
    plain, sampled = (made.generate(HOUSE, Silence()) for made in (SketchEngine(), engine))
    assert sampled.notes == plain.notes
    differing = {
        stem
        for stem in plain.stems
        if np.abs(np.corrcoef(plain.stems[stem].mono(), sampled.stems[stem].mono())[0, 1]) < 0.98
    }
    assert differing == {StemType.OTHER}
    assert sampled.recipe.parameters["soundfonts"] == {"organ": "EP.sf2"}
    again = engine.generate(engine.request_of(sampled.recipe), Silence())
    assert np.array_equal(again.mixdown.samples, sampled.mixdown.samples)


@pytest.mark.usefixtures("_no_player")
def test_without_a_player_a_sentence_says_what_is_missing_and_notes_are_written_all_the_same(styles):
    engine = engine_with(styles, f'[organ]\nfile = "EP.sf2"\nprogram = {PROGRAM}\n')
    with pytest.raises(SoundFontError, match=r"“EP\.sf2” cannot be played: neither tinysoundfont") as caught:
        engine.generate(HOUSE, Silence())
    assert "soundfonts.toml" in caught.value.hint
    assert engine.notes(HOUSE)[StemType.OTHER]
    assert engine.generate(GenerationRequest("techno", bars=1), Silence()).mixdown.peak > 0.1


@pytest.mark.usefixtures("_player")
@pytest.mark.parametrize(("content", "program"), [(b"no SoundFont at all", PROGRAM), (None, 99)])
def test_a_file_or_a_program_that_cannot_be_played_is_told(styles, content, program):
    if content is not None:
        (styles / "EP.sf2").write_bytes(content)
    engine = engine_with(styles, f'[organ]\nfile = "EP.sf2"\nprogram = {program}\n')
    with pytest.raises(SoundFontError, match=f"no program {program} in bank 0"):
        engine.generate(HOUSE, Silence())


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ('[theremin]\nfile = "EP.sf2"', "theremin", "an instrument"),
        ('[organ]\nfile = "Gone.sf2"', "organ.file", "a SoundFont that is there"),
        ('[organ]\nfile = "EP.sf2"\nprogram = 128', "organ.program", "a whole number from 0 to 127"),
        ('[organ]\nfile = "EP.sf2"\ngain = 3', "organ.gain", "one of bank, file, gain_db, program"),
        ('organ = "EP.sf2"', "organ", "a table"),
        ("[organ", "", "a readable TOML file"),
    ],
)
def test_a_mistake_is_told_and_leaves_the_built_in_instrument(styles, text, key, expected):
    engine = engine_with(styles, text)
    (problem,) = engine.problems
    assert (problem.path.name, problem.key) == ("soundfonts.toml", key)
    assert problem.expected.startswith(expected)
    assert engine.generate(HOUSE, Silence()).mixdown.peak > 0.1


@pytest.mark.parametrize("module", ["tinysoundfont", "fluidsynth"])
def test_a_real_player_plays_in_tune_and_ends_in_silence(styles, module, monkeypatch):
    pytest.importorskip(module, reason=f"{module} is not installed", exc_type=ImportError)
    for other in {"tinysoundfont", "fluidsynth"} - {module}:
        monkeypatch.setitem(sys.modules, other, None)
    voice = Sampled.of(SoundFont(styles / "EP.sf2", program=PROGRAM))
    sound = voice.sound(Stroke(57, 24_000, 0.8, 0.0))
    assert heard_hz(sound) == pytest.approx(220.0, abs=2.0)
    assert 0.05 < np.abs(sound).max() < 1.5
    assert np.abs(sound[:, -1]).max() < 1e-3

"""The verbs that listen and find, as a person types them."""

import json
import re

import numpy as np
import pytest
import soundfile
from tests.unit.analysis.synthesis import RATE, drums

from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import run
from infinite_studio.progress import Silence
from infinite_studio.services import importing
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("INFINITE_STUDIO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def beat(tmp_path):
    audio = drums("rock", 112, seconds=5)
    soundfile.write(tmp_path / "beat.wav", audio.samples, audio.sample_rate)
    return tmp_path / "beat.wav"


@pytest.fixture
def command(home, capsys, faces):
    def typed(*arguments, code=0):
        capsys.readouterr()
        assert run(faces, [str(argument) for argument in arguments]) == code
        return capsys.readouterr()

    return typed


@pytest.fixture
def faces():
    return Faces(open_window=lambda: 0, draw_window=lambda folders, path: None)


def test_several_files_are_analysed_at_once(command, beat, tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(RATE), RATE)
    found = json.loads(command("analyze", beat, tmp_path / "silence.wav", "--json").out)["files"]
    assert found[0]["tempo_bpm"] == pytest.approx(112, abs=0.5)
    assert found[0]["beats_per_bar"] == 4
    assert found[1]["tempo_bpm"] is None
    assert found[1]["mood"] is None


def test_an_analysis_reads_well(command, beat, tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(RATE), RATE)
    text = command("analyze", beat, tmp_path / "silence.wav").out
    assert re.search(r"11[12]\.\d\d BPM \(\d\d% sure\), 4/4", text)
    assert "no clear key" in text
    assert "no clear tempo" in text
    assert "LUFS" in text


def test_a_file_finds_what_sounds_like_it(command, beat, home):
    with opened_studio(Folders.standard()) as studio:
        importing.import_sound(beat, studio, Silence())
    found = json.loads(command("search", "--like", beat, "--json").out)
    assert [(find["name"], find["where"]) for find in found["found"]] == [("beat", "Library")]
    assert found["found"][0]["likeness"] > 0.99
    assert "beat" in command("search", "--like", beat).out


def test_an_empty_library_says_so(command, beat):
    assert "Nothing was found" in command("search", "--like", beat).out


@pytest.mark.parametrize("arguments", [[], ["piano", "--like", "a.wav"]])
def test_a_search_needs_words_or_a_sound(command, arguments):
    assert "nothing to look for" in command("search", *arguments, code=1).err


def test_words_without_weights_say_what_they_need(command):
    assert "MB" in command("search", "warm piano", code=1).err

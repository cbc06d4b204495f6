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


def analyzed(command, *arguments):
    return json.loads(command("analyze", *arguments, "--json").out)


def test_a_key_is_corrected_locked_and_taken_back_without_a_window(command, beat, home):
    with opened_studio(Folders.standard()) as studio:
        importing.import_sound(beat, studio, Silence())
    said = analyzed(command, beat, "--key", "F# minor", "--tempo", "56", "--lock-key")
    assert (said["key"], said["camelot"], said["tempo_bpm"]) == ("F# minor", "11A", 56.0)
    assert analyzed(command, beat)["key"] == "F# minor"
    with opened_studio(Folders.standard()) as studio:
        assert studio.library.sounds()[0].analysis["key"] == "F# minor"
    assert "F# minor (set by hand, locked), Camelot 11A" in command("analyze", beat).out
    assert "locked at F# minor" in command("analyze", beat, "--key", "C", code=1).err
    back = analyzed(command, beat, "--unlock-key", "--key", "found", "--tempo", "found")
    assert (back["corrected"], back["is_key_locked"]) == ([], False)
    assert back["tempo_bpm"] == pytest.approx(112, abs=0.5)


def test_a_file_said_to_have_no_key_is_told_so_before_it_is_imported(command, beat, home):
    assert analyzed(command, beat, "--key", "none")["corrected"] == ["key"]
    assert "no clear key (set by hand)" in command("analyze", beat).out
    with opened_studio(Folders.standard()) as studio:
        sound = importing.import_sound(beat, studio, Silence())
        assert importing.analyse_sound(sound, studio, Silence()).corrected == ("key",)


def test_what_a_library_knows_is_told_at_once(command, beat, home, monkeypatch):
    command("analyze", beat, "--lock-tempo")

    def never(*_):
        raise AssertionError("listened twice")

    monkeypatch.setattr("infinite_studio.services.listening.listen", never)
    assert analyzed(command, beat)["is_tempo_locked"]


@pytest.mark.parametrize(
    ("option", "text", "sentence"),
    [
        ("--key", "H", "is not a key"),
        ("--tempo", "fast", "is not a tempo"),
        ("--tempo", "900", "no usable tempo"),
    ],
)
def test_nonsense_is_refused_before_anything_is_kept(command, beat, option, text, sentence):
    assert sentence in command("analyze", beat, option, text, code=1).err
    assert analyzed(command, beat)["corrected"] == []

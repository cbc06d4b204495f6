"""The verb that turns a hum into notes, as a person types it."""

import json

from tests.hums import SINGERS, hum, tune

from infinite_studio.audio.writing import write_audio
from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import run
from infinite_studio.music.midi import read_midi

NOTES = tune(seed=4, n_notes=7)


def call(*arguments: str) -> int:
    return run(Faces(lambda: 0, lambda *_: None), ["hum", *arguments])


def test_a_file_becomes_notes_midi_and_a_take(folders, tmp_path, capsys):
    path = tmp_path / "tune.wav"
    write_audio(path, hum(NOTES, SINGERS["plain"], seed=4))
    more = ("--midi", str(tmp_path / "tune.mid"), "--generate", "house", "-o", str(tmp_path / "take.wav"))
    assert call(str(path), "--built-in", "--json", *more) == 0
    told = json.loads(capsys.readouterr().out)
    assert [note["pitch"] for note in told["notes"]] == [note.pitch for note in NOTES]
    assert len(told["melody"]) == len(NOTES)
    assert told["take"]["tune_kept"] > 0.5
    assert (tmp_path / "take.wav").is_file()
    assert len(read_midi(tmp_path / "tune.mid").tracks["melody"]) == len(NOTES)


def test_neither_or_both_sources_are_wrong_usage(folders, tmp_path):
    assert call() == 2
    assert call(str(tmp_path / "x.wav"), "--record", "2") == 2


def test_a_file_that_is_not_there_is_said_in_a_sentence(folders, tmp_path, capsys):
    assert call(str(tmp_path / "none.wav"), "--built-in") == 1
    assert "none.wav" in capsys.readouterr().err

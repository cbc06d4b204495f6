"""The verb that splits, given many files: what is done, what is not and why, and the exit code."""

import json

import numpy as np
import pytest
import soundfile
from tests.tiny_demucs import write_htdemucs
from tests.unit.audio.sounds import container, melody

from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import run
from infinite_studio.services.projects import open_project
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders

RATE = 8_000
N_FILES = 20


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("INFINITE_STUDIO_HOME", str(tmp_path / "home"))
    faces = Faces(open_window=lambda: 0, draw_window=lambda folders, path: None)

    def typed(*arguments, code=0):
        capsys.readouterr()
        assert run(faces, [str(argument) for argument in arguments]) == code
        return capsys.readouterr()

    return typed


def write_beep(path):
    time = np.arange(RATE // 40) / RATE
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 440 * time), RATE)


@pytest.fixture
def many(tmp_path):
    """Return a folder of twenty files, of which every tenth is no sound."""
    folder = tmp_path / "in"
    folder.mkdir()
    write_beep(folder / "good.wav")
    data = (folder / "good.wav").read_bytes()
    (folder / "good.wav").unlink()
    for index in range(N_FILES):
        (folder / f"{index:03}.wav").write_bytes(data[:20] if index % 10 == 5 else data)
    return folder


def test_the_good_files_of_a_folder_are_split_and_the_bad_ones_named_with_their_reasons(
    command, many, tmp_path
):
    out = tmp_path / "out"
    told = command("split", many, "-o", out, "--stem", "vocals", "--format", "flac", code=1).out
    lines = told.splitlines()
    assert len(list(out.iterdir())) == len([line for line in lines if line.endswith(".flac")]) == 18
    assert any(line.startswith("18 of 20 files are split") for line in lines)
    bad = [line for line in lines if line.startswith("Not split: ")]
    assert [line.split(": ")[1] for line in bad] == [str(many / f"{i:03}.wav") for i in range(5, N_FILES, 10)]
    assert all(line.split(": ", 2)[2].startswith("“") for line in bad)


def test_a_batch_that_goes_well_exits_with_0_and_tells_all_as_json(command, tmp_path):
    for name in ("a", "b"):
        write_beep(tmp_path / f"{name}.wav")
    told = command("split", tmp_path / "a.wav", tmp_path / "b.wav", "-o", tmp_path / "out", "--json").out
    found = json.loads(told)
    assert [len(file["stems"]) for file in found["done"]] == [4, 4]
    assert found["failed"] == []


def test_what_cannot_be_split_does_not_keep_the_rest_out_of_a_project(command, tmp_path):
    command("project", "new", "Tape")
    (tmp_path / "a.wav").write_bytes(b"")
    write_beep(tmp_path / "b.wav")
    command("split", tmp_path / "a.wav", tmp_path / "b.wav", "-o", tmp_path / "out", "-p", "Tape", code=1)
    with opened_studio(Folders.standard()) as studio:
        names = [track.name for track in open_project("Tape", studio).project.tracks]
    assert len(names) == 4
    assert all("b" in name for name in names)


def test_a_locked_file_is_named_as_locked(command, tmp_path):
    path = container(tmp_path / "bought.m4a", melody(0.2), "aac")
    path.write_bytes(path.read_bytes().replace(b"mp4a", b"drms"))
    told = command("split", path, "-o", tmp_path / "out", code=1)
    assert "locked by copy protection" in told.err
    assert "without protection" in told.err


def test_an_unknown_separator_is_told_once_and_leaves_no_folder(command, many, tmp_path):
    for source in (many, many / "000.wav"):
        told = command("split", source, "-o", tmp_path / "made" / "out", "--engine", "no-such", code=1).err
        assert told.count("no-such") == 1
        assert not (tmp_path / "made").exists()


def test_files_that_cannot_be_split_leave_no_folder(command, many, tmp_path):
    command("split", many / "005.wav", many / "015.wav", "-o", tmp_path / "out", code=1)
    assert not (tmp_path / "out").exists()


def test_a_separator_that_a_script_names_is_fetched_once_unless_that_is_refused(command, hub, tmp_path):
    write_htdemucs(tmp_path / "made")
    hub.put_folder("adefossez/HTDemucs", tmp_path / "made" / "htdemucs")
    write_beep(tmp_path / "a.wav")
    ask = ("split", tmp_path / "a.wav", "--engine", "htdemucs", "--stem", "vocals", "-o")

    refused = command(*ask, tmp_path / "none", "--no-download", code=1).err
    assert "htdemucs is not here yet" in refused
    assert "--download" in refused
    assert not (tmp_path / "none").exists()
    assert hub.asked == []

    assert "htdemucs is not here yet" in command(*ask, tmp_path / "out").err
    assert len(list((tmp_path / "out").iterdir())) == 1
    n_asked = len(hub.asked)
    assert "not here" not in command(*ask, tmp_path / "again").err
    assert len(hub.asked) == n_asked


def test_a_model_that_does_not_split_is_never_fetched_for_it(command, hub, tmp_path):
    write_beep(tmp_path / "a.wav")
    said = command(
        "split", tmp_path / "a.wav", "--engine", "musicgen-small", "-o", tmp_path / "out", code=1
    ).err
    assert "musicgen-small" in said
    assert hub.asked == []

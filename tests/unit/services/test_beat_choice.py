"""Who finds beats: the network where it is installed and wanted; what is kept names it."""

import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile
from tests.tiny_beats import clicks, onset_network, write_checkpoint

from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import run
from infinite_studio.progress import Silence
from infinite_studio.services import importing, listening
from infinite_studio.settings.settings import Settings, SettingsStore

pytest.importorskip("beat_this", reason="beat_this is not installed")
SILENT = Silence()
RATE = 22_050


@pytest.fixture(scope="module")
def click_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sounds") / "waltz.wav"
    beats = np.arange(0.2, 15.0, 0.5)
    soundfile.write(path, clicks(beats, beats[::3], 15.0), RATE)
    return path


@pytest.fixture
def sound(studio, click_file):
    return importing.import_sound(click_file, studio, SILENT)


def install(studio, monkeypatch):
    """Put weights into the folder, and a network that hears clicks into the place of the random one."""
    from infinite_studio.engines.beats.network import BeatNetwork

    path = write_checkpoint(studio.weights.folder / "beat-this" / "final0.ckpt")
    made = BeatNetwork.__init__

    def with_clicks(self, path, device):
        made(self, path, device)
        self._model = onset_network()

    monkeypatch.setattr(BeatNetwork, "__init__", with_clicks)
    return path


def test_installed_later_it_may_listen_again_and_a_persons_word_still_wins(studio, sound, monkeypatch):
    before = listening.listen_to_object(sound.object_id, studio, SILENT)
    assert before.beats_from == "built-in"
    assert listening.better_tracker(before, studio) == ""
    listening.correct_tempo(sound.object_id, 90.0, studio)

    install(studio, monkeypatch)
    assert listening.better_tracker(before, studio) == "beat_this final0"
    assert listening.listen_to_object(sound.object_id, studio, SILENT).beats_from == "built-in"

    after = listening.listen_to_object(sound.object_id, studio, SILENT, again=True)
    assert (after.beats_from, after.tempo_bpm, after.corrected) == ("beat_this final0", 90.0, ("tempo",))
    known = listening.known_about(sound.object_id, studio)
    assert known.found is not None
    assert known.found.tempo_bpm == pytest.approx(120, rel=0.002)
    assert known.found.time_signature == "3/4"
    assert listening.better_tracker(after, studio) == ""


def test_the_setting_turns_it_off(studio, sound, monkeypatch):
    install(studio, monkeypatch)
    SettingsStore(studio.folders.config / "settings.json").save(replace(Settings(), beat_tracker="built-in"))
    assert listening.listen_to_object(sound.object_id, studio, SILENT).beats_from == "built-in"


def test_damaged_weights_leave_the_answer_to_the_built_in_estimator(studio, sound, monkeypatch):
    path = install(studio, monkeypatch)
    path.write_bytes(path.read_bytes()[:3_000])
    found = listening.listen_to_object(sound.object_id, studio, SILENT)
    assert found.beats_from == "built-in"
    assert "“final0.ckpt” cannot be used: the file is damaged" in found.beats_remark
    kept = listening.known_about(sound.object_id, studio).found
    assert kept is not None
    assert (kept.beats_from, kept.beats_remark) == (found.beats_from, found.beats_remark)


@pytest.fixture
def command(studio, capsys):
    faces = Faces(open_window=lambda: 0, draw_window=lambda folders, path: None)

    def typed(*arguments):
        capsys.readouterr()
        code = run(faces, [str(argument) for argument in arguments])
        return code, capsys.readouterr()

    return typed


@pytest.mark.parametrize(
    ("choice", "source"),
    [("auto", "beat_this final0"), ("built-in", "built-in"), ("beat_this", "beat_this final0")],
)
def test_the_command_line_chooses_and_names_who_found_the_beats(
    command, studio, click_file, monkeypatch, choice, source
):
    install(studio, monkeypatch)
    code, said = command("analyze", click_file, "--beats", choice, "--json")
    assert code == 0
    assert json.loads(said.out)["beats_from"] == source


def test_asked_for_by_name_it_must_be_here(command, click_file):
    code, said = command("analyze", click_file, "--beats", "beat_this")
    assert code == 1
    assert "beat-this is not here yet: 81.1 MB, MIT." in said.err

"""Sounds with nothing to find and files that are none, through the command line and through the window's job."""

import json

import numpy as np
import pytest
import soundfile
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.audio.float_wave import float_wave_header
from infinite_studio.cli.faces import Faces
from infinite_studio.cli.main import run
from infinite_studio.jobs.job import JobState
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import SettingsStore

pytestmark = pytest.mark.faults
RATE = 22_050
LONG_MS = 30_000
NOTHING = ("silence", "noise", "blip")
BROKEN = {"nan": "NaN", "header only": "zero frames long", "no sound": "no sound"}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    """Files in which nothing is to be found, or which are broken, by name."""
    folder = tmp_path_factory.mktemp("sounds")
    random = np.random.default_rng(0)
    noise = 0.2 * random.standard_normal(5 * RATE)
    for name, samples in (
        ("silence", np.zeros(2 * RATE)),
        ("noise", noise),
        ("blip", 0.3 * np.sin(np.arange(RATE // 5) * 0.1)),
    ):
        soundfile.write(folder / f"{name}.wav", samples, RATE)
    holed = noise.astype(np.float32)
    holed[1_000] = np.nan
    soundfile.write(folder / "nan.wav", holed, RATE, subtype="FLOAT")
    whole = (folder / "noise.wav").read_bytes()
    (folder / "header only.wav").write_bytes(whole[:44])
    (folder / "cut.wav").write_bytes(whole[: len(whole) // 2])
    (folder / "no sound.wav").write_bytes(b"Dear diary, ".ljust(4_000, b"x"))
    soundfile.write(folder / "cut.flac", noise, RATE)
    whole = (folder / "cut.flac").read_bytes()
    (folder / "cut.flac").write_bytes(whole[: len(whole) // 2])
    return folder


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("INFINITE_STUDIO_HOME", str(tmp_path / "home"))
    faces = Faces(open_window=lambda: 0, draw_window=lambda folders, path: None)

    def typed(*arguments):
        capsys.readouterr()
        code = run(faces, [str(argument) for argument in arguments])
        return code, capsys.readouterr()

    return typed


@pytest.mark.parametrize("name", NOTHING)
def test_the_command_line_claims_nothing_that_is_not_there(command, sounds, name):
    code, said = command("analyze", sounds / f"{name}.wav", "--json")
    found = json.loads(said.out)
    assert code == 0
    assert (found["tempo_bpm"], found["key"], found["time_signature"]) == (None, None, None)
    assert (found["chords"], found["beats_seconds"]) == ([], [])


@pytest.mark.parametrize("name", BROKEN)
def test_the_command_line_says_in_a_sentence_what_is_broken(command, sounds, name):
    code, said = command("analyze", sounds / f"{name}.wav")
    assert code == 1
    assert BROKEN[name] in said.err
    assert "Traceback" not in said.err


def test_more_than_a_day_is_refused_at_once_with_the_limit_and_what_to_do(command, tmp_path):
    path, n_frames = tmp_path / "days.wav", 30 * 3_600 * 8_000
    header = float_wave_header(n_frames, 1, 8_000)
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + 4 * n_frames)
    code, said = command("analyze", path)
    assert code == 1
    assert "lasts 30.0 hours; the studio takes up to 24 hours" in said.err
    assert "Cut it into shorter files" in said.err


@pytest.mark.parametrize("name", ["cut.wav", "cut.flac"])
def test_a_file_that_breaks_off_is_heard_as_far_as_it_goes_or_named(command, sounds, name):
    code, said = command("analyze", sounds / name, "--json")
    if code == 0:
        assert 1.0 < json.loads(said.out)["duration_seconds"] < 4.9
    else:
        assert "breaks off" in said.err


def test_one_broken_file_among_several_is_named(command, sounds):
    code, said = command("analyze", sounds / "noise.wav", sounds / "nan.wav")
    assert code == 1
    assert "nan.wav" in said.err


@pytest.mark.realaudio
def test_speech_has_neither_tempo_nor_key_on_the_command_line(command, real_audio):
    code, said = command("analyze", real_audio / "voice" / "speech.ogg")
    assert code == 0
    assert "no clear tempo" in said.out
    assert "no clear key" in said.out


@pytest.fixture
def session(qtbot, tmp_path):
    folders = Folders.under(tmp_path / "home")
    made = StudioSession(
        folders, SettingsStore(folders.config / "settings.json"), JobRunner(), Bench().transport
    )
    made.start()
    qtbot.waitUntil(lambda: made.is_open, timeout=LONG_MS)
    yield made
    assert made.close()


def test_the_window_lists_what_has_nothing_to_find_and_refuses_the_rest(session, qtbot, sounds):
    problems = []
    session.problem.connect(problems.append)
    session.import_files([sounds / f"{name}.wav" for name in (*NOTHING, *BROKEN)])
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    found = {sound.name: session.listening_of(sound.object_id) for sound in session.sounds}
    assert set(found) == set(NOTHING)
    assert {(analysis.tempo_bpm, analysis.key) for analysis in found.values()} == {(None, None)}
    failed = [view for view in session.jobs.views() if view.state is JobState.FAILED]
    assert len(failed) + len(problems) >= len(BROKEN)


def test_a_sound_lost_from_the_library_ends_the_job_with_a_sentence_and_the_next_one_works(
    session, qtbot, sounds
):
    session.import_files([sounds / "noise.wav"])
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    problems = []
    session.problem.connect(problems.append)
    lost = session.listen_to("0" * 64, "gone")
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    assert lost is None or {view.job_id: view for view in session.jobs.views()}[lost].state is JobState.FAILED
    session.find_like(session.sounds[0].object_id)
    qtbot.waitUntil(lambda: session.finds is not None, timeout=LONG_MS)

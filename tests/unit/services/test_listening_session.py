"""Listening, correcting and finding through the session, as the window does, on real lanes."""

import pytest
import soundfile
from tests.unit.analysis.synthesis import drums
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.jobs.runner import JobRunner
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import SettingsStore

LONG_MS = 30_000


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


@pytest.fixture
def imported(session, qtbot, tmp_path):
    """The object ids of two beats that were dropped on the window."""
    for tempo_bpm in (100, 104):
        audio = drums("rock", tempo_bpm, seconds=5)
        soundfile.write(tmp_path / f"rock {tempo_bpm}.wav", audio.samples, audio.sample_rate)
        session.import_files([tmp_path / f"rock {tempo_bpm}.wav"])
        qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    return {sound.name: sound.object_id for sound in session.sounds}


def test_a_dropped_file_is_listened_to_and_everything_is_known(session, imported):
    found = session.listening_of(imported["rock 100"])
    assert found.tempo_bpm == pytest.approx(100, abs=0.5)
    assert found.energy_curve_lufs
    assert session.analysis_of(imported["rock 100"]).tempo_bpm == found.tempo_bpm


def test_corrections_are_seen_at_once_and_lock(session, imported):
    object_id = imported["rock 100"]
    problems = []
    session.problem.connect(problems.append)
    session.set_object_tempo(object_id, 50.0)
    assert session.analysis_of(object_id).tempo_bpm == 50.0
    assert session.listening_of(object_id).corrected == ("tempo",)
    session.set_tempo_locked(object_id, True)
    session.set_object_tempo(object_id, 200.0)
    assert session.listening_of(object_id).tempo_bpm == 50.0
    assert "locked" in problems[0].sentence
    session.set_tempo_locked(object_id, False)
    session.set_object_tempo(object_id, None)
    assert session.listening_of(object_id).tempo_bpm == pytest.approx(100, abs=0.5)


def test_what_sounds_alike_is_found(session, imported, qtbot):
    session.find_like(imported["rock 100"])
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    assert [find.name for find in session.finds.finds] == ["rock 104"]
    session.forget_finds()
    assert session.finds is None


def test_any_stored_sound_can_be_listened_to_again_without_work(session, imported, qtbot, monkeypatch):
    def never(*_):
        raise AssertionError("listened twice")

    monkeypatch.setattr("infinite_studio.services.listening.listen", never)
    job_id = session.listen_to(imported["rock 104"])
    assert session.listening_job(imported["rock 104"]) in {job_id, None}
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    assert session.listening_job(imported["rock 104"]) is None


def test_words_without_weights_say_what_they_need(session):
    problems = []
    session.problem.connect(problems.append)
    assert not session.has_word_search
    assert session.find_words("warm piano") is None
    assert "MB" in problems[0].sentence

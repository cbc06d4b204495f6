"""What the window does on a bad day: each failure is a sentence and a hint, the studio goes on, nothing is lost."""

from dataclasses import replace

import pytest

from infinite_studio.app.window import assemble
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.history.values import JobState
from infinite_studio.jobs.job import JobView
from infinite_studio.project.steps import SetTempo
from infinite_studio.services.values import ExportRequest, ExportWhat, Problem
from infinite_studio.soundcard.output import NoSoundCardError
from infinite_studio.soundcard.portaudio import PortAudioOutput
from infinite_studio.soundcard.transport import Transport

LONG_MS = 30_000


class Told:
    """Everything a session tells the person."""

    def __init__(self, session):
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        session.problem.connect(self.problems.append)
        session.notice.connect(self.notices.append)


@pytest.fixture
def open_window(qtbot, folders):
    """Opens windows and closes them in order."""
    opened = []

    def open_one(where=folders, transport=None, *, waits=True):
        studio = assemble(where, transport or Transport())
        qtbot.addWidget(studio.window)
        studio.window.show()
        told = Told(studio.session)
        studio.session.start()
        if waits:
            qtbot.waitUntil(lambda: studio.session.is_open, timeout=LONG_MS)
        opened.append(studio)
        return studio, told

    yield open_one
    for studio in reversed(opened):
        studio.window.close()
        studio.session.close()


def generate(qtbot, session, prompt="house, 2 bars"):
    session.generate(GenerationRequest(prompt, seed=1))
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)


def test_a_second_window_reads_and_says_so(qtbot, open_window):
    first, _ = open_window()
    generate(qtbot, first.session)
    first.session.commit("Mine")
    qtbot.waitUntil(lambda: first.session.jobs.is_idle, timeout=LONG_MS)
    second, told = open_window()
    assert second.session.is_read_only
    assert any("another" in notice.lower() for notice in told.notices)
    assert [commit.message for commit in second.session.commits] == ["Mine"]
    second.session.commit("Not mine")
    qtbot.waitUntil(lambda: bool(told.problems), timeout=LONG_MS)
    assert told.problems[0].hint
    assert not told.problems[0].is_bug
    first.session.commit("Mine again")
    qtbot.waitUntil(lambda: first.session.jobs.is_idle, timeout=LONG_MS)
    assert [commit.message for commit in first.session.commits] == ["Mine again", "Mine"]


def test_a_library_folder_that_cannot_be_made_is_told_and_the_window_stays(
    qtbot, open_window, folders, tmp_path
):
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder")
    studio, told = open_window(replace(folders, library=blocked / "library"), waits=False)
    qtbot.waitUntil(lambda: bool(told.problems), timeout=LONG_MS)
    assert "a file" in told.problems[0].sentence
    assert told.problems[0].hint
    assert studio.window.isVisible()
    studio.session.generate(GenerationRequest("house"))
    assert "not open" in told.problems[-1].sentence


def test_without_a_sound_card_it_plays_silently_and_says_so(qtbot, open_window):
    class NoCard(PortAudioOutput):
        def open(self, device, sample_rate):
            raise NoSoundCardError("No sound card was found; the studio plays silently.", hint="Connect one.")

    studio, _ = open_window(transport=Transport(make_card=NoCard, look_again=lambda: None))
    generate(qtbot, studio.session)
    studio.session.play_or_stop()
    qtbot.waitUntil(lambda: studio.session.playhead_frame > 24_000, timeout=LONG_MS)
    state = studio.session.transport_state
    assert state.is_silent
    assert state.notice_sentence
    assert state.notice_hint
    studio.session.stop()


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (GenerationRequest("house", tempo_bpm=900.0), "900"),
        (GenerationRequest("house", bars=0), "bar"),
        (GenerationRequest("house", bars=4, duration_seconds=9.0), "bars"),
    ],
)
def test_an_impossible_request_is_refused_in_a_sentence(open_window, request_, word):
    studio, told = open_window()
    assert studio.session.generate(request_) is None
    assert word in told.problems[0].sentence
    assert told.problems[0].hint


def test_an_impossible_tempo_of_the_project_is_refused(open_window):
    studio, told = open_window()
    assert not studio.session.apply(SetTempo(0.0))
    assert told.problems[0].hint


def test_an_export_into_a_folder_that_cannot_be_made_is_told(qtbot, open_window, tmp_path):
    studio, told = open_window()
    generate(qtbot, studio.session)
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    studio.session.export(ExportRequest(ExportWhat.MIXDOWN, blocked / "out", "beat"))
    qtbot.waitUntil(lambda: bool(told.problems), timeout=LONG_MS)
    assert told.problems[0].hint
    assert not told.problems[0].is_bug, told.problems[0].details


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.wav", b""),
        ("words.mp3", b"these are words, not sound\n" * 50),
        ("cut.flac", b"fLaC\0\0\0\x22" + bytes(20)),
    ],
)
def test_files_without_sound_are_named_and_leave_nothing(qtbot, open_window, tmp_path, name, data):
    studio, told = open_window()
    path = tmp_path / name
    path.write_bytes(data)
    studio.session.import_files([path])
    qtbot.waitUntil(lambda: studio.session.jobs.is_idle and bool(told.problems), timeout=LONG_MS)
    assert name in told.problems[0].sentence
    assert told.problems[0].hint
    assert studio.session.project.tracks == ()
    assert studio.session.sounds == ()


def test_a_cancelled_job_leaves_the_project_as_it_was(qtbot, open_window):
    studio, told = open_window()
    job_id = studio.session.generate(GenerationRequest("house", duration_seconds=900.0))

    def job() -> JobView:
        return next(view for view in studio.session.jobs.views() if view.job_id == job_id)

    qtbot.waitUntil(lambda: job().fraction > 0, timeout=LONG_MS)
    studio.session.jobs.cancel(job_id)
    # How soon is measured among the faults; here the other tests may keep the computer busy.
    qtbot.waitUntil(lambda: studio.session.jobs.is_idle, timeout=LONG_MS)
    assert job().state is JobState.CANCELLED
    assert studio.session.project.tracks == ()
    assert told.problems == []

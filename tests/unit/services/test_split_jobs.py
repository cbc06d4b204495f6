"""Splits outlive the studio: what waited goes on by itself, what was cut off is offered again."""

import threading
from collections.abc import Callable, Iterator

import pytest
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.history.values import JobState
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress, Silence
from infinite_studio.services.importing import import_sound
from infinite_studio.services.session import StudioSession
from infinite_studio.services.split_wish import Care, SplitWish, UnreadableWishError, wish_from, wish_values
from infinite_studio.settings.settings import SettingsStore

LONG_MS = 30_000
WISH = SplitWish("quick", (StemType.VOCALS,), keeps_rest=True)


@pytest.fixture
def start(folders, qtbot) -> Iterator[Callable[[], StudioSession]]:
    """Start the studio once more in the same folders; whatever is still open is closed at the end."""
    sessions: list[StudioSession] = []

    def make() -> StudioSession:
        session = StudioSession(
            folders, SettingsStore(folders.config / "settings.json"), JobRunner(), Bench().transport
        )
        sessions.append(session)
        session.start()
        qtbot.waitUntil(lambda: session.is_open, timeout=LONG_MS)
        return session

    yield make
    for session in sessions:
        session.close()


def waiting_in_line(first: StudioSession, object_id: str, qtbot, state: JobState) -> None:
    """Ask for a split that waits behind other work, and let the ledger say how it stands; then end the studio."""

    def work(progress: Progress) -> None:
        gate = threading.Event()
        while not gate.wait(0.01):
            progress.report(0.5, "Working")

    first.jobs.submit(Job("In the way", "blocker", LaneName.INFERENCE, work))
    first.split_object(object_id, 0, WISH)
    library = first.studio.library
    qtbot.waitUntil(lambda: len(library.jobs()) == 1, timeout=LONG_MS)
    if state is JobState.RUNNING:
        library.start_job(library.jobs()[0].job_id)
    first.close()


def test_a_split_that_still_waited_is_made_after_the_next_start(start, song_file, qtbot) -> None:
    first = start()
    sound = import_sound(song_file, first.studio, Silence())
    waiting_in_line(first, sound.object_id, qtbot, JobState.QUEUED)
    second = start()
    qtbot.waitUntil(lambda: len(second.project.tracks) == 2, timeout=LONG_MS)
    assert [track.name.partition(" · ")[0] for track in second.project.tracks] == ["Vocals", "No vocals"]
    qtbot.waitUntil(lambda: second.jobs.is_idle, timeout=LONG_MS)
    assert not [job for job in second.studio.library.jobs() if not job.state.is_finished]


def test_a_split_that_was_cut_off_is_offered_and_runs_again_when_asked(start, song_file, qtbot) -> None:
    first = start()
    sound = import_sound(song_file, first.studio, Silence())
    waiting_in_line(first, sound.object_id, qtbot, JobState.RUNNING)
    second = start()
    (offered,) = second.interrupted_jobs
    assert (offered.title, second.project.tracks) == ("Split “Sound”", ())
    assert second.run_again(offered.job_id) is not None
    qtbot.waitUntil(lambda: len(second.project.tracks) == 2, timeout=LONG_MS)
    assert second.interrupted_jobs == ()


def test_a_split_of_another_project_does_not_land_in_this_one(start, song_file, qtbot) -> None:
    first = start()
    sound = import_sound(song_file, first.studio, Silence())
    waiting_in_line(first, sound.object_id, qtbot, JobState.RUNNING)
    second = start()
    second.new_project("Elsewhere")
    qtbot.waitUntil(lambda: second.project.name == "Elsewhere", timeout=LONG_MS)
    problems: list[str] = []
    second.problem.connect(lambda problem: problems.append(problem.sentence))
    assert second.run_again(second.interrupted_jobs[0].job_id) is None
    assert problems == ["“Split “Sound”” was asked for in another project."]


def test_a_wish_survives_as_values() -> None:
    wish = SplitWish("htdemucs", (StemType.BASS, StemType.DRUMS), keeps_stems=False, care=Care.BEST)
    assert wish_from(wish_values(wish)) == wish
    for broken in ({}, {**wish_values(wish), "care": "sloppy"}, {**wish_values(wish), "stems": ["kazoo"]}):
        with pytest.raises(UnreadableWishError):
            wish_from(broken)

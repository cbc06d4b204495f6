"""Jobs outlive the studio: what waited goes on by itself, what was cut off is offered again."""

import threading
from collections.abc import Callable, Iterator

import pytest
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.history.values import JobState
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.progress import Progress
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.settings import SettingsStore

LONG_MS = 30_000


@pytest.fixture
def start(folders, qtbot) -> Iterator[Callable[[], StudioSession]]:
    """Start the studio once more in the same folders; whatever is still open is closed at the end."""
    sessions: list[StudioSession] = []

    def make() -> StudioSession:
        bench = Bench()
        session = StudioSession(
            folders, SettingsStore(folders.config / "settings.json"), JobRunner(), bench.transport
        )
        sessions.append(session)
        session.start()
        qtbot.waitUntil(lambda: session.is_open, timeout=LONG_MS)
        return session

    yield make
    for session in sessions:
        session.close()


def blocker(gate: threading.Event) -> Job[None]:
    def work(progress: Progress) -> None:
        while not gate.wait(0.01):
            progress.report(0.5, "Working")

    return Job("In the way", "blocker", LaneName.INFERENCE, work)


def recorded(session: StudioSession) -> dict[str, JobState]:
    return {record.title: record.state for record in session.studio.library.jobs()}


def idle(qtbot, session: StudioSession) -> None:
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)


def test_a_take_that_still_waited_is_made_after_the_next_start(start, qtbot) -> None:
    first = start()
    first.jobs.submit(blocker(threading.Event()))
    first.generate(GenerationRequest("house", bars=1, seed=7))
    qtbot.waitUntil(lambda: JobState.QUEUED in recorded(first).values(), timeout=LONG_MS)
    first.close()
    second = start()
    qtbot.waitUntil(lambda: len(second.takes) == 1, timeout=LONG_MS)
    assert second.takes[0].request.seed == 7
    idle(qtbot, second)
    assert not [state for state in recorded(second).values() if not state.is_finished]


def test_a_job_that_was_cut_off_is_offered_and_runs_again_when_asked(start, qtbot) -> None:
    first = start()
    first.generate(GenerationRequest("house", bars=200, seed=3))
    qtbot.waitUntil(lambda: JobState.RUNNING in recorded(first).values(), timeout=LONG_MS)
    first.close()
    second = start()
    (offered,) = second.interrupted_jobs
    assert offered.title == "Generate “house”"
    assert second.takes == ()
    job_id = second.run_again(offered.job_id)
    assert second.interrupted_jobs == ()
    second.jobs.cancel(job_id)
    idle(qtbot, second)
    assert set(recorded(second).values()) == {JobState.CANCELLED}


def test_takes_like_and_after_another_that_still_waited_are_made_after_the_next_start(start, qtbot) -> None:
    first = start()
    first.generate(GenerationRequest("house", bars=1, seed=7))
    qtbot.waitUntil(lambda: len(first.takes) == 1, timeout=LONG_MS)
    idle(qtbot, first)
    take = first.takes[0]
    first.jobs.submit(blocker(threading.Event()))
    first.continue_take(take.take_id)
    first.vary(take.take_id, closeness=0.9)
    qtbot.waitUntil(lambda: list(recorded(first).values()).count(JobState.QUEUED) == 2, timeout=LONG_MS)
    first.close()
    second = start()
    qtbot.waitUntil(lambda: len(second.takes) == 2, timeout=LONG_MS)
    after, alike = second.takes
    assert alike.request.closeness == 0.9
    assert any(fact.startswith("like “") for fact in alike.facts)
    assert after.request.is_continuation
    assert any(fact.startswith("continues “") for fact in after.facts)
    assert after.continues == take.recipe
    starts = {clip.object_id: clip.start_frame for _, clip in second.project.clips()}
    assert starts[next(iter(after.stems.values()))] == take.n_frames


def test_a_job_that_was_cut_off_can_be_forgotten(start, qtbot) -> None:
    first = start()
    first.generate(GenerationRequest("house", bars=200, seed=3))
    qtbot.waitUntil(lambda: JobState.RUNNING in recorded(first).values(), timeout=LONG_MS)
    first.close()
    second = start()
    second.forget_interrupted(second.interrupted_jobs[0].job_id)
    idle(qtbot, second)
    second.close()
    assert start().interrupted_jobs == ()


def test_a_finished_or_cancelled_job_is_not_offered(start, qtbot) -> None:
    first = start()
    first.generate(GenerationRequest("house", bars=1))
    idle(qtbot, first)
    job_id = first.generate(GenerationRequest("house", bars=200))
    first.jobs.cancel(job_id)
    idle(qtbot, first)
    first.close()
    second = start()
    assert second.interrupted_jobs == ()
    idle(qtbot, second)
    assert second.takes == ()


def test_a_record_of_another_version_is_told_of_and_changes_nothing(start, qtbot) -> None:
    first = start()
    first.studio.library.record_job("Paint", "paint", {}, state=JobState.RUNNING)
    first.close()
    second = start()
    problems: list[str] = []
    second.problem.connect(lambda problem: problems.append(problem.sentence))
    assert second.run_again(second.interrupted_jobs[0].job_id) is None
    assert problems == ["“Paint” cannot be asked for again."]

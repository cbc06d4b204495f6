from pathlib import Path

import pytest

from infinite_studio.history.library import Library, UnknownJobError
from infinite_studio.history.values import JobState


def test_a_job_is_remembered_from_its_start_to_its_end(library: Library) -> None:
    queued = library.record_job("Dark trap", "generate", {"prompt": "dark\udcff", "seed": 7})
    assert queued.state is JobState.QUEUED
    assert queued.finished is None
    assert library.start_job(queued.job_id).state is JobState.RUNNING
    done = library.finish_job(queued.job_id, JobState.FAILED, "The disk is full.")
    assert done.state is JobState.FAILED
    assert done.finished is not None
    assert done.finished >= done.created
    assert library.jobs() == (done,)
    assert done.request == {"prompt": "dark\udcff", "seed": 7}
    assert library.jobs(unfinished_only=True) == ()


def test_after_a_restart_the_unfinished_jobs_are_those_that_were_cut_off(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        done = library.record_job("a", "generate", {})
        cut = library.record_job("b", "split", {"model": "quick"}, state=JobState.RUNNING)
        waiting = library.record_job("c", "generate", {})
        library.finish_job(done.job_id, JobState.SUCCEEDED)
    with Library.open(tmp_path) as library:
        assert library.jobs(unfinished_only=True) == (waiting, cut)
        assert [found.title for found in library.jobs(limit=2)] == ["c", "b"]


def test_an_unknown_job_is_refused(library: Library) -> None:
    with pytest.raises(UnknownJobError):
        library.finish_job("none", JobState.CANCELLED)
    with pytest.raises(UnknownJobError):
        library.start_job("none")


@pytest.mark.parametrize(
    ("state", "is_finished"),
    [
        (JobState.QUEUED, False),
        (JobState.RUNNING, False),
        (JobState.SUCCEEDED, True),
        (JobState.FAILED, True),
        (JobState.CANCELLED, True),
    ],
)
def test_only_queued_and_running_jobs_are_unfinished(state: JobState, is_finished: bool) -> None:
    assert state.is_finished is is_finished

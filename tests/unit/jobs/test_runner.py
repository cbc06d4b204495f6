"""The runner as views and panels see it."""

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QThread

from infinite_studio.errors import StudioError
from infinite_studio.jobs.estimates import DurationEstimates
from infinite_studio.jobs.job import Job, JobState, LaneName
from infinite_studio.jobs.outcome import Cancelled, Failed, Succeeded
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.progress import Progress


class Gate:
    """Work that begins, then waits to be let on, reporting all the while."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, progress: Progress) -> str:
        self.has_begun.set()
        while not self.may_end.wait(0.005):
            progress.report(0.5, "waiting")
        return "through"


def job(work, title="Job", lane=LaneName.DISK, kind="test", size=1.0) -> Job:
    return Job(title, kind, lane, work, size)


def state_of(runner: JobRunner, job_id: int) -> JobState:
    return next(view.state for view in runner.views() if view.job_id == job_id)


def test_work_runs_outside_of_the_gui_thread_and_callbacks_inside_of_it(runner, qtbot):
    threads = {}

    def work(progress: Progress) -> int:
        threads["work"] = QThread.currentThread()
        progress.share("half")
        return 7

    def on_outcome(outcome) -> None:
        threads["outcome"] = QThread.currentThread()
        threads["value"] = outcome

    def on_partial(partial) -> None:
        threads["partial"] = QThread.currentThread()

    runner.submit(job(work), on_outcome, on_partial)
    qtbot.waitUntil(lambda: "outcome" in threads)
    assert threads["value"] == Succeeded(7)
    assert threads["work"] is not QThread.currentThread()
    assert threads["outcome"] is threads["partial"] is QThread.currentThread()


def test_a_lane_runs_one_job_at_a_time_in_order(runner, qtbot):
    running, most, order = [], [], []

    def work_number(number: int):
        def work(progress: Progress) -> None:
            running.append(number)
            most.append(len(running))
            time.sleep(0.003)
            running.remove(number)

        return work

    for number in range(8):
        runner.submit(job(work_number(number)), lambda _outcome, number=number: order.append(number))
    qtbot.waitUntil(lambda: runner.is_idle)
    assert max(most) == 1
    assert order == list(range(8))


def test_all_lanes_run_at_the_same_time(runner, qtbot):
    meeting = threading.Barrier(len(LaneName), timeout=5)
    outcomes = []
    for lane in LaneName:
        runner.submit(job(lambda progress: meeting.wait() >= 0, lane=lane), outcomes.append)
    qtbot.waitUntil(lambda: len(outcomes) == len(LaneName))
    assert outcomes == [Succeeded(True)] * len(LaneName)


def test_every_job_of_a_lane_runs_in_the_same_thread(runner, qtbot):
    names = []
    for _ in range(5):
        runner.submit(
            job(lambda progress: threading.get_ident()), lambda outcome: names.append(outcome.value)
        )
    qtbot.waitUntil(lambda: len(names) == 5)
    assert len(set(names)) == 1


def test_a_queued_job_is_cancelled_at_once_and_never_runs(runner, qtbot):
    gate, outcomes, ran = Gate(), [], []
    runner.submit(job(gate))
    waiting = runner.submit(job(ran.append), outcomes.append)
    runner.cancel(waiting)
    assert outcomes == [Cancelled()]
    assert state_of(runner, waiting) is JobState.CANCELLED
    gate.may_end.set()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert ran == []


def test_a_running_job_says_that_it_is_cancelling_at_once_and_stops_at_its_next_report(runner, qtbot):
    gate, outcomes, seen = Gate(), [], []
    running = runner.submit(job(gate), outcomes.append)
    assert gate.has_begun.wait(5)
    runner.changed.connect(seen.append)
    runner.cancel(running)
    assert [(view.job_id, view.stage) for view in seen] == [(running, "Cancelling")]
    qtbot.waitUntil(lambda: bool(outcomes))
    assert outcomes == [Cancelled()]


def test_work_that_was_done_before_it_saw_the_cancelling_has_succeeded(runner, qtbot):
    gate, outcomes = Gate(), []

    def work(progress: Progress) -> str:
        gate.has_begun.set()
        gate.may_end.wait(5)
        return "stored"

    running = runner.submit(job(work), outcomes.append)
    assert gate.has_begun.wait(5)
    runner.cancel(running)
    gate.may_end.set()
    qtbot.waitUntil(lambda: bool(outcomes))
    assert outcomes == [Succeeded("stored")]


def test_cancel_all_leaves_nothing_running(runner, qtbot):
    outcomes = []
    for _ in range(3):
        runner.submit(job(Gate()), outcomes.append)
    runner.cancel_all()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert outcomes == [Cancelled()] * 3


def test_cancelling_what_is_over_or_unknown_changes_nothing(runner, qtbot):
    done = runner.submit(job(lambda progress: 1))
    qtbot.waitUntil(lambda: runner.is_idle)
    runner.cancel(done)
    runner.cancel(999)
    assert state_of(runner, done) is JobState.SUCCEEDED


def test_a_queued_job_can_be_moved_up_but_not_before_the_running_one(runner, qtbot):
    gate, order = Gate(), []
    running = runner.submit(job(gate))
    first = runner.submit(job(lambda progress: order.append("first")))
    second = runner.submit(job(lambda progress: order.append("second")))
    with qtbot.waitSignal(runner.order_changed):
        assert runner.move_up(second)
    assert not runner.move_up(second)
    assert not runner.move_up(running)
    assert [view.job_id for view in runner.views()] == [running, second, first]
    gate.may_end.set()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert order == ["second", "first"]


def test_finished_jobs_stay_in_the_list_until_they_are_cleared(runner, qtbot):
    runner.submit(job(lambda progress: 1))
    qtbot.waitUntil(lambda: runner.is_idle)
    assert [view.state for view in runner.views()] == [JobState.SUCCEEDED]
    with qtbot.waitSignal(runner.order_changed):
        runner.clear_finished()
    assert runner.views() == ()


def test_a_failed_job_shows_its_sentence_and_hint(runner, qtbot):
    def work(progress: Progress) -> None:
        raise StudioError("The file is empty.", hint="Choose another.")

    runner.submit(job(work))
    qtbot.waitUntil(lambda: runner.is_idle)
    (view,) = runner.views()
    assert (view.state, view.sentence, view.hint) == (
        JobState.FAILED,
        "The file is empty.",
        "Choose another.",
    )


def test_reports_reach_views_at_most_thirty_times_a_second_and_the_last_one_is_never_lost(runner, qtbot):
    gate, seen = Gate(), []

    def work(progress: Progress) -> None:
        began = time.monotonic()
        while time.monotonic() - began < 0.3:
            progress.report(0.4, "early")
            progress.report(0.6, "late")
        progress.report(0.7, "last words")
        gate.has_begun.set()
        gate.may_end.wait(5)

    runner.changed.connect(lambda view: seen.append((time.monotonic(), view)))
    runner.submit(job(work))
    qtbot.waitUntil(lambda: bool(seen) and seen[-1][1].stage == "last words")
    gate.may_end.set()
    qtbot.waitUntil(lambda: runner.is_idle)
    moments = [moment for moment, view in seen if view.state is JobState.RUNNING]
    assert len(moments) <= 3 + 30 * (moments[-1] - moments[0])


def test_partials_arrive_complete_in_order_and_before_the_outcome(runner, qtbot):
    events = []

    def work(progress: Progress) -> None:
        for number in range(100):
            progress.share(number)

    runner.submit(job(work), lambda outcome: events.append("end"), events.append)
    qtbot.waitUntil(lambda: "end" in events)
    assert events == [*range(100), "end"]


def test_a_bug_in_a_callback_is_logged_and_breaks_nothing(runner, qtbot, caplog):
    outcomes = []

    def bad(outcome) -> None:
        raise ValueError("a bug in a panel")

    runner.submit(job(lambda progress: progress.share(1)), bad, bad)
    runner.submit(job(lambda progress: 2), outcomes.append)
    qtbot.waitUntil(lambda: bool(outcomes))
    assert outcomes == [Succeeded(2)]
    assert caplog.text.count("ValueError: a bug in a panel") == 2


def test_a_callback_may_submit_the_next_job(runner, qtbot):
    values = []

    def again(outcome) -> None:
        values.append(outcome.value)
        if outcome.value < 3:
            runner.submit(job(lambda progress: outcome.value + 1), again)

    runner.submit(job(lambda progress: 0), again)
    qtbot.waitUntil(lambda: values == [0, 1, 2, 3])


def test_the_next_job_runs_while_a_callback_stays_in_a_dialog(runner, qtbot):
    second = []

    def dialog(outcome) -> None:
        qtbot.waitUntil(lambda: bool(second))

    first = []
    runner.submit(job(lambda progress: 1), lambda outcome: (dialog(outcome), first.append(outcome)))
    runner.submit(job(lambda progress: 2), second.append)
    qtbot.waitUntil(lambda: bool(first))
    assert second == [Succeeded(2)]


def test_durations_are_learned_and_predicted(qtbot):
    runner = JobRunner(DurationEstimates(None))
    assert runner.predict("count", 2.0) is None
    spent: list[float] = []

    def work(_: Progress) -> None:
        began = time.monotonic()
        time.sleep(0.05)
        spent.append(time.monotonic() - began)

    runner.submit(job(work, kind="count", size=1.0))
    qtbot.waitUntil(lambda: runner.predict("count", 2.0) is not None)
    assert 2 * spent[0] <= runner.predict("count", 2.0) < 2 * spent[0] + 1.0
    assert runner.shutdown(5.0)


def test_shutdown_cancels_what_runs_and_refuses_what_comes_later(qtbot):
    runner, gate, outcomes = JobRunner(), Gate(), []
    runner.submit(job(gate), outcomes.append)
    runner.submit(job(gate), outcomes.append)
    assert gate.has_begun.wait(5)
    assert runner.shutdown(5.0)
    assert outcomes == [Cancelled(), Cancelled()]
    runner.submit(job(gate), outcomes.append)
    assert outcomes == [Cancelled()] * 3
    assert runner.is_idle


def test_shutdown_says_so_when_work_does_not_stop_in_time(qtbot):
    runner, has_begun, may_end = JobRunner(), threading.Event(), threading.Event()
    runner.submit(job(lambda progress: (has_begun.set(), may_end.wait(20))))
    assert has_begun.wait(5)
    began = time.monotonic()
    assert not runner.shutdown(0.1)
    assert time.monotonic() - began < 1.0
    may_end.set()
    assert runner.shutdown(5.0)


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="the system does not list a process's threads"
)
def test_a_runner_that_is_dropped_without_shutdown_ends_its_threads(qtbot):
    before = _threads()
    outcomes = []
    dropped = JobRunner()
    lanes = _threads() - before
    assert len(lanes) == len(LaneName)
    dropped.submit(job(lambda progress: 1), outcomes.append)
    qtbot.waitUntil(lambda: bool(outcomes))
    dropped.deleteLater()
    del dropped
    qtbot.waitUntil(lambda: not lanes & _threads())


def test_a_failure_carries_whether_it_is_a_bug(runner, qtbot):
    outcomes = []
    runner.submit(job(lambda progress: 1 / 0), outcomes.append)
    qtbot.waitUntil(lambda: bool(outcomes))
    assert isinstance(outcomes[0], Failed)
    assert outcomes[0].is_bug


def _threads() -> set[str]:
    """Threads of this process by the numbers that the system gives them."""
    return {task.name for task in Path("/proc/self/task").iterdir()}


def test_cancelling_everything_still_writes_the_notes_about_it(qtbot):
    runner, gate, outcomes = JobRunner(), Gate(), []
    runner.submit(job(gate))
    for _ in range(2):
        runner.submit(Job("Note", "_note", LaneName.LEDGER, lambda _: None), outcomes.append)
    runner.cancel_all()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert outcomes == [Succeeded(None)] * 2
    assert runner.shutdown(5.0)

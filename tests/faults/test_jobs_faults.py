"""E3, E5 and E7 in small: exceptions and cancelling at random moments, and no leak over many jobs."""

import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from infinite_studio.errors import StudioError
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.outcome import Cancelled, Failed, Succeeded
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.progress import Progress

pytestmark = pytest.mark.faults
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="counts threads and handles in /proc"
)

STAGES = 10


class OutOfMemoryError(RuntimeError):
    """Named like torch's error."""


@pytest.fixture
def runner(qapp) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    assert made.shutdown(5.0)


def raising_at(stage: int, make_error: Callable[[], BaseException]) -> Callable[[Progress], int]:
    def work(progress: Progress) -> int:
        with Path(__file__).open("rb") as handle:
            for number in range(STAGES):
                progress.report(number / STAGES, f"stage {number}")
                if number == stage:
                    raise make_error()
                handle.read(64)
        return stage

    return work


def threads_and_handles() -> tuple[int, int]:
    gc.collect()
    return len(list(Path("/proc/self/task").iterdir())), len(list(Path("/proc/self/fd").iterdir()))


def has_no_more_than(baseline: tuple[int, int]) -> bool:
    """Fewer is fine: what earlier tests of this process left may end meanwhile."""
    return all(now <= before for now, before in zip(threads_and_handles(), baseline, strict=True))


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


@needs_proc
def test_e3_a_worker_that_raises_anything_fails_alone_and_leaves_nothing_behind(runner, qtbot, tell_count):
    chance = random.Random(3)
    errors = {
        "StudioError": lambda: StudioError("No.", hint="Yes."),
        "ValueError": lambda: ValueError("x"),
        "MemoryError": MemoryError,
        "OutOfMemoryError": lambda: OutOfMemoryError("CUDA out of memory"),
        "SystemExit": lambda: SystemExit(1),
        "KeyboardInterrupt": KeyboardInterrupt,
    }
    outcomes: list[object] = []
    runner.submit(Job("warm up", "test", LaneName.INFERENCE, lambda progress: 0), outcomes.append)
    runner.submit(Job("warm up", "test", LaneName.DISK, lambda progress: 0), outcomes.append)
    qtbot.waitUntil(lambda: runner.is_idle)
    baseline, counts = threads_and_handles(), Counter()
    for trial in range(60):
        name = chance.choice(list(errors))
        lane = chance.choice(list(LaneName))
        outcomes.clear()
        runner.submit(
            Job(name, "test", lane, raising_at(chance.randrange(STAGES), errors[name])), outcomes.append
        )
        runner.submit(Job("next", "test", lane, lambda progress, trial=trial: trial), outcomes.append)
        qtbot.waitUntil(lambda: len(outcomes) == 2)
        failed, following = outcomes
        assert isinstance(failed, Failed)
        assert failed.sentence
        assert failed.is_bug == (name in {"ValueError", "SystemExit", "KeyboardInterrupt"})
        assert following == Succeeded(trial)
        counts[name] += 1
    tell_count(f"{dict(counts)}: threads and handles {baseline} → {threads_and_handles()}")
    qtbot.waitUntil(lambda: has_no_more_than(baseline))


def test_e5_cancelling_at_random_moments_is_answered_at_once_and_obeyed(runner, qtbot, tell_count):
    chance = random.Random(5)

    def work(progress: Progress) -> int:
        for step in range(40):
            progress.report(step / 40, "working")
            time.sleep(0.001)
        return 1

    answers, stops, endings = [], [], Counter()
    shown: list[float] = []
    runner.changed.connect(lambda view: shown.append(time.monotonic()))
    for _ in range(60):
        outcomes: list[object] = []
        job_id = runner.submit(Job("work", "test", chance.choice(list(LaneName)), work), outcomes.append)
        moment = time.monotonic() + chance.uniform(0, 0.045)
        qtbot.waitUntil(lambda moment=moment: time.monotonic() >= moment)
        shown.clear()
        pressed = time.monotonic()
        runner.cancel(job_id)
        if not outcomes:
            answers.append(shown[0] - pressed)
        qtbot.waitUntil(lambda outcomes=outcomes: bool(outcomes))
        stops.append(time.monotonic() - pressed)
        assert outcomes[0] in (Cancelled(), Succeeded(1))
        endings[type(outcomes[0]).__name__] += 1
    assert endings["Cancelled"] > 30
    assert max(answers) <= 0.1
    assert max(stops) <= 2.0
    assert runner.is_idle
    tell_count(f"{dict(endings)}: answered within {max(answers):.3f} s, stopped within {max(stops):.2f} s")


@pytest.fixture
def frozen_heap():
    """Keep what is there already out of every collection: walking through it takes longer than the test."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@needs_proc
def test_e7_fifty_mixed_jobs_leave_no_memory_threads_or_handles_behind(
    runner, qtbot, frozen_heap, tell_count
):
    import numpy as np

    def heavy(progress: Progress) -> int:
        block = np.ones(500_000, np.float32)
        progress.share(block)
        return int(block.sum())

    makers: list[Callable[[int], Callable[[Progress], int]]] = [
        lambda number: heavy,
        lambda number: raising_at(number % STAGES, lambda: ValueError("x")),
        lambda number: raising_at(-1, MemoryError),
    ]
    baseline, resident = None, []
    for number in range(50):
        job_id = runner.submit(Job("mixed", "test", list(LaneName)[number % 2], makers[number % 3](number)))
        if number % 7 == 0:
            runner.cancel(job_id)
        qtbot.waitUntil(lambda: runner.is_idle)
        if number == 10:
            baseline = threads_and_handles()
        if number >= 10:
            gc.collect()
            resident.append(resident_bytes())
    qtbot.waitUntil(lambda: has_no_more_than(baseline))
    pairs = [
        (resident[j] - resident[i]) / (j - i)
        for i in range(len(resident))
        for j in range(i + 1, len(resident))
    ]
    slope = float(np.median(pairs))
    tell_count(f"50 jobs, {slope:.0f} bytes more resident with each, threads and handles as before")
    assert slope < 10_000, f"{slope:.0f} bytes per job, each of which uses 2 MB"


class Beacon(QObject):
    lit = Signal()


def test_qt_leaks_no_references_to_none_and_true_the_refcount_canary(qtbot):
    """PySide6 6.12.0 on Python 3.11 loses one per call until the process aborts."""
    label, beacon = QLabel(), Beacon()
    qtbot.addWidget(label)
    beacon.lit.connect(label.update)
    before = (sys.getrefcount(None), sys.getrefcount(True))
    for _ in range(2_000):
        label.setText("a")
        label.setEnabled(True)
        beacon.lit.emit()
    after = (sys.getrefcount(None), sys.getrefcount(True))
    assert abs(after[0] - before[0]) < 200
    assert abs(after[1] - before[1]) < 200

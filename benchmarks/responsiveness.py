"""How late the event loop is while a job composes, beside an idle loop and beside a plain thread doing the same."""

import gc
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from infinite_studio.app.window import SWITCH_INTERVAL_SECONDS
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.registry import built_in_generators
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.outcome import Outcome
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.progress import OperationCancelled, Progress, Silence

TICK_SECONDS = 0.005
SECONDS_PER_ROUND = 4.0
ROUNDS = 3
BAR_P99_MS = 50.0
PYTHON_SWITCH_INTERVAL_SECONDS = 0.005


class Metronome(QObject):
    """Ticks every 5 ms in the GUI thread and keeps how late each tick came."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._expected_at = time.perf_counter() + TICK_SECONDS
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(round(TICK_SECONDS * 1000))

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(now - self._expected_at, 0.0) * 1000)
        self._expected_at = now + TICK_SECONDS


class StopSign(Silence):
    """A `Progress` that cancels once told to, for the plain thread."""

    def __init__(self) -> None:
        self.is_up = False

    def report(self, fraction: float, stage: str = "") -> None:  # noqa: ARG002
        """Raise once the sign is up."""
        if self.is_up:
            raise OperationCancelled


class Composer:
    """Composes over and over, and counts."""

    def __init__(self) -> None:
        self.takes = 0

    def work(self, progress: Progress) -> None:
        """Compose until cancelled."""
        engine = built_in_generators().get("sketch")
        while True:
            request = GenerationRequest(
                "dark trap, 140 bpm, in F minor", duration_seconds=10.0, seed=self.takes
            )
            engine.generate(request, progress)
            self.takes += 1


def listen(seconds: float) -> list[float]:
    metronome, loop = Metronome(), QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    metronome.stop()
    return metronome.late_ms


def require(condition: bool, complaint: str) -> None:
    """Refuse to measure what did not happen."""
    if not condition:
        raise SystemExit(complaint)


def while_idle() -> list[float]:
    return listen(SECONDS_PER_ROUND)


def while_a_job_runs(runner: JobRunner) -> list[float]:
    composer, outcomes = Composer(), list[Outcome[None]]()
    job_id = runner.submit(Job("Compose", "compose", LaneName.INFERENCE, composer.work), outcomes.append)
    late_ms = listen(SECONDS_PER_ROUND)
    has_ended = bool(outcomes)
    runner.cancel(job_id)
    while not runner.is_idle:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    require(not has_ended and composer.takes > 0, f"the job did not compose: {outcomes}")
    return late_ms


def while_a_thread_runs() -> list[float]:
    sign, composer = StopSign(), Composer()

    def work() -> None:
        with suppress(OperationCancelled):
            composer.work(sign)

    thread = threading.Thread(target=work)
    thread.start()
    late_ms = listen(SECONDS_PER_ROUND)
    was_alive = thread.is_alive()
    sign.is_up = True
    thread.join()
    require(was_alive and composer.takes > 0, "the thread did not compose")
    return late_ms


def with_interval(switch_interval_seconds: float, measure: Callable[[], list[float]]) -> list[float]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(switch_interval_seconds)
    try:
        return measure()
    finally:
        sys.setswitchinterval(before)


def summary(late_ms: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(late_ms, n=100)
    return {
        "p50_ms": round(cuts[49], 2),
        "p99_ms": round(cuts[98], 2),
        "max_ms": round(max(late_ms), 2),
        "ticks": len(late_ms),
    }


def main() -> int:
    _application = QApplication(sys.argv[:1])
    runner = JobRunner()
    built_in_generators().get("sketch").generate(GenerationRequest("warm up", bars=1), Silence())
    measures: dict[str, Callable[[], list[float]]] = {
        "idle": while_idle,
        "job": partial(while_a_job_runs, runner),
        "peer_plain_thread": partial(with_interval, PYTHON_SWITCH_INTERVAL_SECONDS, while_a_thread_runs),
        "job_with_pythons_switch_interval": partial(
            with_interval, PYTHON_SWITCH_INTERVAL_SECONDS, partial(while_a_job_runs, runner)
        ),
    }
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    late: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(ROUNDS):
        for name, measure in measures.items():
            gc.collect()
            late[name] += measure()
            print(f"round {number + 1}, {name}: {summary(late[name])}")
    runner.shutdown(5.0)
    results = {name: summary(values) for name, values in late.items()}
    within_bar = results["job"]["p99_ms"] <= BAR_P99_MS
    print(
        json.dumps(
            {"benchmark": "responsiveness", "bar_p99_ms": BAR_P99_MS, "within_bar": within_bar, **results}
        )
    )
    return 0 if within_bar else 1


if __name__ == "__main__":
    sys.exit(main())

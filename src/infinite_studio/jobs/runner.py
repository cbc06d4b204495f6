"""The queue that views see and panels submit to."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from infinite_studio.jobs.estimates import DurationEstimates, remaining_seconds
from infinite_studio.jobs.job import Job, JobState, JobView, LaneName
from infinite_studio.jobs.lane import Lane
from infinite_studio.jobs.outcome import Outcome
from infinite_studio.jobs.ticket import OnPartial, Ticket

T = TypeVar("T")

logger = logging.getLogger(__name__)

POLL_MILLISECONDS = 34
CLOCK_SECONDS = 0.5
REMEMBERED_FINISHED = 200


class JobRunner(QObject):
    """Queues jobs on two serial lanes; lives in the GUI thread and calls every callback there.

    ``changed`` carries the `JobView` of a job that is new or looks different now; ``order_changed`` says that
    jobs were moved or removed from `views`; ``partial`` carries a job id and an intermediate result.
    """

    changed = Signal(object)
    order_changed = Signal()
    partial = Signal(int, object)

    def __init__(self, estimates: DurationEstimates | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._estimates = estimates if estimates is not None else DurationEstimates(None)
        self._unfinished: list[Ticket] = []
        self._finished: list[JobView] = []
        self._last_id = 0
        self._is_shut = False
        self._shown: dict[int, tuple[float, str]] = {}
        self._shown_at = 0.0
        self._lanes = {name: Lane(name.value, self._estimates, self) for name in LaneName}
        for lane in self._lanes.values():
            lane.finished.connect(self._on_lane_finished)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MILLISECONDS)
        self._poll.timeout.connect(self._on_poll)

    def submit(
        self,
        job: Job[T],
        on_outcome: Callable[[Outcome[T]], None] | None = None,
        on_partial: OnPartial | None = None,
    ) -> int:
        """Queue a job and return its id; the callbacks run in the GUI thread, the outcome's exactly once.

        Work that had already returned when it was cancelled has succeeded, and is told so.
        """
        self._last_id += 1
        ticket = Ticket(self._last_id, job, on_outcome, on_partial)
        self._unfinished.append(ticket)
        self._show(ticket)
        if self._is_shut:
            self._settle(ticket)
        else:
            self._start_next(job.lane)
        return ticket.job_id

    def cancel(self, job_id: int) -> None:
        """Drop a queued job at once; ask a running one to stop at its next report. Finished jobs stay as they are."""
        ticket = self._ticket(job_id)
        if ticket is None:
            return
        ticket.mailbox.cancel()
        if ticket.state is JobState.QUEUED:
            self._settle(ticket)
        else:
            self._show(ticket)

    def cancel_all(self) -> None:
        """Cancel every queued and running job; notes about jobs are still written."""
        self._cancel_lanes(lane for lane in LaneName if lane is not LaneName.LEDGER)

    def views(self) -> tuple[JobView, ...]:
        """Return the finished jobs, oldest first, then the running and queued ones in the order they will run."""
        return (*self._finished, *(self._view(ticket) for ticket in self._unfinished))

    def move_up(self, job_id: int) -> bool:
        """Let a queued job run before the one queued ahead of it in its lane; False where there is none."""
        ticket = self._ticket(job_id)
        if ticket is None or ticket.state is not JobState.QUEUED:
            return False
        ahead = [t for t in self._queued(ticket.job.lane) if t.job_id != job_id]
        before = [t for t in ahead if self._unfinished.index(t) < self._unfinished.index(ticket)]
        if not before:
            return False
        self._unfinished.remove(ticket)
        self._unfinished.insert(self._unfinished.index(before[-1]), ticket)
        self.order_changed.emit()
        return True

    def clear_finished(self) -> None:
        """Forget the jobs that are over."""
        self._finished.clear()
        self.order_changed.emit()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is queued or running."""
        return not self._unfinished

    def predict(self, kind: str, size: float = 1.0) -> float | None:
        """Return how many seconds such a job will probably take here, or None where nothing is known yet."""
        return self._estimates.predict(kind, size)

    def shutdown(self, timeout_seconds: float) -> bool:
        """Cancel everything, end the lanes and say whether all work stopped in time; later jobs are refused.

        Where it says False, some work neither reports nor returns: leave with `os._exit` after saving.
        """
        self._is_shut = True
        self._cancel_lanes(LaneName)
        self._poll.stop()
        deadline = time.monotonic() + timeout_seconds
        stopped = [lane.stop(deadline) for lane in self._lanes.values()]
        for ticket in [t for t in self._unfinished if t.outcome is not None]:
            self._settle(ticket)
        return all(stopped)

    def _cancel_lanes(self, lanes: Iterable[LaneName]) -> None:
        chosen = set(lanes)
        for ticket in sorted(self._unfinished, key=lambda ticket: ticket.state is JobState.RUNNING):
            if ticket.job.lane in chosen:
                self.cancel(ticket.job_id)

    @Slot(int)
    def _on_lane_finished(self, job_id: int) -> None:
        ticket = self._ticket(job_id)
        if ticket is None:
            return
        self._hand_over_partials(ticket)
        self._settle(ticket)

    @Slot()
    def _on_poll(self) -> None:
        clock_is_due = time.monotonic() - self._shown_at >= CLOCK_SECONDS
        for ticket in [t for t in self._unfinished if t.state is JobState.RUNNING]:
            self._hand_over_partials(ticket)
            looks_different = clock_is_due or self._shown.get(ticket.job_id) != ticket.mailbox.latest
            # A callback may have opened a dialog, whose event loop finished the job meanwhile.
            if looks_different and ticket in self._unfinished:
                self._show(ticket)
        if clock_is_due:
            self._shown_at = time.monotonic()

    def _start_next(self, lane: LaneName) -> None:
        queued = self._queued(lane)
        if self._is_shut or not queued or self._runs_in(lane):
            return
        ticket = queued[0]
        ticket.begin()
        self._show(ticket)
        self._lanes[lane].run(ticket)
        if not self._poll.isActive():
            self._poll.start()

    def _settle(self, ticket: Ticket) -> None:
        outcome = ticket.settle()
        self._unfinished.remove(ticket)
        self._shown.pop(ticket.job_id, None)
        view = ticket.view(None)
        self._finished = [*self._finished[-REMEMBERED_FINISHED + 1 :], view]
        if not any(t.state is JobState.RUNNING for t in self._unfinished):
            self._poll.stop()
        self.changed.emit(view)
        # First, because the callback may stay in a dialog for long.
        self._start_next(ticket.job.lane)
        self._call(ticket.on_outcome, outcome)

    def _hand_over_partials(self, ticket: Ticket) -> None:
        for partial in ticket.mailbox.take_partials():
            self.partial.emit(ticket.job_id, partial)
            self._call(ticket.on_partial, partial)

    def _call(self, callback: Callable[[Any], None] | None, value: object) -> None:
        if callback is None:
            return
        try:
            callback(value)
        except Exception:
            logger.exception("A job's callback has a bug.")

    def _show(self, ticket: Ticket) -> None:
        self._shown[ticket.job_id] = ticket.mailbox.latest
        self.changed.emit(self._view(ticket))

    def _view(self, ticket: Ticket) -> JobView:
        predicted = self._estimates.predict(ticket.job.kind, ticket.job.size)
        if ticket.state is JobState.QUEUED:
            return ticket.view(predicted)
        fraction, _ = ticket.mailbox.latest
        eta_seconds = remaining_seconds(ticket.elapsed_seconds, fraction, predicted)
        return ticket.view(None if ticket.mailbox.is_cancelled else eta_seconds)

    def _ticket(self, job_id: int) -> Ticket | None:
        return next((ticket for ticket in self._unfinished if ticket.job_id == job_id), None)

    def _queued(self, lane: LaneName) -> list[Ticket]:
        return [t for t in self._unfinished if t.job.lane is lane and t.state is JobState.QUEUED]

    def _runs_in(self, lane: LaneName) -> list[Ticket]:
        return [t for t in self._unfinished if t.job.lane is lane and t.state is JobState.RUNNING]

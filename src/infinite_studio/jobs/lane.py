"""One thread that does one job at a time, from start until exit."""

import time
import weakref

from PySide6.QtCore import QObject, QThread, Signal, Slot

from infinite_studio.jobs.estimates import DurationEstimates
from infinite_studio.jobs.outcome import Succeeded
from infinite_studio.jobs.ticket import Ticket

EXIT_PATIENCE_MILLISECONDS = 5_000


class _Worker(QObject):
    """Lives in the lane's thread. Holds the thread, so that a thread whose work will not end is never collected."""

    finished = Signal(int)

    def __init__(self, thread: QThread, estimates: DurationEstimates) -> None:
        super().__init__()
        self._thread = thread
        self._estimates = estimates
        self.ticket: Ticket | None = None

    @Slot(object)
    def run(self, ticket: Ticket) -> None:
        """Do one ticket's work."""
        self.ticket = ticket
        ticket.run()
        self.ticket = None
        self.finished.emit(ticket.job_id)
        if isinstance(ticket.outcome, Succeeded):
            self._estimates.learn(ticket.job.kind, ticket.job.size, ticket.run_seconds)


class Lane(QObject):
    """A `QThread` with its worker; lives in the GUI thread."""

    finished = Signal(int)
    _requested = Signal(object)

    def __init__(self, name: str, estimates: DurationEstimates, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName(f"{name} lane")
        self._worker = _Worker(self._thread, estimates)
        self._worker.moveToThread(self._thread)
        self._requested.connect(self._worker.run)
        # A signal connected to a lambda or a plain object's method would run it in the worker's thread.
        self._worker.finished.connect(self._on_finished)
        self._thread.start()
        # A running QThread that is collected aborts the process.
        self._stop_at_exit = weakref.finalize(self, _stop, self._thread, self._worker)

    def run(self, ticket: Ticket) -> None:
        """Hand a ticket to the thread."""
        self._requested.emit(ticket)

    def stop(self, deadline: float) -> bool:
        """End the thread once its work has returned; say whether it did before this `time.monotonic` moment."""
        self._thread.quit()
        patience = max(int((deadline - time.monotonic()) * 1000), 0)
        has_stopped = self._thread.wait(patience)
        if has_stopped:
            self._stop_at_exit.detach()
        return has_stopped

    @Slot(int)
    def _on_finished(self, job_id: int) -> None:
        self.finished.emit(job_id)


def _stop(thread: QThread, worker: _Worker) -> None:
    ticket = worker.ticket
    if ticket is not None:
        ticket.mailbox.cancel()
    thread.quit()
    thread.wait(EXIT_PATIENCE_MILLISECONDS)

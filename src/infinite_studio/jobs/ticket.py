"""A queued job with everything the runner knows about it."""

import time
from collections.abc import Callable
from typing import Any

from infinite_studio.jobs.job import Job, JobState, JobView
from infinite_studio.jobs.mailbox import Mailbox
from infinite_studio.jobs.outcome import Cancelled, Failed, Outcome, Succeeded, outcome_of

OnOutcome = Callable[[Outcome[Any]], None]
OnPartial = Callable[[object], None]

CANCELLING = "Cancelling"


class Ticket:
    """Belongs to the GUI thread, except for `run`, which the lane's thread calls once."""

    def __init__(
        self, job_id: int, job: Job[Any], on_outcome: OnOutcome | None, on_partial: OnPartial | None
    ) -> None:
        self.job_id = job_id
        self.job = job
        self.mailbox = Mailbox()
        self.on_outcome = on_outcome
        self.on_partial = on_partial
        self.state = JobState.QUEUED
        self.outcome: Outcome[Any] | None = None
        self.started_at = 0.0
        self.run_seconds = 0.0

    def run(self) -> None:
        """Do the work, in the calling thread."""
        if self.mailbox.is_cancelled:
            self.outcome = Cancelled()
            return
        started_at = time.monotonic()
        self.outcome = outcome_of(self.job.title, self.job.work, self.mailbox)
        self.run_seconds = time.monotonic() - started_at

    def begin(self) -> None:
        """Mark the work as running from now on."""
        self.state = JobState.RUNNING
        self.started_at = time.monotonic()

    def settle(self) -> Outcome[Any]:
        """Mark the job as finished; a job that never ran counts as cancelled."""
        outcome = self.outcome if self.outcome is not None else Cancelled()
        match outcome:
            case Succeeded():
                self.state = JobState.SUCCEEDED
            case Failed():
                self.state = JobState.FAILED
            case Cancelled():
                self.state = JobState.CANCELLED
        return outcome

    @property
    def elapsed_seconds(self) -> float:
        """How long the work has been running, or ran."""
        if self.state is JobState.RUNNING:
            return time.monotonic() - self.started_at
        return self.run_seconds

    def view(self, eta_seconds: float | None) -> JobView:
        """Return what a view may know now."""
        fraction, stage = self.mailbox.latest
        if self.state is JobState.RUNNING and self.mailbox.is_cancelled:
            stage = CANCELLING
        failed = self.outcome if isinstance(self.outcome, Failed) else None
        return JobView(
            job_id=self.job_id,
            title=self.job.title,
            kind=self.job.kind,
            lane=self.job.lane,
            state=self.state,
            fraction=1.0 if self.state is JobState.SUCCEEDED else fraction,
            stage=stage,
            elapsed_seconds=self.elapsed_seconds,
            eta_seconds=eta_seconds,
            sentence=failed.sentence if failed else "",
            hint=failed.hint if failed else "",
            remedy=failed.remedy if failed else "",
        )

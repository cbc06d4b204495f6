"""Jobs that survive the end of the studio: what waited goes on, what was cut off is offered again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from infinite_studio.errors import StudioError
from infinite_studio.history.values import JobRecord, JobState
from infinite_studio.jobs.job import Job, JobView, LaneName
from infinite_studio.progress import Progress
from infinite_studio.services.session_parts.core import SessionCore
from infinite_studio.services.values import Changes

if TYPE_CHECKING:
    from infinite_studio.history.library import Library

T = TypeVar("T")

PROJECT = "repository_id"


class ForgottenJobError(StudioError):
    """A remembered job that this version does not know how to ask for again."""

    def __init__(self, title: str) -> None:
        super().__init__(f"“{title}” cannot be asked for again.", hint="Start it anew from its panel.")
        self.title = title


class Remembering(SessionCore):
    """The ledger of what was asked for; kept on a lane of its own, so that it never waits behind long work."""

    _interrupted: tuple[JobRecord, ...] = ()
    _is_closing = False

    @property
    def interrupted_jobs(self) -> tuple[JobRecord, ...]:
        """The jobs that ran when the studio ended, oldest first; each may be run again or forgotten."""
        return self._interrupted

    def run_again(self, record_id: str) -> int | None:
        """Ask again for a job that was cut off."""
        record = next((each for each in self._interrupted if each.job_id == record_id), None)
        if record is None:
            return None
        self.forget_interrupted(record_id)
        return self._guard(partial(self._ask_again, record))

    def forget_interrupted(self, record_id: str) -> None:
        """Do not offer a job that was cut off any more."""
        self._interrupted = tuple(each for each in self._interrupted if each.job_id != record_id)
        self._finish_record(record_id, JobState.CANCELLED)
        self.changed.emit(Changes(jobs=True), None)

    def _run(
        self,
        job: Job[T],
        on_success: Callable[[T], None],
        *,
        on_partial: Callable[[object], None] | None = None,
        on_failure: Callable[[], None] | None = None,
        tells: bool = True,
    ) -> int:
        job_id = super()._run(job, on_success, on_partial=on_partial, on_failure=on_failure, tells=tells)
        if job.memo is not None and not self.is_read_only:
            self._records[job_id] = record_id = uuid4().hex
            values = {PROJECT: self._desk.repository.repository_id, **job.memo.values}
            title, kind = job.title, job.memo.kind
            state = next(
                (view.state for view in self._jobs.views() if view.job_id == job_id), JobState.QUEUED
            )
            self._write(
                lambda library: library.record_job(title, kind, values, state=state, job_id=record_id)
            )
        return job_id

    def _follow_jobs(self, unfinished: Iterable[JobRecord]) -> None:
        """Take up what the last session left: waiting jobs of the open project at once, the others are offered."""
        self._jobs.changed.connect(self._on_job_seen)
        if self.is_read_only:
            return
        waiting: list[JobRecord] = []
        offered: list[JobRecord] = []
        for record in sorted(unfinished, key=lambda each: each.created):
            is_here = record.request.get(PROJECT) == self._desk.repository.repository_id
            (waiting if record.state is JobState.QUEUED and is_here else offered).append(record)
        self._interrupted = tuple(offered)
        for record in waiting:
            self._finish_record(record.job_id, JobState.CANCELLED)
            self._guard(partial(self._ask_again, record))
        self.changed.emit(Changes(jobs=True), None)

    def _ask_again(self, record: JobRecord) -> int | None:
        """Queue what a record asked for; each group of use cases knows its own kinds."""
        raise ForgottenJobError(record.title)

    def _on_job_seen(self, view: JobView) -> None:
        record_id = self._records.get(view.job_id)
        if record_id is None or self._is_closing:
            return
        if view.state is JobState.RUNNING and view.job_id not in self._begun:
            self._begun.add(view.job_id)
            self._write(lambda library: library.start_job(record_id))
        elif view.state.is_finished:
            del self._records[view.job_id]
            self._begun.discard(view.job_id)
            self._finish_record(record_id, view.state, view.sentence)

    def _finish_record(self, record_id: str, state: JobState, message: str = "") -> None:
        self._write(lambda library: library.finish_job(record_id, state, message))

    def _write(self, action: Callable[[Library], object]) -> None:
        """Write to the ledger soon; a ledger that cannot be written must not disturb the work itself."""
        library = self.studio.library

        def work(_: Progress) -> None:
            action(library)

        self._run_quietly(Job("Remembering a job", "_ledger", LaneName.LEDGER, work))

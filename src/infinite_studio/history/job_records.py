"""Jobs as they are remembered, so that what a crash cut off can be named and asked for again."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.columns import DamagedRowError
from infinite_studio.history.models import JobRow
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.values import JobRecord, JobState

_UNFINISHED = tuple(state.value for state in JobState if not state.is_finished)


class UnknownJobError(StudioError):
    """A job that was never recorded."""

    def __init__(self, job_id: str) -> None:
        super().__init__("That job is not in the library.", hint="Start it again.")
        self.job_id = job_id


class JobRecords(LibraryPart):
    """Remembering jobs."""

    def record_job(
        self,
        title: str,
        kind: str,
        request: Mapping[str, Any],
        *,
        state: JobState = JobState.QUEUED,
        job_id: str | None = None,
    ) -> JobRecord:
        """Remember a job before it begins.

        Parameters
        ----------
        title : str
            What the person reads.
        kind : str
            Name of the use case.
        request : Mapping
            What was asked for, JSON values only.
        state : JobState
            Queued, or running where it begins at once.
        job_id : str or None
            Its identity, unique; None for a new one.
        """
        with self._database.writing() as session:
            row = JobRow(
                job_id=job_id or uuid4().hex,
                title=title,
                kind=kind,
                state=state.value,
                request=dict(request),
                created=now(),
                finished=None,
                message="",
            )
            session.add(row)
            return _value(row)

    def start_job(self, job_id: str) -> JobRecord:
        """Remember that a queued job began.

        Raises
        ------
        UnknownJobError
            If it was never recorded.
        """
        with self._database.writing() as session:
            row = _require(session, job_id)
            row.state = JobState.RUNNING.value
            return _value(row)

    def finish_job(self, job_id: str, state: JobState, message: str = "") -> JobRecord:
        """Remember how a job ended.

        Parameters
        ----------
        job_id : str
            The job.
        state : JobState
            Succeeded, failed or cancelled.
        message : str
            A sentence for the person; may be empty.

        Raises
        ------
        UnknownJobError
            If it was never recorded.
        """
        with self._database.writing() as session:
            row = _require(session, job_id)
            row.state, row.message, row.finished = state.value, message, now()
            return _value(row)

    def jobs(self, *, unfinished_only: bool = False, limit: int = 200) -> tuple[JobRecord, ...]:
        """Return jobs, newest first; right after opening, the unfinished ones are those that were cut off."""
        newest = select(JobRow).order_by(literal_column("jobs.rowid").desc()).limit(limit)
        chosen = newest.where(JobRow.state.in_(_UNFINISHED)) if unfinished_only else newest
        with self._database.reading() as session:
            return tuple(_value(row) for row in session.scalars(chosen))


def _require(session: Session, job_id: str) -> JobRow:
    row = session.get(JobRow, job_id)
    if row is None:
        raise UnknownJobError(job_id)
    return row


def _value(row: JobRow) -> JobRecord:
    try:
        state = JobState(row.state)
    except ValueError as error:
        raise DamagedRowError from error
    return JobRecord(
        job_id=row.job_id,
        title=row.title,
        kind=row.kind,
        state=state,
        request=MappingProxyType(row.request),
        created=row.created,
        finished=row.finished,
        message=row.message,
    )

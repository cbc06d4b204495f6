"""Collecting garbage: removing what nothing leads to any more."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, delete, or_, select, text
from sqlalchemy.orm import Session

from infinite_studio.history.columns import Base, DamagedRowError
from infinite_studio.history.database import Database
from infinite_studio.history.deriving import derive_missing
from infinite_studio.history.models import (
    CommitRow,
    EdgeRow,
    HoldingRow,
    MoveRow,
    ObjectRow,
    ParentRow,
    RootRow,
    StemRow,
    WordsRow,
)
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.reachability import Marks, mark
from infinite_studio.history.reports import GarbageReport
from infinite_studio.history.store import ObjectStore
from infinite_studio.progress import Part, Progress, Silence

GRACE = timedelta(days=14)
_ROWS_AT_ONCE = 500
_FILES_AT_ONCE = 200
_LIVING_CHILD = text(
    """
SELECT 1 FROM commit_parents JOIN commits USING (commit_id)
WHERE commit_parents.parent_id IN (
    SELECT commit_id FROM commits WHERE sequence IN (SELECT value FROM json_each(:dead))
) AND NOT commits.sequence IN (SELECT value FROM json_each(:dead))
"""
)
_BY_SEQUENCE = (EdgeRow, RootRow, WordsRow, HoldingRow, CommitRow)


class Garbage(LibraryPart):
    """Collecting garbage."""

    def collect_garbage(
        self,
        *,
        grace: timedelta = GRACE,
        dry_run: bool = False,
        keep: frozenset[str] = frozenset(),
        progress: Progress | None = None,
    ) -> GarbageReport:
        """Remove the commits and objects that nothing leads to any more.

        Needed is whatever a branch, a tag, a fork's origin, unsaved work, a sound of the library or a move in the
        reflog within the grace leads to. What was stored or asked for again within the grace stays as well.

        Parameters
        ----------
        grace : timedelta
            How long everything is kept in any case, ≥ 0.
        dry_run : bool
            Whether only to say what would be removed.
        keep : frozenset of str
            Ids of further objects to keep: those of running jobs and of steps that can be undone.
        progress : Progress, optional
            Cancelling leaves the rest for the next time.

        Returns
        -------
        GarbageReport
            What was removed, or would be.

        Raises
        ------
        DamagedRowError, DamagedSnapshotError
            If a row that says what is needed is damaged; nothing was removed.
        LibraryReadOnlyError
            If the library was opened to look at, and this is no dry run.
        """
        listener = progress or Silence()
        listener.report(0.0, "Looking for what is not needed")
        since = now() - grace
        if dry_run:
            with self._database.reading() as session:
                report, _ = _found(session, mark(session, since=since, keep=keep), since)
            return report
        with self._database.writing() as session:
            derive_missing(session, self._store)
            marks = mark(session, since=since, keep=keep)
            report, numbers = _found(session, marks, since)
            listener.report(0.3, "Removing what is not needed")
            _remove_commits(session, marks.commits)
            _remove_rows(session, numbers)
        self._remembered.forget_counts()
        remove_unwanted(self._database, self._store, report.object_ids, Part(listener, 0.3, 0.8))
        self._sweep_unnamed(since, Part(listener, 0.8, 1.0))
        return report

    def _sweep_unnamed(self, since: datetime, progress: Progress) -> None:
        """Remove files that no row names, left by a kill between file and row, once they are old."""
        with self._database.reading() as session:
            named = set(session.scalars(select(ObjectRow.object_id)))
        old = [
            path.name for path in self._store.present() if path.name not in named and _written(path) < since
        ]
        remove_unwanted(self._database, self._store, old, progress)


def remove_unwanted(
    database: Database, store: ObjectStore, object_ids: Sequence[str], progress: Progress
) -> None:
    """Remove files that no row asks to be there, under the writers' lock: none is asked for meanwhile."""
    for start in range(0, len(object_ids), _FILES_AT_ONCE):
        progress.report(start / len(object_ids))
        some = object_ids[start : start + _FILES_AT_ONCE]
        wanted = select(ObjectRow.object_id).where(ObjectRow.object_id.in_(some), ~ObjectRow.is_absent)
        with database.writing() as session:
            for object_id in sorted({*some} - {*session.scalars(wanted)}):
                store.remove(object_id)


def _found(session: Session, marks: Marks, since: datetime) -> tuple[GarbageReport, list[int]]:
    """Return what would be removed, and the numbers of its objects."""
    ids, numbers, n_bytes, n_young = [], [], 0, 0
    for start in range(0, len(marks.object_numbers), _ROWS_AT_ONCE):
        some = marks.object_numbers[start : start + _ROWS_AT_ONCE]
        for row in session.scalars(select(ObjectRow).where(ObjectRow.number.in_(some))):
            if row.created >= since:
                n_young += 1
                continue
            ids.append(row.object_id)
            numbers.append(row.number)
            n_bytes += 0 if row.is_absent else row.size_bytes
    return GarbageReport(tuple(ids), n_bytes, n_young, tuple(marks.commits.values())), numbers


def _remove_commits(session: Session, commits: Mapping[int, str]) -> None:
    values = {"dead": json.dumps(sorted(commits))}
    if session.execute(_LIVING_CHILD, values).first() is not None:
        raise DamagedRowError
    for start in range(0, len(commits), _ROWS_AT_ONCE):
        some = dict(sorted(commits.items(), reverse=True)[start : start + _ROWS_AT_ONCE])
        ids = list(some.values())
        _remove(session, MoveRow, or_(MoveRow.from_id.in_(ids), MoveRow.to_id.in_(ids)))
        _remove(session, ParentRow, ParentRow.commit_id.in_(ids))
        _remove(session, StemRow, StemRow.commit_id.in_(ids))
        for model in _BY_SEQUENCE:
            _remove(session, model, model.sequence.in_(some))


def _remove_rows(session: Session, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        _remove(session, ObjectRow, ObjectRow.number.in_(numbers[start : start + _ROWS_AT_ONCE]))


def _remove(session: Session, model: type[Base], which: ColumnElement[bool]) -> None:
    session.execute(delete(model).where(which), execution_options={"synchronize_session": False})


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)

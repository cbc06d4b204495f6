"""A budget for the disk: dropping renders that are known to come out the same when they are made again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infinite_studio.history.columns import DamagedRowError
from infinite_studio.history.garbage import remove_unwanted
from infinite_studio.history.holdings import unpacked
from infinite_studio.history.models import (
    BranchRow,
    CommitRow,
    HoldingRow,
    ObjectRow,
    RepositoryRow,
    SoundRow,
    StemRow,
)
from infinite_studio.history.part import LibraryPart
from infinite_studio.history.reachability import working_snapshots
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.reports import GarbageReport
from infinite_studio.history.values import StemRecord
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress, Silence


@dataclass(frozen=True)
class _Candidate:
    object_id: str
    size_bytes: int
    records: list[StemRecord]


class DiskBudget(LibraryPart):
    """Dropping what can be made again."""

    def drop_reproducible(
        self,
        budget_bytes: int,
        verified: Callable[[StemRecord], bool],
        *,
        dry_run: bool = False,
        keep: frozenset[str] = frozenset(),
        progress: Progress | None = None,
    ) -> GarbageReport:
        """Drop rendered stems, the largest and then the oldest first, until the objects fit a budget.

        What the tip of a project's current branch, unsaved work, a sound of the library or another recipe needs
        stays in any case. A dropped object stays named: its commits keep their ids, and rendering it again or
        repairing the library brings it back.

        Parameters
        ----------
        budget_bytes : int
            What all objects together may take, ≥ 0.
        verified : callable
            Asked for each stem before it is dropped: whether its recipe was seen to give exactly the same bytes.
        dry_run : bool
            Whether only to say what would be dropped.
        keep : frozenset of str
            Ids of further objects to keep.
        progress : Progress, optional
            Cancelling before the end drops nothing.

        Returns
        -------
        GarbageReport
            What was dropped, or would be.

        Raises
        ------
        DamagedRowError, DamagedSnapshotError
            If a row that says what is needed is damaged; nothing was dropped.
        LibraryReadOnlyError
            If the library was opened to look at, and this is no dry run.
        """
        listener = progress or Silence()
        if not dry_run:
            self._database.require_writable()
        with self._database.reading() as session:
            excess = _present_bytes(session) - budget_bytes
            candidates = _candidates(session, _protected(session) | keep) if excess > 0 else []
        part = Part(listener, 0.0, 0.8)
        freed = {each.object_id: each.size_bytes for each in _chosen(candidates, excess, verified, part)}
        if not dry_run and freed:
            with self._database.writing() as session:
                for object_id in _protected(session):
                    freed.pop(object_id, None)
                for object_id in tuple(freed):
                    row = session.get(ObjectRow, object_id)
                    if row is None:
                        del freed[object_id]
                    else:
                        row.is_absent = True
            remove_unwanted(self._database, self._store, tuple(freed), Part(listener, 0.8, 1.0))
        listener.report(1.0)
        return GarbageReport(tuple(freed), sum(freed.values()), 0)


def _chosen(
    candidates: Iterable[_Candidate],
    excess: int,
    verified: Callable[[StemRecord], bool],
    progress: Progress,
) -> Iterator[_Candidate]:
    freed = 0
    for each in candidates:
        progress.report(min(freed / max(excess, 1), 1.0), "Looking for what can be made again")
        if freed >= excess:
            return
        if any(verified(record) for record in each.records):
            freed += each.size_bytes
            yield each


def _present_bytes(session: Session) -> int:
    return session.scalar(select(func.sum(ObjectRow.size_bytes)).where(~ObjectRow.is_absent)) or 0


def _candidates(session: Session, protected: set[str]) -> list[_Candidate]:
    rows = session.execute(
        select(ObjectRow.object_id, ObjectRow.size_bytes, StemRow.stem_type, StemRow.name, StemRow.recipe)
        .join(StemRow, StemRow.object_id == ObjectRow.object_id)
        .where(~ObjectRow.is_absent, StemRow.recipe.is_not(None))
        .order_by(ObjectRow.size_bytes.desc(), ObjectRow.number)
    )
    found: dict[str, _Candidate] = {}
    for object_id, size_bytes, stem_type, name, recipe in rows:
        if object_id not in protected:
            each = found.setdefault(object_id, _Candidate(object_id, size_bytes, []))
            record = StemRecord(_stem_type(stem_type), name, object_id, _recipe(recipe))
            if record not in each.records:
                each.records.append(record)
    return list(found.values())


def _recipe(values: Mapping[str, Any] | None) -> Recipe:
    recipe = None if values is None else readable_recipe(values)
    if recipe is None:
        raise DamagedRowError
    return recipe


def readable_recipe(values: Mapping[str, Any]) -> Recipe | None:
    """Return a recipe from its row; None where the row is damaged."""
    try:
        return Recipe.from_json(values)
    except (KeyError, TypeError, ValueError):
        return None


def _stem_type(value: str) -> StemType:
    try:
        return StemType(value)
    except ValueError as error:
        raise DamagedRowError from error


def _protected(session: Session) -> set[str]:
    """Return what must stay at hand."""
    protected = set(session.scalars(select(SoundRow.object_id)))
    for snapshot in working_snapshots(session):
        protected |= snapshot.object_ids
    tips = (
        select(CommitRow.sequence)
        .join(BranchRow, BranchRow.commit_id == CommitRow.commit_id)
        .join(RepositoryRow, RepositoryRow.repository_id == BranchRow.repository_id)
        .where(RepositoryRow.current_branch == BranchRow.name)
    )
    stems = select(StemRow.object_id).join(CommitRow, CommitRow.commit_id == StemRow.commit_id)
    protected |= set(session.scalars(stems.where(CommitRow.sequence.in_(tips))))
    for data in session.scalars(select(HoldingRow.numbers).where(HoldingRow.sequence.in_(tips))):
        numbers = list(unpacked(data))
        protected |= set(session.scalars(select(ObjectRow.object_id).where(ObjectRow.number.in_(numbers))))
    for recipe in session.scalars(select(StemRow.recipe).where(StemRow.recipe.is_not(None)).distinct()):
        protected.update(_recipe(recipe).input_object_ids)
    return protected

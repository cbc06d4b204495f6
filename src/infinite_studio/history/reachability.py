"""What a library still needs: every object and commit that can be reached from what a person can name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from infinite_studio.history.columns import DamagedRowError, iso_utc, row_hash
from infinite_studio.history.holdings import unpacked
from infinite_studio.history.models import CommitRow, ObjectRow, RepositoryRow
from infinite_studio.history.queries import ids_of_sequences
from infinite_studio.history.repositories import working_hash
from infinite_studio.history.snapshot import Snapshot

_ROOTS = text(
    """
SELECT sequence FROM commits WHERE commit_id IN (
    SELECT commit_id FROM branches UNION SELECT commit_id FROM tags
    UNION SELECT forked_from FROM repositories UNION SELECT working_base FROM repositories
    UNION SELECT from_id FROM ref_moves WHERE time >= :since
    UNION SELECT to_id FROM ref_moves WHERE time >= :since
)
"""
)
_EDGES = text("SELECT sequence, parent_sequence FROM commit_edges ORDER BY sequence DESC")
_HOLDINGS = text("SELECT sequence, numbers, content_hash FROM commit_objects")
_ALL_NUMBERS = text("SELECT number FROM objects")
_FEW = 20_000
_IDS_PER_QUERY = 500
_OBJECTS_OF_ROWS = text(
    """
SELECT snapshot.number, mixdown.number FROM commits
JOIN objects AS snapshot ON snapshot.object_id = commits.snapshot_object_id
LEFT JOIN objects AS mixdown ON mixdown.object_id = commits.mixdown_object_id WHERE commits.sequence = :sequence
UNION ALL SELECT objects.number, NULL FROM commits JOIN stems USING (commit_id) JOIN objects USING (object_id)
WHERE commits.sequence = :sequence
"""
)
_NUMBERS_OF_SOUNDS = text("SELECT number FROM sounds JOIN objects USING (object_id)")
_SNAPSHOT_NUMBER = text(
    """
SELECT objects.number FROM commits JOIN objects ON objects.object_id = commits.snapshot_object_id
WHERE commits.sequence = :sequence
"""
)


@dataclass(frozen=True)
class Marks:
    """What is dead: nothing that a person can name leads to it.

    Parameters
    ----------
    commits : dict of int to str
        Place and id of every dead commit.
    object_numbers : tuple of int
        Numbers of the dead objects, smallest first.
    """

    commits: dict[int, str]
    object_numbers: tuple[int, ...]


def mark(session: Session, *, since: datetime, keep: Iterable[str] = ()) -> Marks:
    """Tell what is dead.

    Parameters
    ----------
    session : Session
        The transaction.
    since : datetime
        Moves in the reflog from then on keep the commits they name.
    keep : iterable of str
        Ids of objects that are needed though nothing stored names them.

    Raises
    ------
    DamagedRowError, DamagedSnapshotError
        If a row that says what is needed is damaged, so that nothing may be called dead.
    """
    sequences = set(session.scalars(select(CommitRow.sequence)).all())
    alive = _alive_commits(session, set(session.scalars(_ROOTS, {"since": iso_utc(since)}).all()))
    alive &= sequences
    needed = _needed_numbers(session, alive)
    needed.update(session.scalars(_NUMBERS_OF_SOUNDS).all())
    needed |= _numbers_of(session, keep)
    for working in working_snapshots(session):
        needed |= _numbers_of(session, working.object_ids)
    return Marks(
        ids_of_sequences(session, sorted(sequences - alive)), tuple(sorted(_not_needed(session, needed)))
    )


def _alive_commits(session: Session, roots: set[int]) -> set[int]:
    alive = set(roots)
    for sequence, parent in session.execute(_EDGES).all():
        if sequence in alive:
            alive.add(parent)
    return alive


def _needed_numbers(session: Session, alive: set[int]) -> set[int]:
    """Return the numbers of all objects that living commits need."""
    unknown = set(alive)
    parts: list[bytes] = []
    for sequence, data, expected in session.execute(_HOLDINGS).all():
        if sequence in unknown:
            if row_hash((sequence, data)) != expected:
                raise DamagedRowError
            unknown.remove(sequence)
            parts.append(data)
    needed = set(unpacked(b"".join(parts)))
    for sequence in unknown:
        needed |= _needed_by_unknown(session, sequence)
    return needed


def _needed_by_unknown(session: Session, sequence: int) -> set[int]:
    """Return all that was there when a commit was made whose snapshot cannot be read, and what its rows name."""
    latest = session.scalars(_SNAPSHOT_NUMBER, {"sequence": sequence}).one()
    earlier = session.scalars(select(ObjectRow.number).where(ObjectRow.number <= latest)).all()
    named = session.execute(_OBJECTS_OF_ROWS, {"sequence": sequence}).all()
    return {*earlier, *(number for row in named for number in row if number is not None)}


def _numbers_of(session: Session, object_ids: Iterable[str]) -> set[int]:
    wanted = sorted(object_ids)
    found: set[int] = set()
    for start in range(0, len(wanted), _IDS_PER_QUERY):
        some = wanted[start : start + _IDS_PER_QUERY]
        found.update(session.scalars(select(ObjectRow.number).where(ObjectRow.object_id.in_(some))))
    return found


def _not_needed(session: Session, needed: set[int]) -> set[int]:
    """Return the numbers of the other objects: where few numbers are left over, without reading all."""
    highest = session.scalar(select(func.max(ObjectRow.number))) or 0
    left = set(range(1, highest + 1)) - needed
    if len(left) > _FEW:
        return left.intersection(session.scalars(_ALL_NUMBERS).all())
    wanted = sorted(left)
    there: set[int] = set()
    for start in range(0, len(wanted), _IDS_PER_QUERY):
        some = ObjectRow.number.in_(wanted[start : start + _IDS_PER_QUERY])
        there.update(session.scalars(select(ObjectRow.number).where(some)))
    return there


def working_snapshots(session: Session) -> Iterable[Snapshot]:
    """Yield the unsaved work of every project that has some."""
    rows = select(RepositoryRow.working_snapshot, RepositoryRow.working_base, RepositoryRow.working_hash)
    for data, base, expected in session.execute(rows.where(RepositoryRow.working_snapshot.is_not(None))):
        if data is None or working_hash(data, base) != expected:
            raise DamagedRowError
        yield Snapshot.from_bytes(data)

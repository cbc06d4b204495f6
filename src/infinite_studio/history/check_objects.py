"""Checking the objects: every file is read and hashed again."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from infinite_studio.history.check_state import CheckState
from infinite_studio.history.database import Database
from infinite_studio.history.holdings import unpacked
from infinite_studio.history.models import CommitRow, HoldingRow, ObjectRow
from infinite_studio.history.reports import DamageKind
from infinite_studio.history.store import ObjectStore, digest
from infinite_studio.progress import Part, Progress

_OBJECTS = "SELECT object_id, number, size_bytes FROM objects WHERE NOT is_absent ORDER BY number"


def check_objects(database: Database, store: ObjectStore, state: CheckState, progress: Progress) -> None:
    """Read every object that should be there; say which commits need those that are damaged."""
    rows: list[tuple[str, int, int]] = []
    with state.noticing(database, "objects"), database.raw() as connection:
        for object_id, number, size_bytes in connection.execute(_OBJECTS):
            rows.append((_plain(object_id), number, size_bytes if isinstance(size_bytes, int) else 0))
    total = sum(size for _, _, size in rows) + len(rows)
    done = 0
    bad: dict[int, tuple[str, DamageKind]] = {}
    for object_id, number, size_bytes in rows:
        part = Part(progress, done / total, min((done + size_bytes + 1) / total, 1.0))
        kind = _damage_of(store, object_id, size_bytes, part)
        if kind is not None and _is_wanted(database, object_id):
            bad[number] = (object_id, kind)
        done += size_bytes + 1
        state.n_objects += 1
    _report(database, state, bad)


def _damage_of(store: ObjectStore, object_id: str, size_bytes: int, progress: Progress) -> DamageKind | None:
    progress.report(0.0, "Checking the sounds")
    if not store.has(object_id):
        return DamageKind.MISSING_OBJECT
    return None if _is_sound(store.place(object_id), object_id, size_bytes, progress) else DamageKind.OBJECT


def _is_sound(path: Path, object_id: str, size_bytes: int, progress: Progress) -> bool:
    try:
        with path.open("rb") as stream:
            return digest(stream, progress, "Checking the sounds", size_bytes)[0] == object_id
    except OSError:
        return False


def _is_wanted(database: Database, object_id: str) -> bool:
    """Whether the object is still asked to be there: it may have been collected meanwhile."""
    with database.reading() as session:
        wanted = select(ObjectRow.number).where(ObjectRow.object_id == object_id, ~ObjectRow.is_absent)
        return session.scalar(wanted) is not None


def _report(database: Database, state: CheckState, bad: dict[int, tuple[str, DamageKind]]) -> None:
    affected = _affected(database, state, bad.keys()) if bad else {}
    for number, (object_id, kind) in bad.items():
        how = "is missing" if kind is DamageKind.MISSING_OBJECT else "has been damaged on the disk"
        sentence = f"A stored sound or version ({object_id[:8]}) {how}."
        state.add(kind, object_id, sentence, affected.get(number, ()))


def _affected(database: Database, state: CheckState, numbers: Iterable[int]) -> dict[int, list[str]]:
    """Return the commits that need each of these objects."""
    wanted = frozenset(numbers)
    found: dict[int, list[str]] = {}
    rows = select(CommitRow.commit_id, HoldingRow.numbers).join(
        HoldingRow, HoldingRow.sequence == CommitRow.sequence
    )
    with state.noticing(database, "objects of commits"), database.reading() as session:
        for commit_id, data in session.execute(rows.order_by(CommitRow.sequence)):
            for number in wanted.intersection(unpacked(data)):
                found.setdefault(number, []).append(commit_id)
    return found


def _plain(object_id: object) -> str:
    return object_id.decode(errors="replace") if isinstance(object_id, bytes) else str(object_id)

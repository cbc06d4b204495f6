"""Repairing rows: from other copies where they hash right, from the reflog, and by deriving them anew."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.check_commits import expected_numbers, expected_parents
from infinite_studio.history.check_rows import hashed_models
from infinite_studio.history.columns import StoredText, row_hash, stored_values
from infinite_studio.history.commits import parent_rows, stem_rows
from infinite_studio.history.database import Database
from infinite_studio.history.deriving import derive_missing
from infinite_studio.history.models import (
    BranchRow,
    CommitRow,
    EdgeRow,
    HoldingRow,
    MoveRow,
    ParentRow,
    StemRow,
    WordsRow,
)
from infinite_studio.history.queries import commits_of_sequences, require_sequence
from infinite_studio.history.repair_sources import Source
from infinite_studio.history.reports import Damage, DamageKind
from infinite_studio.history.repositories import user_row
from infinite_studio.history.searching import add_words
from infinite_studio.history.store import ObjectStore
from infinite_studio.history.values import Commit

_DERIVED = (WordsRow, HoldingRow, EdgeRow)


def repair_rows(
    database: Database, store: ObjectStore, damages: Iterable[Damage], sources: Sequence[Source]
) -> tuple[str, ...]:
    """Bring back what can be brought back, and return it as the damages name it."""
    repaired: list[str] = []
    for damage in damages:
        is_repaired = False
        with suppress(StudioError):
            if damage.kind is DamageKind.COMMIT:
                is_repaired = _restore_commit(database, store, damage.what_id, sources)
            elif damage.kind is DamageKind.ROW:
                is_repaired = _restore_row(database, damage.what_id, sources)
            elif damage.kind is DamageKind.INDEX:
                is_repaired = _derive_anew(database, store, damage.what_id)
        if is_repaired:
            repaired.append(damage.what_id)
    with suppress(StudioError), database.writing() as session:
        derive_missing(session, store)
    return tuple(repaired)


def _restore_commit(
    database: Database, store: ObjectStore, commit_id: str, sources: Sequence[Source]
) -> bool:
    commit = next((found for source in sources if (found := source.commit(commit_id)) is not None), None)
    if commit is None:
        return False
    with suppress(IntegrityError), database.writing() as session:
        sequence = session.scalar(select(CommitRow.sequence).where(CommitRow.commit_id == commit_id))
        if sequence is None:
            return False
        _rewrite(session, sequence, commit)
        _derive(session, store, sequence)
        return True
    return False


def _rewrite(session: Session, sequence: int, commit: Commit) -> None:
    values = {
        "author_id": user_row(session, commit.author).user_id,
        "created": commit.created,
        "message": commit.message,
        "tempo_bpm": commit.tempo_bpm,
        "key": commit.key,
        "snapshot_object_id": commit.snapshot_object_id,
        "mixdown_object_id": commit.mixdown_object_id,
    }
    unsynchronized = {"synchronize_session": False}
    session.execute(
        update(CommitRow).where(CommitRow.sequence == sequence).values(values),
        execution_options=unsynchronized,
    )
    stems, parents = stem_rows(commit), parent_rows(commit)
    for stem in stems:
        stem.commit_id = commit.commit_id
    for parent in parents:
        parent.commit_id = commit.commit_id
    for gone in (
        delete(StemRow).where(StemRow.commit_id == commit.commit_id),
        delete(ParentRow).where(ParentRow.commit_id == commit.commit_id),
    ):
        session.execute(gone, execution_options=unsynchronized)
    session.add_all([*stems, *parents])
    session.flush()


def _derive_anew(database: Database, store: ObjectStore, what_id: str) -> bool:
    table, _, place = what_id.partition("/")
    with database.writing() as session:
        if place:
            _forget(session, int(place), [model for model in _DERIVED if model.__tablename__ == table])
            return True
        _derive(session, store, require_sequence(session, what_id))
        return True


def _derive(session: Session, store: ObjectStore, sequence: int) -> None:
    (commit,) = commits_of_sequences(session, (sequence,)).values()
    parents = expected_parents(session, {sequence: commit}).get(sequence)
    _forget(session, sequence, (WordsRow, HoldingRow) if parents is None else _DERIVED)
    add_words(session, sequence, commit)
    session.add_all(EdgeRow(sequence=sequence, parent_sequence=parent) for parent in parents or ())
    numbers = expected_numbers(session, store, commit)
    if numbers is not None:
        session.add(HoldingRow(sequence=sequence, numbers=numbers))


def _forget(session: Session, sequence: int, models: Iterable[type[Any]]) -> None:
    for model in models:
        session.execute(
            delete(model).where(model.sequence == sequence),
            execution_options={"synchronize_session": False},
        )


def _restore_row(database: Database, what_id: str, sources: Sequence[Source]) -> bool:
    table, _, key = what_id.partition("/")
    model = next((each for each in hashed_models() if each.__tablename__ == table), None)
    if model is None:
        return False
    if model is BranchRow:
        return _restore_branch(database, key)
    names = [column.name for column in model.__table__.primary_key]
    keys = key.split("/", len(names) - 1)
    return len(keys) == len(names) and any(
        _copy_row(database, source.database, model, dict(zip(names, keys, strict=True)))
        for source in sources
        if source.database is not None
    )


def _restore_branch(database: Database, key: str) -> bool:
    """Put a branch back to where the reflog saw it last."""
    repository_id, _, name = key.partition("/")
    newest = select(MoveRow).where(MoveRow.repository_id == repository_id, MoveRow.branch == name)
    with database.writing() as session:
        move = session.scalars(newest.order_by(MoveRow.move_id.desc()).limit(1)).first()
        row = session.get(BranchRow, (repository_id, name))
        if row is None or move is None or row_hash(stored_values(move)) != move.content_hash:
            return False
        if session.scalar(select(CommitRow.sequence).where(CommitRow.commit_id == move.to_id)) is None:
            return False
        row.commit_id = str(move.to_id)
        row.content_hash = 0
        return True


def _copy_row(database: Database, source: Database, model: type[Any], keys: dict[str, str]) -> bool:
    """Copy a row from another database if it hashes right there."""
    columns = [*model.HASHED, "content_hash"]
    names = ", ".join(f'"{name}"' for name in columns)
    where = " AND ".join(f'CAST("{name}" AS TEXT) = ?' for name in keys)
    question = f"SELECT {names} FROM {model.__tablename__} WHERE {where}"  # noqa: S608
    try:
        with source.raw() as connection:
            row = connection.execute(question, tuple(keys.values())).fetchone()
    except sqlite3.Error:
        return False
    if row is None or row_hash(row[:-1]) != row[-1]:
        return False
    values = tuple(value.decode() if isinstance(value, StoredText) else value for value in row)
    changes = ", ".join(f'"{name}" = ?' for name in columns)
    with suppress(IntegrityError), database.writing() as session:
        statement = f"UPDATE {model.__tablename__} SET {changes} WHERE {where}"  # noqa: S608
        done = session.connection().exec_driver_sql(statement, (*values, *keys.values()))
        return done.rowcount == 1
    return False

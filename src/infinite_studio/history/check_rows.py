"""Checking the rows: SQLite's own check, the shape of the tables, references, and the hash of every row."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from infinite_studio.history.check_state import CheckState
from infinite_studio.history.columns import Base, Hashed, StoredText, row_hash
from infinite_studio.history.database import Database
from infinite_studio.history.reports import DamageKind
from infinite_studio.history.schema import has_its_tables
from infinite_studio.progress import Progress

_ROWS_AT_ONCE = 1000
_SENTENCES = {
    "repositories": "What the library knows of a project is damaged.",
    "branches": "A branch is damaged: it may be at the wrong commit.",
    "tags": "A tag is damaged: it may be at the wrong commit.",
    "ref_moves": "A line of the reflog is damaged.",
    "sounds": "What the library knows of a sound is damaged.",
    "objects": "What the library knows of a stored object is damaged.",
    "users": "The name of a person is damaged.",
    "jobs": "The memory of a job is damaged.",
}
_WORKING = "SELECT repository_id, working_snapshot, working_base, working_hash FROM repositories"


def check_database(database: Database, state: CheckState, progress: Progress) -> None:
    """Let SQLite check its file, and compare the tables and their references with what they should be."""
    progress.report(0.0, "Checking the database")
    with state.noticing(database, "structure"), database.raw() as connection:
        for (line,) in connection.execute("PRAGMA integrity_check"):
            if line != b"ok":
                state.add(DamageKind.DATABASE, _text(line), f"The database is damaged: {_text(line)}.")
    progress.report(0.5)
    with state.noticing(database, "tables"), database.raw() as connection:
        if not has_its_tables(connection):
            state.add(DamageKind.DATABASE, "tables", "The tables of the database are not what they were.")
    with state.noticing(database, "references"), database.raw() as connection:
        for table, row_id, parent, _ in connection.execute("PRAGMA foreign_key_check"):
            what = f"{_text(table)}/{row_id}"
            state.add(DamageKind.ROW, what, f"A row names something that is not in “{_text(parent)}”.")


def check_hashes(database: Database, state: CheckState, progress: Progress) -> None:
    """Hash every row that carries its hash."""
    models = sorted(hashed_models(), key=lambda model: model.__tablename__)
    for done, model in enumerate(models):
        progress.report(done / len(models), "Checking the rows")
        with state.noticing(database, model.__tablename__), database.raw() as connection:
            _check_table(connection, model, state, progress)
    with state.noticing(database, "unsaved work"), database.raw() as connection:
        for repository_id, data, base, expected in connection.execute(_WORKING):
            if expected != (None if data is None else row_hash((data, base))):
                what = f"repositories/{_text(repository_id)}/working"
                state.add(DamageKind.ROW, what, "The unsaved work of a project is damaged.")


def hashed_models() -> list[type[Any]]:
    """Return the models whose rows carry their own hash."""
    return [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Hashed)]


def row_key(values: Sequence[object]) -> str:
    """Return how a row is named in a report."""
    return "/".join(_text(value) for value in values)


def _check_table(
    connection: sqlite3.Connection, model: type[Any], state: CheckState, progress: Progress
) -> None:
    table = model.__tablename__
    keys = [column.name for column in model.__table__.primary_key]
    hashed: tuple[str, ...] = model.HASHED
    names = ", ".join(f'"{name}"' for name in (*keys, *hashed, "content_hash"))
    cursor = connection.execute(f"SELECT {names} FROM {table}")  # noqa: S608
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        progress.report(0.0)
        state.n_rows += len(rows)
        for row in rows:
            if row_hash(row[len(keys) : -1]) != row[-1]:
                sentence = _SENTENCES.get(table, "An entry of the database is damaged.")
                state.add(DamageKind.ROW, f"{table}/{row_key(row[: len(keys)])}", sentence)


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, StoredText) else str(value)

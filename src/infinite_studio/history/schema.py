"""The age of a library's tables, and bringing them to the present."""

import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from infinite_studio.errors import StudioError
from infinite_studio.history.database import DamagedLibraryError, Database
from infinite_studio.history.locking import LibraryNotWritableError

REVISIONS = ("0001", "0002")
"""Every age of the tables, oldest first; the last is the present one."""
HEAD_REVISION = REVISIONS[-1]
_ONE_AT_A_TIME = Lock()
"""Alembic keeps the running migration in its module."""
_STATEMENTS = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
_AFFINITIES = {"FLOAT": "REAL", "DOUBLE": "REAL", "VARCHAR(32)": "TEXT", "VARCHAR": "TEXT", "CLOB": "TEXT"}
"""Other names of the types that the migrations use: which one is written depends on a library's version."""
MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"


class NewerLibraryError(StudioError):
    """A library that a newer studio has brought to an age unknown here."""

    def __init__(self, folder: Path, revision: str) -> None:
        super().__init__(
            "This library was made by a newer Infinite Studio.",
            hint="Update the studio, or choose another library folder; nothing was changed.",
        )
        self.folder = folder
        self.revision = revision


def revision_of(database: Database) -> str | None:
    """Return the age of the tables; None where there are none yet.

    Raises
    ------
    DamagedLibraryError
        If the file is no library: not SQLite at all, or somebody else's tables.
    """
    with database.connection() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables:
            return None
        known = "alembic_version" in tables
        rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() if known else []
    if len(rows) != 1 or not isinstance(rows[0][0], str):
        raise DamagedLibraryError(database.path)
    return rows[0][0]


def bring_up_to_date(database: Database, fill: Callable[[Session], object]) -> None:
    """Bring a library to the present age; an existing one is backed up first.

    All steps, and then ``fill``, happen in one transaction: a kill in their middle leaves the library as it was.

    Raises
    ------
    NewerLibraryError
        If the library is of an age that this studio does not know.
    """
    revision = revision_of(database)
    if revision == HEAD_REVISION:
        return
    if revision is not None:
        _require_known(database, revision)
        _back_up(database, revision)
    upgrade(database, HEAD_REVISION, fill)


def require_present(database: Database) -> None:
    """Refuse to look at a library that is not of the present age.

    Raises
    ------
    NewerLibraryError
        If the library is of an age that this studio does not know.
    LibraryNotWritableError
        If it is older, and cannot be brought up to date while it is only looked at.
    """
    revision = revision_of(database)
    if revision != HEAD_REVISION:
        _require_known(database, revision)
        reason = "it is older than this studio and must be brought up to date"
        raise LibraryNotWritableError(database.path.parent, reason)


def _require_known(database: Database, revision: str | None) -> None:
    if revision not in REVISIONS:
        raise NewerLibraryError(database.path.parent, str(revision))


def upgrade(database: Database, revision: str, fill: Callable[[Session], object]) -> None:
    """Run the steps up to a given age, then ``fill`` the new tables in the same transaction."""
    with database.connection() as connection:
        _run(connection, revision)
        with Session(connection) as session:
            fill(session)
            session.flush()
        statements = connection.exec_driver_sql(_STATEMENTS).all()
        connection.exec_driver_sql(f"PRAGMA user_version = {_mark(map(tuple, statements))}")


def has_its_tables(connection: sqlite3.Connection) -> bool:
    """Whether the tables are what they were: by the mark that was left when they were made or migrated.

    A library that was put together from a dump has no mark; its tables are compared with new ones.
    """
    (mark,) = connection.execute("PRAGMA user_version").fetchone()
    statements = connection.execute(_STATEMENTS).fetchall()
    return bool(mark == _mark(statements) if mark else shape_of(connection) == present_shape())


def _mark(statements: Iterable[tuple[object, ...]]) -> int:
    texts = (each if isinstance(each, bytes) else str(each).encode() for row in statements for each in row)
    return zlib.crc32(b"\0".join(texts)) & 0x7FFFFFFF | 1


def shape_of(connection: sqlite3.Connection) -> dict[str, object]:
    """Return what must be the same in every library of the present age: columns, indexes and references."""
    shape: dict[str, object] = {}
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        name = str(table, "utf-8", "replace") if isinstance(table, bytes) else str(table)
        columns = connection.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (name,))
        indexes = connection.execute('SELECT name, "unique" FROM pragma_index_list(?)', (name,))
        references = connection.execute(
            'SELECT "table", "from", "to" FROM pragma_foreign_key_list(?)', (name,)
        )
        parts = (columns, indexes, references)
        shape[name] = tuple(sorted(repr(tuple(map(_plain, row))) for row in part) for part in parts)
    return shape


@cache
def present_shape() -> dict[str, object]:
    """Return the shape of a library that is made now."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as connection:
        _run(connection, HEAD_REVISION)
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        return shape_of(raw)


def _plain(value: object) -> object:
    """Return texts as such, and types as the affinity that SQLite gives them."""
    text = str(value, "utf-8", "replace") if isinstance(value, bytes) else value
    return _AFFINITIES.get(text, text) if isinstance(text, str) else text


def _run(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, revision)


def _back_up(database: Database, revision: str) -> None:
    backups = database.backups_folder
    try:
        backups.mkdir(exist_ok=True)
    except OSError as error:
        raise LibraryNotWritableError(backups, error.strerror or str(error)) from error
    number = 1 + sum(1 for _ in backups.glob(f"library-{revision}-*.db"))
    database.back_up(backups / f"library-{revision}-{number:03d}.db")

"""The library's SQLite file: connections, transactions and what its failures mean to a musician."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from infinite_studio.audio.files import DiskFullError, atomic_path, free_bytes
from infinite_studio.errors import StudioError
from infinite_studio.history.columns import StoredText
from infinite_studio.history.locking import LibraryNotWritableError
from infinite_studio.history.store import StorageError, storing

DATABASE_FILE_NAME = "library.db"
BACKUPS_FOLDER_NAME = "backups"
BUSY_SECONDS = 10.0
_TEXTS_OF_DAMAGE = re.compile(
    "could not decode to utf-8|no such (table|column|index)|has no column named|foreign key mismatch|malformed"
    "|unsupported file format",
    re.IGNORECASE,
)
"""What damage to the schema or to a text is reported as: errors without a code of their own."""
_FULL = {sqlite3.SQLITE_FULL}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DISK = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS}


class DamagedLibraryError(StudioError):
    """A database file that SQLite cannot read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The library's database “{path.name}” is damaged.",
            hint=f"Put a copy from “{path.parent / BACKUPS_FOLDER_NAME}” in its place; the sounds themselves are untouched.",
        )
        self.path = path


class LibraryBusyError(StudioError):
    """A database that stayed locked."""

    def __init__(self, path: Path) -> None:
        super().__init__("The library was busy for too long.", hint="Try again; nothing was changed or lost.")
        self.path = path


class LibraryReadOnlyError(StudioError):
    """A change asked of a library that was opened to look at."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "The library is open for looking only, so nothing can be changed here.",
            hint="Close the other Infinite Studio that has it open, then start this one again.",
        )
        self.folder = folder


class LibraryClosedError(StudioError):
    """Work that reached the library after it was closed."""

    def __init__(self, folder: Path) -> None:
        super().__init__("The library has been closed.", hint="Open it again.")
        self.folder = folder


class Database:
    """Sessions on one library file, each in one transaction; any thread may use it.

    Writers begin with ``BEGIN IMMEDIATE`` so that they wait for each other at the start, and are acknowledged
    after ``COMMIT`` has reached the disk (write-ahead log, ``synchronous=FULL``).

    Parameters
    ----------
    path : Path
        The database file.
    writable : bool
        Whether it may be made and changed.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        self.path = path
        self.writable = writable
        self._is_closed = False
        self._uri = _uri(path, "mode=rwc") if writable else _read_only_uri(path)
        self._engine = self._make_engine()
        self._writer = self._engine.execution_options(begins_immediately=True)

    @property
    def backups_folder(self) -> Path:
        """Where copies are kept from before each migration."""
        return self.path.parent / BACKUPS_FOLDER_NAME

    def require_writable(self) -> None:
        """Refuse changes to a database that was opened to look at, or closed."""
        if self._is_closed:
            raise LibraryClosedError(self.path.parent)
        if not self.writable:
            raise LibraryReadOnlyError(self.path.parent)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view of the library."""
        with self._session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One change, all of it or nothing, durable when the block has been left."""
        self.require_writable()
        with self._session(self._writer) as session:
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """One transaction without models, for the schema."""
        with self.translated(), (self._writer if self.writable else self._engine).begin() as connection:
            yield connection

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """Look at values as they are stored, even damaged texts; errors are SQLite's own."""
        if self._is_closed:
            raise LibraryClosedError(self.path.parent)
        with closing(self._connect()) as connection:
            connection.text_factory = StoredText
            connection.execute("PRAGMA query_only=ON")
            yield connection

    def back_up(self, target: Path) -> None:
        """Copy the whole database with SQLite's backup, complete and readable or not at all."""
        with (
            self.translated(),
            storing(target.parent),
            atomic_path(target) as temporary,
            temporary.open("xb"),
            closing(self._connect()) as source,
            closing(sqlite3.connect(temporary)) as copy,
        ):
            source.backup(copy)
            if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise DamagedLibraryError(self.path)

    def close(self) -> None:
        """Close every connection; a second call does nothing."""
        self._is_closed = True
        self._engine.dispose()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what SQLite reports into errors for a musician; anything else is a bug and passes."""
        try:
            yield
        except (DatabaseError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, DatabaseError) else error
            meaning = _meaning(self.path, cause)
            if meaning is None:
                raise
            raise meaning from error
        except UnicodeDecodeError as error:
            raise DamagedLibraryError(self.path) from error

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        if self._is_closed:
            raise LibraryClosedError(self.path.parent)
        with self.translated(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def _make_engine(self) -> Engine:
        engine = create_engine("sqlite://", creator=self._connect, poolclass=QueuePool)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            is_writer = connection.get_execution_options().get("begins_immediately", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

        return engine

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            prepare(connection, self.path, writable=self.writable)
        except BaseException:
            connection.close()
            raise
        return connection


def prepare(connection: sqlite3.Connection, path: Path, *, writable: bool) -> None:
    """Set what every connection needs, and check that SQLite agreed.

    Raises
    ------
    LibraryNotWritableError
        If the disk cannot keep a write-ahead log, so that commits would not survive a loss of power.
    """
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    if not writable:
        connection.execute("PRAGMA query_only=ON")
        return
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise LibraryNotWritableError(path.parent, f"its disk offers only the journal mode “{mode}”")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=ON")
    connection.execute("PRAGMA checkpoint_fullfsync=ON")


def _uri(path: Path, options: str) -> str:
    return f"{path.absolute().as_uri()}?{options}"


def _read_only_uri(path: Path) -> str:
    """Ask for a view that follows a live writer; on read-only media only a frozen one opens."""
    live = _uri(path, "mode=ro")
    try:
        with closing(sqlite3.connect(live, uri=True, timeout=BUSY_SECONDS)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if _code(error) in _NOT_WRITABLE and path.is_file():
            return _uri(path, "mode=ro&immutable=1")
    return live


def _meaning(path: Path, error: BaseException | None) -> StudioError | None:
    code = _code(error)
    if code == sqlite3.SQLITE_ERROR and _TEXTS_OF_DAMAGE.search(str(error)):
        return DamagedLibraryError(path)
    folder = path.parent
    if code in _FULL:
        return DiskFullError(folder, free_bytes(folder))
    if code in _DAMAGED:
        return DamagedLibraryError(path)
    if code in _NOT_WRITABLE:
        return LibraryNotWritableError(folder, str(error))
    if code in _BUSY:
        return LibraryBusyError(path)
    return StorageError(folder, str(error)) if code in _DISK else None


def _code(error: BaseException | None) -> int:
    """Return SQLite's primary code of an error; errors of the module itself carry none."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF

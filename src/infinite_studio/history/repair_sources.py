"""Where a repair takes things from: bundles, other libraries and their backups."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from infinite_studio.errors import StudioError
from infinite_studio.history.bundle_reader import BundleReader, open_bundle
from infinite_studio.history.commits import is_intact
from infinite_studio.history.database import DATABASE_FILE_NAME, Database
from infinite_studio.history.queries import require_commits
from infinite_studio.history.store import UnreadableSourceError, file_chunks
from infinite_studio.history.values import Commit

_SQLITE = b"SQLite format 3\x00"


class Source(Protocol):
    """What a copy of the library, or of a part of it, can give."""

    @property
    def database(self) -> Database | None:
        """Its database, where it has one."""

    def object_chunks(self, object_id: str) -> Iterator[bytes] | None:
        """Return the bytes of an object, unchecked; None where it has none."""

    def commit(self, commit_id: str) -> Commit | None:
        """Return a commit that hashes to this id; None where it has none."""


class BundleSource:
    """An open bundle, whose commits were checked when it was opened."""

    database = None

    def __init__(self, reader: BundleReader) -> None:
        self._reader = reader
        self._commits = {commit.commit_id: commit for commit in reader.manifest.commits}

    def object_chunks(self, object_id: str) -> Iterator[bytes] | None:
        """Return the bytes of an object."""
        return self._reader.object_chunks(object_id) if object_id in self._reader.object_ids else None

    def commit(self, commit_id: str) -> Commit | None:
        """Return a commit."""
        return self._commits.get(commit_id)


class LibrarySource:
    """A library folder, a folder of objects, or a copy of a database.

    Parameters
    ----------
    folder : Path or None
        Where objects may lie.
    database : Database or None
        Open to look at.
    """

    def __init__(self, folder: Path | None, database: Database | None) -> None:
        self._folder = folder
        self.database = database

    def object_chunks(self, object_id: str) -> Iterator[bytes] | None:
        """Return the bytes of an object."""
        if self._folder is None:
            return None
        names = (Path("objects", object_id[:2], object_id), Path(object_id[:2], object_id), Path(object_id))
        place = next((self._folder / name for name in names if (self._folder / name).is_file()), None)
        return None if place is None else file_chunks(place)

    def commit(self, commit_id: str) -> Commit | None:
        """Return a commit."""
        if self.database is not None:
            with suppress(StudioError), self.database.reading() as session:
                (found,) = require_commits(session, (commit_id,))
                return found if is_intact(found) else None
        return None


@contextmanager
def open_sources(paths: Sequence[Path]) -> Iterator[list[Source]]:
    """Open every source.

    Raises
    ------
    UnreadableSourceError, DamagedBundleError, NewerBundleError
        If one of them cannot be used.
    """
    with ExitStack() as stack:
        yield [_opened(path, stack) for path in paths]


def _opened(path: Path, stack: ExitStack) -> Source:
    if path.is_dir():
        database = path / DATABASE_FILE_NAME
        return LibrarySource(path, _database(database, stack) if database.is_file() else None)
    if _is_database(path):
        return LibrarySource(None, _database(path, stack))
    return BundleSource(stack.enter_context(open_bundle(path)))


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(_SQLITE)) == _SQLITE
    except OSError as error:
        raise UnreadableSourceError(path, error.strerror or str(error)) from error


def _database(path: Path, stack: ExitStack) -> Database:
    database = Database(path, writable=False)
    stack.callback(database.close)
    return database

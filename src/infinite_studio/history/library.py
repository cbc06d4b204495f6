"""The library: one folder with every project, version and sound of a musician."""

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from infinite_studio.errors import StudioError
from infinite_studio.history.backups import Backups
from infinite_studio.history.branches import Branches, BranchMovedError, CurrentBranchError
from infinite_studio.history.bundle import Bundles
from infinite_studio.history.bundle_reader import DamagedBundleError, NewerBundleError
from infinite_studio.history.commits import Commits
from infinite_studio.history.database import (
    DATABASE_FILE_NAME,
    DamagedLibraryError,
    Database,
    LibraryBusyError,
    LibraryClosedError,
    LibraryReadOnlyError,
)
from infinite_studio.history.deriving import derive_missing
from infinite_studio.history.disk_budget import DiskBudget
from infinite_studio.history.garbage import Garbage
from infinite_studio.history.graph import Graph, UnrelatedCommitsError
from infinite_studio.history.job_records import JobRecords, UnknownJobError
from infinite_studio.history.locking import LibraryLock, LibraryLockedError, LibraryNotWritableError
from infinite_studio.history.names import DuplicateNameError, InvalidNameError
from infinite_studio.history.objects import Objects
from infinite_studio.history.queries import (
    AmbiguousCommitError,
    DamagedCommitError,
    UnknownBranchError,
    UnknownCommitError,
    UnknownRepositoryError,
)
from infinite_studio.history.reflog import Reflog
from infinite_studio.history.repairing import Repairing
from infinite_studio.history.repositories import Repositories
from infinite_studio.history.schema import NewerLibraryError, bring_up_to_date, require_present, revision_of
from infinite_studio.history.searching import Searching
from infinite_studio.history.sounds import Sounds, UnknownSoundError
from infinite_studio.history.store import (
    DamagedObjectError,
    MissingObjectError,
    ObjectStore,
    StorageError,
    UnreadableSourceError,
)
from infinite_studio.history.tags import Tags, UnknownTagError

__all__ = [
    "AmbiguousCommitError",
    "BranchMovedError",
    "CurrentBranchError",
    "DamagedBundleError",
    "DamagedCommitError",
    "DamagedLibraryError",
    "DamagedObjectError",
    "DuplicateNameError",
    "InvalidNameError",
    "Library",
    "LibraryBusyError",
    "LibraryClosedError",
    "LibraryLockedError",
    "LibraryNotWritableError",
    "LibraryReadOnlyError",
    "MissingObjectError",
    "NewerBundleError",
    "NewerLibraryError",
    "NoLibraryError",
    "StorageError",
    "UnknownBranchError",
    "UnknownCommitError",
    "UnknownJobError",
    "UnknownRepositoryError",
    "UnknownSoundError",
    "UnknownTagError",
    "UnreadableSourceError",
    "UnrelatedCommitsError",
    "open_library_or_read_only",
]
OBJECTS_FOLDER_NAME = "objects"
FIRST_WRITER_SECONDS = 5.0


class NoLibraryError(StudioError):
    """A folder without a library, opened to look at."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"There is no library in “{folder}”.", hint="Choose the folder of a library.")
        self.folder = folder


class Library(
    Objects,
    Repositories,
    Branches,
    Tags,
    Commits,
    Graph,
    Searching,
    Reflog,
    Sounds,
    JobRecords,
    Backups,
    Bundles,
    Garbage,
    DiskBudget,
    Repairing,
):
    """Every project, version and sound of one folder.

    Any thread may call any method: each works in its own transaction and is durable when it returns.
    Open it with `Library.open` or `open_library_or_read_only`, and close it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
    ...     library.create_repository("Night drive").current_branch
    'main'
    """

    def __init__(
        self, folder: Path, database: Database, store: ObjectStore, lock: LibraryLock | None
    ) -> None:
        super().__init__(folder, database, store)
        self._lock = lock

    @classmethod
    def open(cls, folder: Path, *, writable: bool = True) -> "Library":
        """Open a library; a writable one is made where there is none and brought up to date.

        Parameters
        ----------
        folder : Path
            The library folder.
        writable : bool
            Whether to become its one writer; otherwise it can be looked at while another writes.

        Returns
        -------
        Library
            To be closed.

        Raises
        ------
        LibraryLockedError
            If another program writes to it; the error says who.
        LibraryNotWritableError
            If the folder cannot be made or written.
        NoLibraryError
            If it holds no library and is to be looked at only.
        NewerLibraryError
            If a newer studio made it.
        DamagedLibraryError
            If its database cannot be read.
        DiskFullError
            If the disk has no room for a new library.
        """
        return _open_writable(folder.absolute()) if writable else _open_read_only(folder.absolute())

    def close(self) -> None:
        """Close the library and let the next writer in; a second call does nothing."""
        self._database.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_library_or_read_only(folder: Path) -> Library:
    """Open a library for writing, or to look at where another program or the disk forbids that.

    Raises
    ------
    LibraryNotWritableError
        If it cannot be written and there is nothing to look at.
    NewerLibraryError, DamagedLibraryError, DiskFullError
        As in `Library.open`.
    """
    try:
        return Library.open(folder)
    except LibraryLockedError:
        return _look_while_it_is_made(folder.absolute())
    except LibraryNotWritableError as error:
        try:
            return Library.open(folder, writable=False)
        except NoLibraryError:
            raise error from None


def _open_writable(folder: Path) -> Library:
    _make_folder(folder)
    lock = LibraryLock.acquire(folder)
    try:
        database = Database(folder / DATABASE_FILE_NAME, writable=True)
        try:
            store = ObjectStore(folder / OBJECTS_FOLDER_NAME)
            bring_up_to_date(database, lambda session: derive_missing(session, store))
            store.prepare()
            if lock.was_left_open:
                store.sweep()
        except BaseException:
            database.close()
            raise
    except BaseException:
        lock.release()
        raise
    return Library(folder, database, store, lock)


def _look_while_it_is_made(folder: Path) -> Library:
    """Open a library to look at, though its writer may be at its very first moments."""
    deadline = time.monotonic() + FIRST_WRITER_SECONDS
    while True:
        try:
            return _open_read_only(folder)
        except (NoLibraryError, LibraryNotWritableError):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _open_read_only(folder: Path) -> Library:
    path = folder / DATABASE_FILE_NAME
    if not path.is_file():
        raise NoLibraryError(folder)
    database = Database(path, writable=False)
    try:
        _require_library(database, folder)
        require_present(database)
    except BaseException:
        database.close()
        raise
    return Library(folder, database, ObjectStore(folder / OBJECTS_FOLDER_NAME), None)


def _require_library(database: Database, folder: Path) -> None:
    if revision_of(database) is None:
        raise NoLibraryError(folder)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryNotWritableError(folder, error.strerror or str(error)) from error

"""Keeps two programs, or two jobs, from changing the same entry at once."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infinite_studio.audio.files import FolderNotWritableError, make_folder
from infinite_studio.history.locking import LibraryLock, LibraryLockedError, LibraryNotWritableError
from infinite_studio.weights.errors import WeightsBusyError

STAGING_FOLDER = ".downloads"


@contextmanager
def claimed(root: Path, names: Iterable[str]) -> Iterator[None]:
    """Hold entries of a weights folder; raise `WeightsBusyError` where another holds one."""
    with ExitStack() as held:
        for name in sorted(names):
            staging = root / STAGING_FOLDER / name
            make_folder(staging)
            try:
                lock = LibraryLock.acquire(staging)
            except LibraryLockedError as error:
                raise WeightsBusyError(name) from error
            except LibraryNotWritableError as error:
                raise FolderNotWritableError(root, error.reason.lower()) from error
            held.callback(lock.release)
        yield

"""What every part of the library works on."""

from datetime import UTC, datetime
from pathlib import Path

from infinite_studio.history.database import Database
from infinite_studio.history.remembered import Remembered
from infinite_studio.history.store import ObjectStore


class LibraryPart:
    """Base of the parts that `library.Library` is put together from.

    Parameters
    ----------
    folder : Path
        The library folder.
    database : Database
        Its rows.
    store : ObjectStore
        Its objects.
    """

    def __init__(self, folder: Path, database: Database, store: ObjectStore) -> None:
        self._folder = folder
        self._database = database
        self._store = store
        self._remembered = Remembered()

    @property
    def folder(self) -> Path:
        """Where the library lies."""
        return self._folder

    @property
    def is_read_only(self) -> bool:
        """Whether it was opened to look at; every change then raises `LibraryReadOnlyError`."""
        return not self._database.writable


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)

"""The library's objects: bytes on the disk, then a row."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infinite_studio.history.models import ObjectRow
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.store import MissingObjectError
from infinite_studio.history.values import StoredObject
from infinite_studio.progress import Progress, Silence

_IDS_PER_QUERY = 500
_ASKED_AGAIN = timedelta(hours=1)
"""How old a row may be before being kept again makes it young again for garbage collection."""


class Objects(LibraryPart):
    """Keeping and getting back immutable bytes."""

    def put_bytes(self, data: bytes, media_type: str) -> StoredObject:
        """Keep bytes; the same bytes are kept once.

        Parameters
        ----------
        data : bytes
            What to keep.
        media_type : str
            Such as ``audio/flac``.

        Returns
        -------
        StoredObject
            On the disk and in the database when this returns.

        Raises
        ------
        DiskFullError
            If the disk has too little room.
        StorageError
            If the disk failed.
        LibraryReadOnlyError
            If the library was opened to look at.
        """
        self._database.require_writable()
        while True:
            found = self._register(self._store.put_bytes(data), len(data), media_type)
            if found is not None:
                return found

    def put_file(self, path: Path, media_type: str, progress: Progress | None = None) -> StoredObject:
        """Keep a file's bytes exactly as they are, at constant memory.

        Parameters
        ----------
        path : Path
            The file; it is only read.
        media_type : str
            Such as ``audio/mpeg``.
        progress : Progress, optional
            Cancelling leaves nothing behind.

        Returns
        -------
        StoredObject
            On the disk and in the database when this returns.

        Raises
        ------
        UnreadableSourceError
            If the file cannot be read, or changes meanwhile.
        DiskFullError
            If the disk has too little room; known before a byte is written.
        StorageError
            If the disk failed.
        LibraryReadOnlyError
            If the library was opened to look at.
        """
        self._database.require_writable()
        while True:
            object_id, size_bytes = self._store.put_file(path, progress or Silence())
            found = self._register(object_id, size_bytes, media_type)
            if found is not None:
                return found

    def object_path(self, object_id: str) -> Path:
        """Return the file of an object, to be read only.

        Raises
        ------
        MissingObjectError
            If the library does not have it.
        """
        if not self._store.has(object_id):
            raise MissingObjectError(object_id)
        return self._store.place(object_id)

    def read_object(self, object_id: str) -> bytes:
        """Return an object's bytes, hashed again.

        Raises
        ------
        MissingObjectError
            If the library does not have it.
        DamagedObjectError
            If the bytes are no longer what they were.
        """
        return self._store.read(object_id)

    def verify_object(self, object_id: str) -> bool:
        """Whether an object is there and its bytes hash to its id."""
        return self._store.verify(object_id)

    def stored_object(self, object_id: str) -> StoredObject:
        """Return what the database knows of an object.

        Raises
        ------
        MissingObjectError
            If it knows nothing.
        """
        with self._database.reading() as session:
            row = session.get(ObjectRow, object_id)
            if row is None:
                raise MissingObjectError(object_id)
            return _value(row)

    def size_bytes(self) -> int:
        """Return how much the library takes: objects, database and backups."""
        with self._database.reading() as session:
            present = select(func.sum(ObjectRow.size_bytes)).where(~ObjectRow.is_absent)
            in_objects = session.scalar(present) or 0
        around = (self._folder, self._database.backups_folder)
        files = (path for folder in around if folder.is_dir() for path in folder.iterdir() if path.is_file())
        return in_objects + sum(path.stat().st_size for path in files)

    def _register(self, object_id: str, size_bytes: int, media_type: str) -> StoredObject | None:
        """Name an object, unless garbage collection took its file away since it was put."""
        with self._database.writing() as session:
            if not self._store.has(object_id):
                return None
            return _value(register_object(session, object_id, size_bytes, media_type))


def register_object(
    session: Session, object_id: str, size_bytes: int, media_type: str, *, is_absent: bool = False
) -> ObjectRow:
    """Name an object in the database; its file must be durable already, unless it is left out on purpose."""
    row = session.get(ObjectRow, object_id)
    if row is None:
        highest = session.scalar(select(func.max(ObjectRow.number))) or 0
        row = ObjectRow(
            object_id=object_id,
            size_bytes=size_bytes,
            media_type=media_type,
            created=now(),
            number=highest + 1,
            is_absent=is_absent,
        )
        session.add(row)
        session.flush()
    elif not is_absent:
        row.is_absent = False
        if now() - row.created > _ASKED_AGAIN:
            row.created = now()
    return row


def object_numbers(session: Session, object_ids: Collection[str]) -> dict[str, int]:
    """Return the numbers of objects, refusing those that the database does not know."""
    wanted = sorted(object_ids)
    numbers: dict[str, int] = {}
    for start in range(0, len(wanted), _IDS_PER_QUERY):
        some = wanted[start : start + _IDS_PER_QUERY]
        known = select(ObjectRow.object_id, ObjectRow.number).where(ObjectRow.object_id.in_(some))
        numbers |= dict(session.execute(known).all())
    for object_id in wanted:
        if object_id not in numbers:
            raise MissingObjectError(object_id)
    return numbers


def stored_objects(session: Session, object_ids: Collection[str]) -> dict[str, StoredObject]:
    """Return what the database knows of objects; those it does not know are left out."""
    wanted = sorted(object_ids)
    found: dict[str, StoredObject] = {}
    for start in range(0, len(wanted), _IDS_PER_QUERY):
        some = wanted[start : start + _IDS_PER_QUERY]
        rows = session.scalars(select(ObjectRow).where(ObjectRow.object_id.in_(some)))
        found |= {row.object_id: _value(row) for row in rows}
    return found


def _value(row: ObjectRow) -> StoredObject:
    return StoredObject(row.object_id, row.size_bytes, row.media_type, row.is_absent)

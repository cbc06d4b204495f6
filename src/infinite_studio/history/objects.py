"""The library's objects: bytes on the disk, then a row."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infinite_studio.history.models import ObjectRow
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.store import MissingObjectError
from infinite_studio.history.values import StoredObject
from infinite_studio.progress import Progress, Silence

_IDS_PER_QUERY = 500


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
        return self._register(self._store.put_bytes(data), len(data), media_type)

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
        object_id, size_bytes = self._store.put_file(path, progress or Silence())
        return self._register(object_id, size_bytes, media_type)

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
            return StoredObject(row.object_id, row.size_bytes, row.media_type)

    def size_bytes(self) -> int:
        """Return how much the library takes: objects, database and backups."""
        with self._database.reading() as session:
            in_objects = session.scalar(select(func.sum(ObjectRow.size_bytes))) or 0
        around = (self._folder, self._database.backups_folder)
        files = (path for folder in around if folder.is_dir() for path in folder.iterdir() if path.is_file())
        return in_objects + sum(path.stat().st_size for path in files)

    def _register(self, object_id: str, size_bytes: int, media_type: str) -> StoredObject:
        with self._database.writing() as session:
            row = register_object(session, object_id, size_bytes, media_type)
            return StoredObject(row.object_id, row.size_bytes, row.media_type)


def register_object(session: Session, object_id: str, size_bytes: int, media_type: str) -> ObjectRow:
    """Name an object in the database; its file must be durable already."""
    row = session.get(ObjectRow, object_id)
    if row is None:
        row = ObjectRow(object_id=object_id, size_bytes=size_bytes, media_type=media_type, created=now())
        session.add(row)
        session.flush()
    return row


def require_object_rows(session: Session, object_ids: Collection[str]) -> None:
    """Refuse objects that the database does not know."""
    wanted = sorted(object_ids)
    for start in range(0, len(wanted), _IDS_PER_QUERY):
        some = wanted[start : start + _IDS_PER_QUERY]
        known = set(session.scalars(select(ObjectRow.object_id).where(ObjectRow.object_id.in_(some))))
        for object_id in some:
            if object_id not in known:
                raise MissingObjectError(object_id)

"""The object store: immutable bytes under the SHA-256 of what they are."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from infinite_studio.audio.files import (
    TEMPORARY_PREFIX,
    atomic_path,
    fsync_folder,
    require_free,
    translated,
    unused_path,
)
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress, Silence

CHUNK_BYTES = 1 << 20
HEADROOM_BYTES = 4 << 20
"""What an object never takes from the disk: on a full one the database could not even delete."""
_OBJECT_ID = re.compile(r"[0-9a-f]{64}")


class MissingObjectError(StudioError):
    """An object that the library does not have."""

    def __init__(self, object_id: str) -> None:
        super().__init__(
            f"A sound of this project ({object_id[:8]}) is missing from the library.",
            hint="Put the objects folder back from a backup, or import the sound again.",
        )
        self.object_id = object_id


class DamagedObjectError(StudioError):
    """An object whose bytes are no longer what they were."""

    def __init__(self, object_id: str) -> None:
        super().__init__(
            f"A stored sound ({object_id[:8]}) has been damaged on the disk.",
            hint="Import the sound again: the same bytes heal it everywhere it is used.",
        )
        self.object_id = object_id


class UnreadableSourceError(StudioError):
    """A file that could not be taken in."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"“{path.name}” could not be read ({reason}).", hint="Check that the file is still there."
        )
        self.path = path
        self.reason = reason


class StorageError(StudioError):
    """A disk that failed while the library was written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The disk of the library reported an error ({reason}).",
            hint=f"Check the disk of “{folder}”, then try again; nothing half-written was kept.",
        )
        self.folder = folder
        self.reason = reason


class ObjectStore:
    """Files named after their content, each either complete and durable or absent.

    An object arrives as a temporary file beside its final place, is read back and compared in length and
    SHA-256, forced to the disk, renamed, and its folder forced to the disk: only then it may be named in the
    database. The order was measured to survive loss of power; none of the steps is optional.

    Parameters
    ----------
    folder : Path
        Where the objects lie, in 256 folders named after their first two digits.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make the folder of a new store."""
        with storing(self.folder.parent):
            _make_folder(self.folder)

    def place(self, object_id: str) -> Path:
        """Return where an object lies or would lie."""
        if _OBJECT_ID.fullmatch(object_id) is None:
            raise MissingObjectError(object_id)
        return self.folder / object_id[:2] / object_id

    def has(self, object_id: str) -> bool:
        """Whether the object's file is there."""
        return _OBJECT_ID.fullmatch(object_id) is not None and self.place(object_id).is_file()

    def put_bytes(self, data: bytes) -> str:
        """Keep bytes and return their object id."""
        object_id = hashlib.sha256(data).hexdigest()
        if not self._is_kept(object_id, len(data)):
            with self._arrival(object_id, len(data)) as temporary:
                temporary.write_bytes(data)
                self._require_same(temporary, object_id, len(data))
        return object_id

    def put_file(self, source: Path, progress: Progress) -> tuple[str, int]:
        """Keep a file's bytes exactly and return their object id and number."""
        with _reading(source), source.open("rb") as stream:
            total_bytes = source.stat().st_size
            object_id, size_bytes = digest(stream, Part(progress, 0.0, 0.4), "Reading", total_bytes)
        if not self._is_kept(object_id, size_bytes):
            with self._arrival(object_id, size_bytes) as temporary:
                _copy(source, temporary, size_bytes, Part(progress, 0.4, 0.7))
                with temporary.open("rb") as stream:
                    arrived = digest(stream, Part(progress, 0.7, 1.0), "Checking", size_bytes)
                if arrived != (object_id, size_bytes):
                    raise UnreadableSourceError(source, "it changed while it was being read")
        progress.report(1.0)
        return object_id, size_bytes

    def put_chunks(self, object_id: str, size_bytes: int, chunks: Iterable[bytes]) -> bool:
        """Keep bytes that come in pieces and must hash to this id; return whether they were missing."""
        if self._is_kept(object_id, size_bytes):
            return False
        with self._arrival(object_id, size_bytes) as temporary:
            with temporary.open("xb") as file:
                for chunk in chunks:
                    file.write(chunk)
            self._require_same(temporary, object_id, size_bytes)
        return True

    def verify(self, object_id: str) -> bool:
        """Whether the object is there and its bytes are what they were."""
        if not self.has(object_id):
            return False
        try:
            with self.place(object_id).open("rb") as stream:
                return digest(stream)[0] == object_id
        except OSError:
            return False

    def read(self, object_id: str) -> bytes:
        """Return the object's bytes, checked."""
        try:
            data = self.place(object_id).read_bytes()
        except FileNotFoundError as error:
            raise MissingObjectError(object_id) from error
        except OSError as error:
            raise DamagedObjectError(object_id) from error
        if hashlib.sha256(data).hexdigest() != object_id:
            raise DamagedObjectError(object_id)
        return data

    def sweep(self) -> int:
        """Remove what a killed writer left half-written; return how many files that were."""
        leftovers = list(self.folder.glob(f"*/{TEMPORARY_PREFIX}*"))
        for path in leftovers:
            with suppress(OSError):
                path.unlink()
        return len(leftovers)

    def heal(self, object_id: str, chunks: Iterable[bytes], aside: Path) -> bool:
        """Put bytes in an object's place if they hash to its id; what was there goes ``aside``, not away.

        Returns whether they did; nothing was changed where they did not.
        """
        path = self.place(object_id)
        try:
            with self._arrival(object_id, None) as temporary:
                with temporary.open("xb") as file:
                    for chunk in chunks:
                        file.write(chunk)
                _require_hash(temporary, object_id)
                if path.exists():
                    self._set_aside(path, aside)
        except _OtherBytesError:
            return False
        return True

    def remove(self, object_id: str) -> int:
        """Remove an object's file and return how many bytes that freed; nothing may need it any more."""
        path = self.place(object_id)
        with storing(self.folder):
            if not path.is_file():
                return 0
            size_bytes = path.stat().st_size
            path.unlink()
        return size_bytes

    def present(self) -> Iterator[Path]:
        """Yield the file of every object that is there, in the order of their ids."""
        with storing(self.folder):
            for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
                for path in sorted(folder.iterdir()):
                    if _OBJECT_ID.fullmatch(path.name):
                        yield path

    def _is_kept(self, object_id: str, size_bytes: int) -> bool:
        """Whether the very same bytes are there already; a writer may have been killed before it synced."""
        path = self.place(object_id)
        with storing(self.folder):
            if not path.is_file() or path.stat().st_size != size_bytes or not self.verify(object_id):
                return False
            fsync_folder(path.parent)
        return True

    def _set_aside(self, path: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        path.replace(unused_path(folder / path.name))
        fsync_folder(folder)

    @contextmanager
    def _arrival(self, object_id: str, size_bytes: int | None) -> Iterator[Path]:
        path = self.place(object_id)
        require_free(self.folder, (size_bytes or 0) + HEADROOM_BYTES)
        with storing(self.folder, size_bytes):
            _make_folder(path.parent)
            with atomic_path(path, needed_bytes=size_bytes) as temporary:
                yield temporary

    def _require_same(self, temporary: Path, object_id: str, size_bytes: int) -> None:
        with temporary.open("rb") as stream:
            if digest(stream) != (object_id, size_bytes):
                raise StorageError(self.folder, "what was written does not read back")


class _OtherBytesError(Exception):
    """Bytes that hash to another id."""


def _require_hash(path: Path, object_id: str) -> None:
    with path.open("rb") as stream:
        if digest(stream)[0] != object_id:
            raise _OtherBytesError


def file_chunks(source: Path) -> Iterator[bytes]:
    """Yield a file's bytes; a file that cannot be read raises `UnreadableSourceError`."""
    with _reading(source):
        stream = source.open("rb")
    with stream:
        for _, chunk in _source_chunks(source, stream):
            yield chunk


def digest(
    stream: BinaryIO, progress: Progress | None = None, stage: str = "", total_bytes: int = 0
) -> tuple[str, int]:
    """Return the SHA-256 and the number of a stream's bytes."""
    listener = progress or Silence()
    sha, done = hashlib.sha256(), 0
    for done, chunk in _chunks(stream):
        listener.report(done / max(total_bytes, done), stage)
        sha.update(chunk)
    return sha.hexdigest(), done


def _copy(source: Path, target: Path, size_bytes: int, progress: Progress) -> None:
    with _reading(source):
        stream = source.open("rb")
    with stream, target.open("xb") as file:
        for done, chunk in _source_chunks(source, stream):
            progress.report(done / max(size_bytes, done), "Storing")
            file.write(chunk)


def _chunks(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    done = 0
    while chunk := stream.read(CHUNK_BYTES):
        done += len(chunk)
        yield done, chunk


def _source_chunks(source: Path, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    with _reading(source):
        yield from _chunks(stream)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        fsync_folder(folder.parent)


@contextmanager
def _reading(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableSourceError(source, error.strerror or str(error)) from error


@contextmanager
def storing(folder: Path, needed_bytes: int | None = None) -> Iterator[None]:
    """Turn what a disk refuses while something is written below a folder into a sentence.

    Parameters
    ----------
    folder : Path
        Where is written to.
    needed_bytes : int or None
        Named if the disk is full.

    Raises
    ------
    DiskFullError, FolderNotWritableError, StorageError
        In place of an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        raise translated(error, folder, needed_bytes) or StorageError(
            folder, error.strerror or str(error)
        ) from error

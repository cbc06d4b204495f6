"""A strict reader of bundles: takes nothing out of a zip file but what the studio itself puts into one."""

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from infinite_studio.errors import StudioError
from infinite_studio.history.bundle_manifest import BadManifestError, Manifest, NewerManifestError
from infinite_studio.history.store import CHUNK_BYTES, UnreadableSourceError

MANIFEST_NAME = "manifest.json"
MAX_MANIFEST_BYTES = 512 << 20
MAX_RATIO = 200
SMALL_BYTES = 1 << 20
"""Up to here an entry may shrink as far as it will: it cannot do harm."""
_OBJECT = re.compile(r"objects/([0-9a-f]{64})")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<4s2xH18xHH")
_FILE_KINDS = frozenset({0, 0o100000})
_TROUBLES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class DamagedBundleError(StudioError):
    """A file that is no proper bundle; nothing of it was taken in."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"“{path.name}” cannot be imported: {reason}.",
            hint="Ask for the bundle again, or export it anew; nothing of it was taken in.",
        )
        self.path = path
        self.reason = reason


class NewerBundleError(StudioError):
    """A bundle of a newer studio."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"“{path.name}” was made by a newer Infinite Studio.", hint="Update the studio, then try again."
        )
        self.path = path


class BundleReader:
    """An open bundle whose names, sizes and table of contents were checked.

    Parameters
    ----------
    path : Path
        The bundle.
    stream : BinaryIO
        The bundle's bytes.
    archive : zipfile.ZipFile
        Open on that stream.
    """

    def __init__(self, path: Path, stream: BinaryIO, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        with _strictly(path):
            self._entries = _checked_entries(archive)
            _require_gapless(stream, archive)
            manifest = b"".join(self._chunks(self._entries.pop(""), MAX_MANIFEST_BYTES))
            self.manifest = Manifest.from_bytes(manifest)
            self._require_same_objects()

    @property
    def object_ids(self) -> tuple[str, ...]:
        """The objects whose bytes it holds."""
        return tuple(sorted(self._entries))

    def object_chunks(self, object_id: str) -> Iterator[bytes]:
        """Yield the bytes of an object; the last chunk comes only if they hash to its id.

        Raises
        ------
        DamagedBundleError
            If they do not, or are more or fewer than announced.
        """
        size_bytes = self.manifest.objects[object_id].size_bytes
        sha = hashlib.sha256()
        waiting = b""
        with _strictly(self.path):
            for chunk in self._chunks(self._entries[object_id], size_bytes):
                yield waiting
                sha.update(chunk)
                waiting = chunk
            if sha.hexdigest() != object_id:
                raise BadManifestError(f"the object {object_id[:8]} is damaged")
        yield waiting

    def _require_same_objects(self) -> None:
        expected = {key: each.size_bytes for key, each in self.manifest.objects.items() if not each.is_absent}
        if expected != {key: entry.file_size for key, entry in self._entries.items()}:
            raise BadManifestError("its objects are not those of its table of contents")

    def _chunks(self, entry: zipfile.ZipInfo, most_bytes: int) -> Iterator[bytes]:
        if entry.file_size > most_bytes:
            raise BadManifestError("it holds something far too large")
        left = entry.file_size
        with self._archive.open(entry) as stream:
            while left and (chunk := stream.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk
            if left or stream.read(1):
                raise BadManifestError("something in it is not as long as it says")


@contextmanager
def open_bundle(path: Path) -> Iterator[BundleReader]:
    """Open a bundle and check all of it but the bytes of the objects.

    Raises
    ------
    UnreadableSourceError
        If the file cannot be read.
    DamagedBundleError
        If it is no proper bundle.
    NewerBundleError
        If a newer studio made it.
    """
    try:
        stream: BinaryIO = path.open("rb")
    except OSError as error:
        raise UnreadableSourceError(path, error.strerror or str(error)) from error
    with stream:
        with _strictly(path):
            archive = zipfile.ZipFile(stream)
        with archive:
            yield BundleReader(path, stream, archive)


def _checked_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by object id, the manifest under the empty one."""
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        found = _OBJECT.fullmatch(entry.orig_filename)
        if found is None and entry.orig_filename != MANIFEST_NAME:
            raise BadManifestError(f"it holds “{entry.orig_filename[:80]}”, which no bundle does")
        object_id = found[1] if found else ""
        if object_id in entries:
            raise BadManifestError("it holds the same name twice")
        _require_harmless(entry)
        entries[object_id] = entry
    if "" not in entries:
        raise BadManifestError("it has no table of contents")
    return entries


def _require_gapless(stream: BinaryIO, archive: zipfile.ZipFile) -> None:
    """Refuse anything before, between or behind the parts: then no size or place in the zip can lie."""
    place = 0
    for entry in sorted(archive.infolist(), key=lambda each: each.header_offset):
        stream.seek(entry.header_offset)
        header = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
        if entry.header_offset != place or header[:2] != (b"PK\x03\x04", entry.flag_bits):
            raise BadManifestError("its parts overlap or leave gaps")
        place += _LOCAL_HEADER.size + header[2] + header[3] + entry.compress_size
    if place != archive.start_dir:
        raise BadManifestError("its parts overlap or leave gaps")


def _require_harmless(entry: zipfile.ZipInfo) -> None:
    kind = (entry.external_attr >> 16) & 0o170000
    if kind not in _FILE_KINDS or entry.is_dir() or entry.external_attr & 0x10:
        raise BadManifestError("it holds something that is no plain file")
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise BadManifestError("it is packed in a way that no bundle is")
    if entry.file_size > SMALL_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
        raise BadManifestError("it would grow out of all proportion")


@contextmanager
def _strictly(path: Path) -> Iterator[None]:
    """Turn whatever a strange file can cause into one error."""
    try:
        yield
    except NewerManifestError as error:
        raise NewerBundleError(path) from error
    except BadManifestError as error:
        raise DamagedBundleError(path, str(error)) from error
    except _TROUBLES as error:
        raise DamagedBundleError(path, "it is no bundle, or it is damaged") from error
    except OSError as error:
        raise UnreadableSourceError(path, error.strerror or str(error)) from error

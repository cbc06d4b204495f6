"""Writing a bundle: the same project always gives the same bytes."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from infinite_studio.audio.files import atomic_path
from infinite_studio.history.bundle_manifest import Manifest
from infinite_studio.history.bundle_reader import MANIFEST_NAME, MAX_RATIO, SMALL_BYTES
from infinite_studio.history.store import DamagedObjectError, file_chunks, storing
from infinite_studio.history.values import StoredObject
from infinite_studio.progress import Part, Progress

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_ZIP_BYTES_PER_ENTRY = 256
_LARGE_BYTES = 1 << 30


def write_bundle(
    path: Path, manifest: Manifest, place: Callable[[str], Path], progress: Progress
) -> tuple[int, int]:
    """Write a bundle, whole or not at all; return how many objects it holds and its size in bytes.

    Raises
    ------
    DamagedObjectError
        If an object is no longer what it was.
    DiskFullError, FolderNotWritableError, StorageError
        If it cannot be written.
    """
    present = [each for _, each in sorted(manifest.objects.items()) if not each.is_absent]
    table = manifest.to_bytes()
    expected = sum(each.size_bytes + _ZIP_BYTES_PER_ENTRY for each in present)
    with storing(path.parent, expected), atomic_path(path, needed_bytes=expected) as temporary:
        with zipfile.ZipFile(temporary, "x", allowZip64=True) as archive:
            archive.writestr(_entry(MANIFEST_NAME), table, _method(table))
            for done, each in enumerate(present):
                part = Part(progress, done / len(present), (done + 1) / len(present))
                _add(archive, each, place(each.object_id), part)
        size_bytes = temporary.stat().st_size
    progress.report(1.0)
    return len(present), size_bytes


def _add(archive: zipfile.ZipFile, each: StoredObject, place: Path, progress: Progress) -> None:
    entry = _entry(f"objects/{each.object_id}")
    if each.media_type.endswith("json"):
        entry.compress_type = _method(b"".join(file_chunks(place)))
    entry.file_size = each.size_bytes
    sha, done = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=each.size_bytes > _LARGE_BYTES) as target:
        for chunk in file_chunks(place):
            progress.report(done / max(each.size_bytes, done, 1), "Writing the bundle")
            sha.update(chunk)
            target.write(chunk)
            done += len(chunk)
    if sha.hexdigest() != each.object_id:
        raise DamagedObjectError(each.object_id)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system, entry.external_attr = 3, _PLAIN_FILE
    return entry


def _method(data: bytes) -> int:
    """Deflate texts, unless they shrink so far that a reader would refuse them."""
    shrinks_too_far = len(data) > SMALL_BYTES and len(data) > MAX_RATIO // 2 * len(zlib.compress(data))
    return zipfile.ZIP_STORED if shrinks_too_far else zipfile.ZIP_DEFLATED

"""Files that are either whole or absent, and names that every system accepts."""

import errno
import os
import re
import secrets
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from infinite_studio.errors import StudioError

TEMPORARY_PREFIX = ".part-"
MAX_NAME_BYTES = 255
_MAX_SUFFIX_BYTES = 32
_NO_SUCH_CALL = frozenset({errno.EINVAL, errno.ENOTSUP})
_BUSY_PAUSES_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENAMETOOLONG})
_RESERVED_CHARACTERS = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]+')
_INVISIBLE_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_DEVICE_NAMES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


class DiskFullError(StudioError):
    """A folder's disk cannot hold what should be written.

    Parameters
    ----------
    folder : Path
        Where it should go.
    free_bytes : int
        What is free there now.
    needed_bytes : int or None
        What is needed; None where that is not known.
    """

    def __init__(self, folder: Path, free_bytes: int, needed_bytes: int | None = None) -> None:
        need = "more" if needed_bytes is None else f"{readable_size(needed_bytes)} ({needed_bytes:,} bytes)"
        limited = needed_bytes is not None and free_bytes >= needed_bytes
        super().__init__(
            f"There is not enough room in “{folder.name or folder}”: {need} needed, "
            f"{readable_size(free_bytes)} ({free_bytes:,} bytes) free"
            f"{', but a quota or a largest file size stops it' if limited else ''}.",
            hint="Free some space on that disk or choose another folder; nothing was left half-written.",
        )
        self.folder = folder
        self.free_bytes = free_bytes
        self.needed_bytes = needed_bytes


class FolderNotWritableError(StudioError):
    """A folder in which nothing may be written, or that is not there."""

    def __init__(self, folder: Path, reason: str = "") -> None:
        detail = f" ({reason})" if reason else ""
        super().__init__(
            f"Nothing can be written to the folder “{folder}”{detail}.",
            hint="Choose another folder, or allow writing to this one.",
        )
        self.folder = folder
        self.reason = reason


def readable_size(n_bytes: int) -> str:
    """Return a size as people read it, such as ``1.4 GB``."""
    if n_bytes < 1000:
        return f"{n_bytes:.0f} bytes"
    size = float(n_bytes)
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        # What would be shown as 1000.0 already reads better in the next unit.
        if size < 999.95:
            return f"{size:.1f} {unit}"
    return f"{size:,.1f} TB"


def free_bytes(path: Path) -> int:
    """Return how many bytes may still be written where ``path`` lies or would lie."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def require_free(folder: Path, needed_bytes: int) -> None:
    """Refuse work that would fill the disk.

    Parameters
    ----------
    folder : Path
        Where it will be written; need not exist yet.
    needed_bytes : int
        How much will be written.

    Raises
    ------
    DiskFullError
        If less is free; it names both numbers.
    """
    free = free_bytes(folder)
    if free < needed_bytes:
        raise DiskFullError(folder, free, needed_bytes)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power loss; does nothing where the system has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:
            raise
    finally:
        os.close(descriptor)


def sync(descriptor: int) -> None:
    """Make what was written to an open file survive a power loss.

    Parameters
    ----------
    descriptor : int
        Of the open file or folder.

    Notes
    -----
    On macOS ``fsync`` leaves the bytes in the drive's own memory; ``F_FULLFSYNC`` empties that too, where the disk
    knows it (network disks do not).
    """
    if sys.platform == "darwin":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _fsync_file(path: Path) -> None:
    with path.open("rb+") as file:
        sync(file.fileno())


def translated(error: OSError, folder: Path, needed_bytes: int | None = None) -> StudioError | None:
    """Return what a failed write into ``folder`` means for a person; None where it is not about the folder."""
    if error.errno in _FULL:
        return DiskFullError(folder, free_bytes(folder), needed_bytes)
    if not folder.is_dir():
        return FolderNotWritableError(folder, "it is not there")
    about = None if error.filename is None else Path(os.fsdecode(error.filename))
    if error.errno in _REFUSED and (about is None or folder in {about, about.parent}):
        return FolderNotWritableError(folder, os.strerror(error.errno or 0).lower())
    return None


def make_folder(folder: Path) -> None:
    """Make a folder with its parents, unless it is there.

    Raises
    ------
    FolderNotWritableError
        If it cannot be made: no permission, or a file stands in the way.
    DiskFullError
        If there is no room for it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(folder, free_bytes(folder)) from error
        raise FolderNotWritableError(folder, os.strerror(error.errno or 0).lower()) from error


def _put_in_place(temporary: Path, final: Path) -> None:
    """Rename over what may be there.

    Windows refuses that while anything looks at the old file, as virus scanners and indexers do for a moment with
    whatever was just written: then it is tried again for most of a second.
    """
    for pause_seconds in _BUSY_PAUSES_SECONDS if sys.platform == "win32" else ():
        try:
            temporary.replace(final)
        except PermissionError:
            time.sleep(pause_seconds)
        else:
            return
    temporary.replace(final)


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Make a folder with its parents for what the block writes; afterwards no new folder stays empty.

    Parameters
    ----------
    folder : Path
        Need not exist yet; what was there before stays, empty or not.

    Raises
    ------
    FolderNotWritableError
        If it cannot be made: no permission, or a file stands in the way.
    DiskFullError
        If there is no room for it.
    """
    new = [place for place in (folder, *folder.parents) if not os.path.lexists(place)]
    try:
        make_folder(folder)
        yield
    finally:
        for place in new:
            with suppress(OSError):
                place.rmdir()


@contextmanager
def atomic_path(final: Path, *, needed_bytes: int | None = None) -> Iterator[Path]:
    """Yield a temporary path beside ``final`` that takes its place only when the block succeeds.

    On success the file is synced, renamed over ``final`` and the folder synced. On any exception,
    cancelling and Ctrl-C included, the temporary file is deleted and ``final`` stays as it was.

    Parameters
    ----------
    final : Path
        Where the finished file shall be; its folder must exist.
    needed_bytes : int or None
        Expected size; checked against the free space first and named if the disk fills up.

    Yields
    ------
    Path
        A path in the same folder that does not exist yet.

    Raises
    ------
    DiskFullError
        If the disk or a quota is full, or a file may not become that large.
    FolderNotWritableError
        If the folder is missing, read-only or forbidden.
    """
    folder = final.parent
    temporary = folder / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    try:
        if needed_bytes is not None:
            require_free(folder, needed_bytes)
        yield temporary
        _fsync_file(temporary)
        _put_in_place(temporary, final)
        fsync_folder(folder)
    except OSError as error:
        meaning = translated(error, folder, needed_bytes)
        if meaning is None:
            raise
        raise meaning from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _cut(text: str, max_bytes: int) -> str:
    data = text.encode(errors="surrogatepass")
    return text if len(data) <= max_bytes else data[:max_bytes].decode(errors="ignore").rstrip("\u200d")


def _legal(text: str) -> str:
    visible = _INVISIBLE_DIRECTIONS.sub("", unicodedata.normalize("NFC", text))
    return _RESERVED_CHARACTERS.sub("_", visible)


def safe_filename(title: str, suffix: str = "") -> str:
    """Return a file name for a title that Windows, macOS and Linux all accept.

    Parameters
    ----------
    title : str
        Anything a person may type or a file may be called, lone surrogates included.
    suffix : str
        Put at the end, such as ``.wav``.

    Returns
    -------
    str
        NFC, at most 255 UTF-8 bytes, no reserved character, no device name, no leading dash or dot,
        no trailing dot or space; ``untitled`` where nothing is left of the title.
    """
    ending = _cut(_legal(suffix), _MAX_SUFFIX_BYTES).rstrip(" .")
    stem = _legal(title).strip().lstrip("-. ")
    stem = _cut(stem, MAX_NAME_BYTES - 1 - len(ending.encode())).rstrip(" .") or "untitled"
    return f"_{stem}{ending}" if _DEVICE_NAMES.match(stem + ending) else stem + ending


def unused_path(path: Path) -> Path:
    """Return ``path``, or the first of ``name (2).wav``, ``name (3).wav`` … that does not exist yet."""
    candidate, count = path, 1
    while os.path.lexists(candidate):
        count += 1
        mark = f" ({count}){path.suffix}"
        room = MAX_NAME_BYTES - len(mark.encode(errors="surrogatepass"))
        candidate = path.with_name(_cut(path.stem, room) + mark)
    return candidate

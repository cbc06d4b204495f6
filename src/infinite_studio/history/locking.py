"""One writer per library: the operating system's file lock decides, the file's content only says who."""

import json
import os
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infinite_studio.errors import StudioError

LOCK_FILE_NAME = "library.lock"
_LOCKED_BYTE = 1 << 30
"""Windows denies reading a locked byte: this one lies far behind the content."""


@dataclass(frozen=True)
class Holder:
    """Which program has the library open for writing.

    Parameters
    ----------
    pid : int
        Its process number.
    host : str
        The computer it runs on.
    """

    pid: int
    host: str

    def __str__(self) -> str:
        """Say who, for a sentence."""
        return f"process {self.pid} on {self.host}"


class LibraryLockedError(StudioError):
    """Another program writes to this library."""

    def __init__(self, folder: Path, holder: Holder | None) -> None:
        who = f" ({holder})" if holder else ""
        super().__init__(
            f"The library is already open in another Infinite Studio{who}.",
            hint="Use that window, or close it first; until then the library can only be looked at here.",
        )
        self.folder = folder
        self.holder = holder


class LibraryNotWritableError(StudioError):
    """A library folder that nothing can be written to."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The library folder “{folder}” cannot be written ({reason}).",
            hint="Choose another folder for the library, or allow writing to this one.",
        )
        self.folder = folder
        self.reason = reason


class LibraryLock:
    """A held lock; the lock file stays behind, because removing it would let two writers in.

    Parameters
    ----------
    path : Path
        The lock file.
    descriptor : int
        The open file that the lock hangs on.
    was_left_open : bool
        Whether the last writer ended without releasing, so that it may have left half-written files.
    """

    def __init__(self, path: Path, descriptor: int, *, was_left_open: bool) -> None:
        self.path = path
        self.was_left_open = was_left_open
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, folder: Path) -> "LibraryLock":
        """Become the writer of a library, or be told at once who is.

        Parameters
        ----------
        folder : Path
            The existing library folder.

        Returns
        -------
        LibraryLock
            Held until `release` or the end of the process, however it ends.

        Raises
        ------
        LibraryLockedError
            If another program, or another part of this one, holds it.
        LibraryNotWritableError
            If the lock file cannot be made, or the disk knows no locks.
        """
        path = folder / LOCK_FILE_NAME
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        except OSError as error:
            raise LibraryNotWritableError(folder, error.strerror or str(error)) from error
        try:
            _lock(descriptor, folder)
            was_left_open = os.fstat(descriptor).st_size > 0
            _write_holder(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise LibraryNotWritableError(folder, error.strerror or str(error)) from error
        except LibraryLockedError:
            os.close(descriptor)
            raise
        return cls(path, descriptor, was_left_open=was_left_open)

    def release(self) -> None:
        """Let the next writer in; a second call does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        try:
            with suppress(OSError):  # the next writer then sweeps once for nothing
                os.ftruncate(descriptor, 0)
            _unlock(descriptor)
        finally:
            os.close(descriptor)


def read_holder(folder: Path) -> Holder | None:
    """Return who says to hold the lock; None where the file says nothing readable."""
    try:
        values: Any = json.loads((folder / LOCK_FILE_NAME).read_bytes())
        return Holder(int(values["pid"]), str(values["host"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _lock(descriptor: int, folder: Path) -> None:
    if not _try_lock(descriptor):
        raise LibraryLockedError(folder, read_holder(folder))


def _write_holder(descriptor: int) -> None:
    content = json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode()
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, content)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

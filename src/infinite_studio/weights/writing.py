"""What the operating system says about a folder of weights, translated."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from infinite_studio.audio.files import DiskFullError, FolderNotWritableError, free_bytes, translated

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def writing_to(folder: Path, needed_bytes: int | None = None, discard: Path | None = None) -> Iterator[None]:
    """Turn every failed call into a sentence about the folder; on a full disk give back what ``discard`` takes."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            free = free_bytes(folder)
            if discard is not None:
                with suppress(OSError):
                    discard.unlink()
            raise DiskFullError(folder, free, needed_bytes) from error
        reason = (error.strerror or str(error)).lower()
        raise translated(error, folder) or FolderNotWritableError(folder, reason) from error


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte, however few the system takes at once."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]

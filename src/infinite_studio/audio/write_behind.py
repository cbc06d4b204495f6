"""Large files at the speed of the disk: room taken at once, and bytes on their way to it while the next are made."""

import errno
import os
import sys
from io import RawIOBase

_BEHIND_BYTES = 32 << 20
_NO_SUCH_CALL = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})


def reserve(file: RawIOBase, n_bytes: int) -> None:
    """Take the room for a file before it is written, so that a full disk is known at once.

    Parameters
    ----------
    file : RawIOBase
        Open for writing, and empty; it is ``n_bytes`` long afterwards where the system can reserve room.
    n_bytes : int
        How long it will be.

    Raises
    ------
    OSError
        If there is not enough room.

    Notes
    -----
    ``posix_fallocate``: the blocks are found once instead of one by one while the writing goes on.
    """
    if sys.platform == "linux" and n_bytes > 0:
        try:
            os.posix_fallocate(file.fileno(), 0, n_bytes)
        except OSError as error:
            if error.errno not in _NO_SUCH_CALL:
                raise


class WriteBehind:
    """Asks the system every 32 MB to begin putting on the disk what was written, so that syncing at the end is short.

    Parameters
    ----------
    file : RawIOBase
        Written from its present place on.

    Notes
    -----
    ``posix_fadvise(DONTNEED)`` starts writing out and does not wait; elsewhere nothing happens.
    """

    def __init__(self, file: RawIOBase) -> None:
        self._file = file
        self._done = file.tell()

    def advance(self) -> None:
        """Look whether enough was written since the last time."""
        place = self._file.tell()
        if place - self._done >= _BEHIND_BYTES:
            if sys.platform == "linux":
                start, length = self._done, place - self._done
                os.posix_fadvise(self._file.fileno(), start, length, os.POSIX_FADV_DONTNEED)
            self._done = place

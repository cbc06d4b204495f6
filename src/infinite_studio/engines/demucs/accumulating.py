"""The sum of several networks' stems: in memory for songs, on the disk for hours."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.files import require_free

IN_MEMORY_BYTES = 400_000_000


@contextmanager
def stem_sums(
    n_sources: int, n_frames: int, n_channels: int, folder: Path | None
) -> Iterator[NDArray[np.float32]]:
    """Yield zeros ``(sources, frames, channels)``; a file without a name holds what is large.

    Raises
    ------
    DiskFullError
        If the disk has no room for it.
    """
    shape = (n_sources, n_frames, n_channels)
    n_bytes = 4 * n_sources * n_frames * n_channels
    if n_bytes <= IN_MEMORY_BYTES:
        yield np.zeros(shape, np.float32)
        return
    place = folder or Path(tempfile.gettempdir())
    require_free(place, n_bytes)
    # A file without a name goes away with the last view of it; one with a name could not be removed on Windows before.
    with tempfile.TemporaryFile(prefix="stems-", dir=place) as file:
        yield np.memmap(file, np.float32, "w+", shape=shape)

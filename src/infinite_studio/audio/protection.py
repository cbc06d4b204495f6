"""Copy protection in MP4 and its relatives: found in the file's boxes, before anything is decoded.

Decoders look through some kinds of protection at what lies beneath and then play noise.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PROTECTED_ENTRIES = frozenset({b"drms", b"enca", b"aavd"})
_PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_MOST_BOXES = 10_000
_WIDE, _TO_THE_END = 1, 0


def is_protected(path: Path) -> bool:
    """Say whether the sound in an MP4 file is locked.

    Parameters
    ----------
    path : Path
        A file of ISO base media boxes: MP4, M4A, M4B, M4P, MOV.

    Returns
    -------
    bool
        Whether a sample entry is ``drms`` (FairPlay), ``enca`` (common encryption) or ``aavd`` (audio
        books); False for boxes that make no sense, which decoding will tell about.

    Notes
    -----
    ISO/IEC 14496-12 (boxes and sample descriptions), ISO/IEC 23001-7 (common encryption).
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        return any(entry in PROTECTED_ENTRIES for entry in _entries(file, 0, size, 0))


def _entries(file: BinaryIO, start: int, end: int, depth: int) -> Iterator[bytes]:
    """Yield the kinds of all sample entries between two places in a file."""
    for kind, first, last in _boxes(file, start, end):
        if depth == len(_PARENTS):
            yield kind
        elif kind == _PARENTS[depth]:
            # The sample descriptions begin with a version and their number.
            yield from _entries(file, first + (8 if kind == b"stsd" else 0), last, depth + 1)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, beginning and end of what is in each box."""
    for _ in range(_MOST_BOXES):
        file.seek(start)
        head = file.read(16)
        size, first = int.from_bytes(head[:4], "big"), start + 8
        if size == _WIDE:
            size, first = int.from_bytes(head[8:], "big"), start + 16
        elif size == _TO_THE_END:
            size = end - start
        if len(head) < 8 or start + size > end or first > start + size:
            return
        yield head[4:8], first, start + size
        start += size

"""The comment packet of OGG files: read, and filled in place without moving anything after it."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from infinite_studio.audio.ogg_pages import page_checksum
from infinite_studio.audio.vorbis_comments import comments_of

_MARK = "~"
_HEAD_BYTES = 27
_MOST_BYTES = 1 << 18
_NAME = "COMMENT"
_MAGIC = (b"\x03vorbis", b"OpusTags")


def read_ogg_comments(file: BinaryIO) -> dict[str, str]:
    """Return the comments of an OGG file by name, in capitals.

    Parameters
    ----------
    file : BinaryIO
        Open for reading, at any place.
    """
    file.seek(0)
    packet = b""
    for body in _page_bodies(file.read(_MOST_BYTES)):
        packet += body
    for magic in _MAGIC:
        place = packet.find(magic)
        if place >= 0:
            return dict(comments_of(packet[place + len(magic) :]))
    return {}


def _page_bodies(data: bytes) -> list[bytes]:
    found, place = [], 0
    while data[place : place + 4] == b"OggS" and len(data) >= place + _HEAD_BYTES:
        n_segments = data[place + 26]
        start = place + _HEAD_BYTES + n_segments
        end = start + sum(data[place + _HEAD_BYTES : start])
        found.append(data[start:end])
        place = end
    return found


def placeholder(comments: Sequence[tuple[str, str]]) -> str:
    """Return a comment that takes exactly the room of these ones, to be replaced by `fill_placeholder`.

    Parameters
    ----------
    comments : sequence of (str, str)
        Names and values that shall stand there.
    """
    return _MARK * (len(_entries(comments)) - 4 - len(_NAME) - 1)


def fill_placeholder(path: Path, comments: Sequence[tuple[str, str]]) -> bool:
    """Put comments in the place of a placeholder and correct the page's checksum.

    Parameters
    ----------
    path : Path
        An OGG file that was written with a comment of `placeholder`.
    comments : sequence of (str, str)
        The same as there.

    Returns
    -------
    bool
        Whether the placeholder was there.

    Notes
    -----
    RFC 3533 for pages and their CRC, RFC 5215 for the comments.
    """
    with path.open("r+b") as file:
        data = bytearray(file.read(_MOST_BYTES))
        wanted = _NAME.encode() + b"=" + placeholder(comments).encode()
        entry = struct.pack("<I", len(wanted)) + wanted
        place = data.find(entry)
        page = data.rfind(b"OggS", 0, place) if place >= 0 else -1
        if page < 0:
            return False
        data[place : place + len(entry)] = _entries(comments)
        _correct_count(data, page, place, len(comments) - 1)
        end = _page_end(data, page)
        data[page + 22 : page + 26] = bytes(4)
        data[page + 22 : page + 26] = struct.pack("<I", page_checksum(data[page:end]))
        file.seek(page)
        file.write(data[page:end])
    return True


def _entries(comments: Sequence[tuple[str, str]]) -> bytes:
    lines = (f"{name}={value}".encode() for name, value in comments)
    return b"".join(struct.pack("<I", len(line)) + line for line in lines)


def _correct_count(data: bytearray, page: int, before: int, added: int) -> None:
    """Let the comment packet say how many comments it has now."""
    for magic in _MAGIC:
        start = data.find(magic, page, before)
        if start >= 0:
            place = start + len(magic)
            place += 4 + struct.unpack_from("<I", data, place)[0]
            struct.pack_into("<I", data, place, struct.unpack_from("<I", data, place)[0] + added)
            return


def _page_end(data: bytearray, page: int) -> int:
    n_segments = data[page + 26]
    start = page + _HEAD_BYTES + n_segments
    return start + sum(data[page + _HEAD_BYTES : start])

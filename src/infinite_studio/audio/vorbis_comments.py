"""Vorbis comments: names and texts as FLAC and OGG keep them."""

import struct
from collections.abc import Iterator, Sequence


def comment_body(comments: Sequence[tuple[str, str]]) -> bytes:
    """Return names and values as Vorbis comments, without a framing bit.

    Parameters
    ----------
    comments : sequence of (str, str)
        Names and values.

    Notes
    -----
    RFC 5215, section 5 of the Vorbis I specification.
    """
    vendor = b"Infinite Studio"
    body = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(comments))
    for name, value in comments:
        line = f"{name}={value}".encode()
        body += struct.pack("<I", len(line)) + line
    return body


def comments_of(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield names, in capitals, and values of Vorbis comments.

    Parameters
    ----------
    body : bytes
        Vendor, count and comments, as in FLAC and after the magic of OGG's comment packets.
    """
    place = 4 + int.from_bytes(body[:4], "little")
    count = int.from_bytes(body[place : place + 4], "little")
    place += 4
    for _ in range(min(count, 10_000)):
        size = int.from_bytes(body[place : place + 4], "little")
        name, separator, value = body[place + 4 : place + 4 + size].decode(errors="replace").partition("=")
        place += 4 + size
        if separator:
            yield name.upper(), value

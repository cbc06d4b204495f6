"""Pages of an OGG stream: packets in, pages with checksums out, and pages written again at a later time."""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

_MOST_SEGMENTS = 255
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_ONES = 0xFFFFFFFF


def page_checksum(page: bytes | bytearray) -> int:
    """Return the checksum of a page whose own checksum is zero.

    Parameters
    ----------
    page : bytes
        The whole page.

    Notes
    -----
    RFC 3533 shifts the bits of a byte the other way round than zlib does: mirrored bytes give the mirrored checksum.
    """
    mirrored = zlib.crc32(bytes(page).translate(_MIRRORED), _ONES) ^ _ONES
    return int(f"{mirrored:032b}"[::-1], 2)


@dataclass(frozen=True)
class Page:
    """What is in a page, without its place in the stream.

    Parameters
    ----------
    lacing : bytes
        Lengths of its segments.
    body : bytes
        Its packets.
    n_packets : int
        How many.
    """

    lacing: bytes
    body: bytes
    n_packets: int


class OggPages:
    """Writes packets of equal duration as pages of at most a number of packets, each packet within one page.

    Parameters
    ----------
    file : BinaryIO
        Written from its present place on.
    packet_granules : int
        How far the granule position moves with each packet.
    page_packets : int
        Most packets in a page.
    serial : int
        Number of the stream.
    """

    def __init__(self, file: BinaryIO, packet_granules: int, page_packets: int, serial: int) -> None:
        self._file = file
        self._granules = packet_granules
        self._most = page_packets
        self._serial = serial
        self._number = 0
        self._lacing, self._waiting = bytearray(), list[bytes]()
        self.n_packets = 0

    def put_header(self, packet: bytes) -> None:
        """Write a packet that holds no sound as a page of its own, or as several if it is long."""
        lacing = _laced(packet)
        for start in range(0, len(lacing), _MOST_SEGMENTS):
            body = packet[start * _MOST_SEGMENTS : (start + _MOST_SEGMENTS) * _MOST_SEGMENTS]
            flags = (_CONTINUED if start else 0) | (0 if self._number else _FIRST)
            is_end = start + _MOST_SEGMENTS >= len(lacing)
            self._write(Page(lacing[start : start + _MOST_SEGMENTS], body, 0), 0 if is_end else -1, flags)

    def put(self, packet: bytes) -> Page | None:
        """Take a packet, and return the page that was written because it was full."""
        lacing, page = _laced(packet), None
        if len(self._lacing) + len(lacing) > _MOST_SEGMENTS or len(self._waiting) == self._most:
            page = self.flush()
        self._lacing += lacing
        self._waiting.append(packet)
        return page

    def flush(self) -> Page | None:
        """Write what waits, and return it."""
        if not self._waiting:
            return None
        page = self._taken()
        self.again(page)
        return page

    def again(self, page: Page) -> None:
        """Write a page at the present time."""
        self.n_packets += page.n_packets
        self._write(page, self.n_packets * self._granules)

    def recorded(self, packets: Iterable[bytes]) -> list[Page]:
        """Write packets as whole pages of their own, and return these."""
        self.flush()
        pages = [page for page in map(self.put, packets) if page is not None]
        last = self.flush()
        return pages if last is None else [*pages, last]

    def finish(self, granule: int) -> None:
        """Write the last page; ``granule`` says where the sound ends within it."""
        page = self._taken()
        self.n_packets += page.n_packets
        self._write(page, granule, _LAST)

    def _taken(self) -> Page:
        page = Page(bytes(self._lacing), b"".join(self._waiting), len(self._waiting))
        self._lacing.clear()
        self._waiting.clear()
        return page

    def _write(self, page: Page, granule: int, flags: int = 0) -> None:
        head = struct.pack(
            "<4sBBqIIIB", b"OggS", 0, flags, granule, self._serial, self._number, 0, len(page.lacing)
        )
        data = bytearray(head + page.lacing + page.body)
        struct.pack_into("<I", data, 22, page_checksum(data))
        self._file.write(data)
        self._number += 1


def _laced(packet: bytes) -> bytes:
    whole, rest = divmod(len(packet), 255)
    return b"\xff" * whole + bytes([rest])

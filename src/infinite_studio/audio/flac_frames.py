"""FLAC frames taken out of a stream and put at another place of a longer one, without encoding them again."""

from collections.abc import Iterator
from dataclasses import dataclass

from infinite_studio.errors import StudioError

_SYNC_FIXED, _SYNC_VARIABLE = b"\xff\xf8", b"\xff\xf9"
_BLOCK_SIZES = {
    1: 192,
    **{code: 576 << (code - 2) for code in range(2, 6)},
    **{c: 256 << (c - 8) for c in range(8, 16)},
}
_RATE_BYTES = {12: 1, 13: 2, 14: 2}
_POLYNOMIAL_8, _POLYNOMIAL_16 = 0x07, 0x8005


class ForeignFlacError(StudioError):
    """A FLAC stream that does not look as our encoder makes it."""

    def __init__(self) -> None:
        super().__init__("The encoded sound could not be taken apart.", hint="Choose another format.")


def _table(polynomial: int, bits: int) -> tuple[int, ...]:
    top, mask = 1 << (bits - 1), (1 << bits) - 1
    found = []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = ((value << 1) ^ polynomial if value & top else value << 1) & mask
        found.append(value)
    return tuple(found)


_TABLE_8, _TABLE_16 = _table(_POLYNOMIAL_8, 8), _table(_POLYNOMIAL_16, 16)


def crc_8(data: bytes) -> int:
    """Return the CRC-8 that ends a frame's header."""
    value = 0
    for byte in data:
        value = _TABLE_8[value ^ byte]
    return value


def crc_16(data: bytes) -> int:
    """Return the CRC-16 that ends a frame."""
    value = 0
    for byte in data:
        value = ((value << 8) & 0xFFFF) ^ _TABLE_16[(value >> 8) ^ byte]
    return value


def _times(a: int, b: int) -> int:
    """Multiply two polynomials over GF(2) modulo that of CRC-16."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        b >>= 1
        a = ((a << 1) ^ _POLYNOMIAL_16 if a & 0x8000 else a << 1) & 0xFFFF
    return product


def _advance_table(n_bytes: int) -> tuple[tuple[int, ...], ...]:
    """Return what a CRC-16 becomes after ``n_bytes`` zeros: four tables, one for each of its nibbles."""
    power, square = 1, 1 << 8
    while n_bytes:
        if n_bytes & 1:
            power = _times(power, square)
        square = _times(square, square)
        n_bytes >>= 1
    return tuple(tuple(_times(power, nibble << shift) for nibble in range(16)) for shift in (0, 4, 8, 12))


@dataclass(frozen=True)
class FlacFrame:
    """A frame that can stand anywhere.

    Parameters
    ----------
    codes : bytes
        The two bytes of the header that say block size, rate, channels and depth.
    extra : bytes
        Block size or rate where the codes do not say them.
    body : bytes
        Everything between header and CRC.
    n_frames : int
        Audio frames in it.
    crc_of_body : int
        CRC-16 of the body alone.
    advance : tuple
        How the header's CRC-16 goes through the body.
    """

    codes: bytes
    extra: bytes
    body: bytes
    n_frames: int
    crc_of_body: int
    advance: tuple[tuple[int, ...], ...]

    def at(self, first_frame: int) -> bytes:
        """Return the bytes of the frame in a stream of varying block sizes, beginning at an audio frame."""
        header = _SYNC_VARIABLE + self.codes + coded_number(first_frame) + self.extra
        header += bytes((crc_8(header),))
        low, second, third, high = self.advance
        value = crc_16(header)
        value = low[value & 15] ^ second[value >> 4 & 15] ^ third[value >> 8 & 15] ^ high[value >> 12]
        return header + self.body + (value ^ self.crc_of_body).to_bytes(2, "big")


def coded_number(number: int) -> bytes:
    """Return a number as FLAC writes it: UTF-8, extended to 36 bits."""
    if number < 0x80:
        return bytes((number,))
    tail: list[int] = []
    room = 6
    while number >= 1 << room:
        tail.append(0x80 | number & 0x3F)
        number >>= 6
        room -= 1
    lead = (0xFF << (room + 1)) & 0xFF
    return bytes((lead | number, *reversed(tail)))


def frames_of(stream: bytes) -> Iterator[FlacFrame]:
    """Yield the frames of a stream with a fixed block size, as libFLAC writes it.

    Parameters
    ----------
    stream : bytes
        A whole file.

    Raises
    ------
    ForeignFlacError
        If it is no such stream.

    Notes
    -----
    Frame format of RFC 9639. The CRC-16 of a moved frame follows from that of its old and its new header,
    because a CRC is linear.
    """
    place, last = 4, False
    while not last:
        last, size = bool(stream[place] & 0x80), int.from_bytes(stream[place + 1 : place + 4], "big")
        place += 4 + size
    number = 0
    while place < len(stream):
        header_bytes = _header_bytes(stream, place, number)
        if header_bytes is None:
            raise ForeignFlacError
        end = _next_frame(stream, place + header_bytes, number + 1)
        yield _frame(stream[place:end], header_bytes, len(coded_number(number)))
        place, number = end, number + 1


def _header_bytes(stream: bytes, place: int, number: int) -> int | None:
    """Return the length of a header at a place, or None where there is none of this number."""
    coded = coded_number(number)
    if stream[place : place + 2] != _SYNC_FIXED or stream[place + 4 : place + 4 + len(coded)] != coded:
        return None
    size_code, rate_code = stream[place + 2] >> 4, stream[place + 2] & 15
    n_bytes = 4 + len(coded) + {6: 1, 7: 2}.get(size_code, 0) + _RATE_BYTES.get(rate_code, 0)
    header = stream[place : place + n_bytes + 1]
    return n_bytes + 1 if len(header) == n_bytes + 1 and crc_8(header[:-1]) == header[-1] else None


def _next_frame(stream: bytes, place: int, number: int) -> int:
    while (place := stream.find(_SYNC_FIXED, place)) >= 0:
        if _header_bytes(stream, place, number) is not None:
            return place
        place += 1
    return len(stream)


def _frame(data: bytes, header_bytes: int, number_bytes: int) -> FlacFrame:
    codes, extra = data[2:4], data[4 + number_bytes : header_bytes - 1]
    body, crc = data[header_bytes:-2], int.from_bytes(data[-2:], "big")
    code = codes[0] >> 4
    n_frames = int.from_bytes(extra[: code - 5], "big") + 1 if code in {6, 7} else _BLOCK_SIZES[code]
    advance = _advance_table(len(body))
    low, second, third, high = advance
    old = crc_16(data[:header_bytes])
    old = low[old & 15] ^ second[old >> 4 & 15] ^ third[old >> 8 & 15] ^ high[old >> 12]
    return FlacFrame(codes, extra, body, n_frames, crc ^ old, advance)

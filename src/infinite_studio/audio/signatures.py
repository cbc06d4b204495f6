"""What is in a file by its first bytes: which of FFmpeg's demuxers reads it."""

from pathlib import Path

_HEAD_BYTES = 512
_SEARCHED_BYTES = 65_536
_FRAMES_IN_A_ROW = 3
# The demuxer is named by us and never guessed: guessing would also try playlists, which may point anywhere.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyp", "mov"),
    (4, b"moov", "mov"),
    (4, b"mdat", "mov"),
    (4, b"free", "mov"),
    (4, b"wide", "mov"),
    (4, b"skip", "mov"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (8, b"AVI ", "avi"),
    (0, b"RIFF", "wav"),
    (0, b"RIFX", "wav"),
    (0, b"RF64", "wav"),
    (0, b"riff", "w64"),
    (0, b"FORM", "aiff"),
    (0, b"caff", "caf"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"wvpk", "wv"),
    (0, b"MAC ", "ape"),
    (0, b"TTA1", "tta"),
    (0, b"FLV\x01", "flv"),
    (0, b"#!AMR", "amr"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"\x0bw", "ac3"),
    (188, b"G", "mpegts"),
)
_ONLY_SNDFILE = (b".snd", b"dns.", b"Creative Voice", b"NIST")
MPEG_SUFFIXES = frozenset({".mp1", ".mp2", ".mp3", ".mpa", ".mpga"})
_KBITS = {
    (True, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def demuxer_of(path: Path) -> str | None:
    """Return the demuxer for a file's content, behind an ID3 tag if there is one; None where nothing is known.

    Parameters
    ----------
    path : Path
        A readable file; may raise ``OSError``.

    Notes
    -----
    MP3 is also found behind up to 64 kB of something else, by three frames in a row (ISO 11172-3, section 2.4.1.3).
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head[:3] == b"ID3" and len(head) > 10:
            file.seek(10 + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)))
            head = file.read(_HEAD_BYTES)
        for offset, signature, name in _SIGNATURES:
            if head[offset : offset + len(signature)] == signature and (name != "mpegts" or head[:1] == b"G"):
                return name
        if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
            return "aac" if head[1] & 0x06 == 0 else "mp3"
        if not head.startswith(_ONLY_SNDFILE) and _has_mpeg_frames(head + file.read(_SEARCHED_BYTES)):
            return "mp3"
    return None


def is_mpeg(path: Path) -> bool:
    """Return whether a file holds MPEG audio, or nothing known under the name of such.

    libsndfile's decoder of such files writes notes about every blemish to the terminal, and nothing makes it silent.

    Parameters
    ----------
    path : Path
        A readable file; may raise ``OSError``.
    """
    demuxer = demuxer_of(path)
    if demuxer is None and path.suffix.lower() in MPEG_SUFFIXES:
        with path.open("rb") as file:
            return not file.read(16).startswith(_ONLY_SNDFILE)
    return demuxer in {"mp3", "aac"}


def _has_mpeg_frames(data: bytes) -> bool:
    place = data.find(b"\xff")
    while 0 <= place < len(data) - 4:
        if _is_row_of_frames(data, place):
            return True
        place = data.find(b"\xff", place + 1)
    return False


def _is_row_of_frames(data: bytes, place: int) -> bool:
    kind = data[place + 1], data[place + 2] & 0x0C
    for _ in range(_FRAMES_IN_A_ROW):
        header = data[place : place + 4]
        if len(header) < 4 or (header[1], header[2] & 0x0C) != kind:
            return False
        length = _frame_bytes(header)
        if length is None:
            return False
        place += length
    return True


def _frame_bytes(header: bytes) -> int | None:
    """Return how long the frame with this header is; None where it is none, or of free format."""
    version, layer, speed, rate = header[1] >> 3 & 3, header[1] >> 1 & 3, header[2] >> 4, header[2] >> 2 & 3
    if header[0] != 0xFF or header[1] & 0xE0 != 0xE0 or version == 1 or layer == 0:
        return None
    if speed in {0, 15} or rate == 3:
        return None
    bits = _KBITS[version == 3, layer][speed - 1] * 1000
    padding = header[2] >> 1 & 1
    if layer == 3:
        return (12 * bits // _RATES_HZ[version][rate] + padding) * 4
    factor = 72 if layer == 1 and version != 3 else 144
    return factor * bits // _RATES_HZ[version][rate] + padding

"""Loop points inside of files: ``smpl`` and ``acid`` chunks of WAV, ``LOOPSTART`` and ``LOOPLENGTH`` of FLAC and OGG."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from infinite_studio.audio.ogg_comments import read_ogg_comments
from infinite_studio.audio.vorbis_comments import comments_of

_MAX_CHUNK_BYTES = 1 << 20
_FORWARD, _FOREVER = 0, 0
_ACID_IS_LOOP = 0x00
_UNITY_NOTE = 60
_INFO = {
    "title": b"INAM",
    "artist": b"IART",
    "album": b"IPRD",
    "comment": b"ICMT",
    "copyright": b"ICOP",
    "date": b"ICRD",
}


@dataclass(frozen=True)
class LoopTags:
    """The loop that a file says it has.

    Parameters
    ----------
    start_frame : int
        First frame of the loop.
    length_frames : int
        Length of the loop.
    beats : int or None
        Beats in the whole file, for ACID chunks.
    tempo_bpm : float or None
        Beats per minute, for ACID chunks.
    """

    start_frame: int
    length_frames: int
    beats: int | None = None
    tempo_bpm: float | None = None

    @property
    def end_frame(self) -> int:
        """First frame after the loop."""
        return self.start_frame + self.length_frames


def loop_comments(tags: LoopTags) -> tuple[tuple[str, str], ...]:
    """Return a loop as the comments that players of game music read.

    Parameters
    ----------
    tags : LoopTags
        The loop.
    """
    return (("LOOPSTART", str(tags.start_frame)), ("LOOPLENGTH", str(tags.length_frames)))


def wave_trailer(sample_rate: int, tags: LoopTags | None, texts: Sequence[tuple[str, str]] = ()) -> bytes:
    """Return chunks to put after the samples of a WAV file.

    Parameters
    ----------
    sample_rate : int
        Hz.
    tags : LoopTags or None
        Written as ``smpl``, and with tempo and beats as ``acid``.
    texts : sequence of (str, str)
        ``title``, ``artist``, ``album``, ``comment``, ``copyright`` or ``date`` and its text, written as ``LIST INFO``.

    Notes
    -----
    RIFF MCI (1991) for ``LIST INFO``, Multimedia Data Standards Update (1994) for ``smpl``; the end of a loop counts as
    its last frame there.
    """
    lines = b"".join(
        _chunk(_INFO[name], text.encode() + b"\0") for name, text in texts if name in _INFO and text
    )
    found = _chunk(b"LIST", b"INFO" + lines) if lines else b""
    if tags is None or tags.end_frame > 0xFFFFFFFF:
        return found
    period = round(1e9 / sample_rate)
    head = struct.pack("<9I", 0, 0, period, _UNITY_NOTE, 0, 0, 0, 1, 0)
    loop = struct.pack("<6I", 0, _FORWARD, tags.start_frame, tags.end_frame - 1, 0, _FOREVER)
    found += _chunk(b"smpl", head + loop)
    if tags.tempo_bpm and tags.beats:
        acid = struct.pack(
            "<IHHfIHHf", _ACID_IS_LOOP, _UNITY_NOTE, 0x8000, 0.0, tags.beats, 4, 4, tags.tempo_bpm
        )
        found += _chunk(b"acid", acid)
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) % 2)


def read_loop_tags(path: Path) -> LoopTags | None:
    """Return the loop that a WAV, RF64, FLAC, OGG or Opus file says it has.

    Parameters
    ----------
    path : Path
        Any file.

    Returns
    -------
    LoopTags or None
        None where it says nothing, nothing sensible, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(12)
            if magic[:4] in {b"RIFF", b"RF64"} and magic[8:] == b"WAVE":
                return _from_wave(file, is_large=magic[:4] == b"RF64")
            if magic[:4] == b"fLaC":
                return _from_comments(_flac_comments(file))
            if magic[:4] == b"OggS":
                return _from_comments(read_ogg_comments(file))
    except (OSError, ValueError, struct.error):
        return None
    return None


def _from_wave(file: BinaryIO, *, is_large: bool) -> LoopTags | None:
    start = length = beats = None
    tempo: float | None = None
    data_bytes = 0
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"data" and is_large and size == 0xFFFFFFFF:
            size = data_bytes
        body = file.read(size) if name in {b"smpl", b"acid", b"ds64"} and size <= _MAX_CHUNK_BYTES else None
        if body is None:
            file.seek(size + size % 2, 1)
            continue
        file.seek(size % 2, 1)
        if name == b"ds64" and len(body) >= 16:
            data_bytes = struct.unpack_from("<Q", body, 8)[0]
        elif name == b"smpl" and len(body) >= 60 and struct.unpack_from("<I", body, 28)[0] >= 1:
            start, last = struct.unpack_from("<II", body, 44)
            length = last + 1 - start
        elif name == b"acid" and len(body) >= 24:
            beats, tempo = struct.unpack_from("<I", body, 12)[0], struct.unpack_from("<f", body, 20)[0]
    return LoopTags(start, length, beats, tempo) if start is not None and length and length > 0 else None


def _flac_comments(file: BinaryIO) -> dict[str, str]:
    file.seek(4)
    last = False
    while not last and len(head := file.read(4)) == 4:
        last, kind, size = bool(head[0] & 0x80), head[0] & 0x7F, int.from_bytes(head[1:], "big")
        if kind == 4 and size <= _MAX_CHUNK_BYTES:
            return dict(comments_of(file.read(size)))
        file.seek(size, 1)
    return {}


def _from_comments(comments: dict[str, str]) -> LoopTags | None:
    start = _number(comments.get("LOOPSTART", comments.get("LOOP_START")))
    length = _number(comments.get("LOOPLENGTH"))
    end = _number(comments.get("LOOPEND", comments.get("LOOP_END")))
    if start is not None and length is None and end is not None:
        length = end - start
    return LoopTags(start, length) if start is not None and length is not None and length > 0 else None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() else None

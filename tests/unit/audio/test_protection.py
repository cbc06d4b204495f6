"""Protected MP4 files are known by their boxes, whatever a decoder makes of them."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.audio.sounds import container, melody

from infinite_studio.audio.protection import is_protected
from infinite_studio.audio.reading import ProtectedSoundError, probe, read_audio

PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def protection(original: bytes = b"mp4a") -> bytes:
    """Return what stands in a locked sample entry: what it was before, the scheme and its key."""
    scheme = bytes(4) + b"cenc" + struct.pack(">I", 0x10000)
    key = box(b"tenc", bytes(4) + bytes((0, 0, 1, 8)) + bytes(16))
    return box(b"sinf", box(b"frma", original) + box(b"schm", scheme) + box(b"schi", key))


def with_entry(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return boxes whose sample entry was changed."""
    made, place = b"", 0
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + size]
        if kind in PARENTS:
            body = with_entry(body, change)
        elif kind == b"stsd":
            body = body[:8] + change(body[8:])
        made += box(kind, body)
        place += size
    return made


@pytest.fixture
def locked(tmp_path: Path) -> Callable[..., Path]:
    def write(kind: bytes, *, tells_what_it_was: bool) -> Path:
        plain = container(tmp_path / "plain.m4a", melody(0.3), "aac").read_bytes()
        inside = protection() if tells_what_it_was else b""
        path = tmp_path / "bought.m4p"
        path.write_bytes(with_entry(plain, lambda entry: box(kind, entry[8:] + inside)))
        return path

    return write


@pytest.mark.parametrize("kind", [b"drms", b"enca", b"aavd"])
@pytest.mark.parametrize("tells_what_it_was", [True, False])
def test_locked_sound_is_called_locked_and_never_decoded(locked, kind, tells_what_it_was):
    path = locked(kind, tells_what_it_was=tells_what_it_was)
    for read in (probe, read_audio):
        with pytest.raises(ProtectedSoundError, match=r"“bought\.m4p” is locked by copy protection"):
            read(path)


def test_plain_files_and_locked_pictures_with_plain_sound_are_not_locked(tmp_path):
    path = container(tmp_path / "plain.m4a", melody(0.3), "aac")
    assert not is_protected(path)
    film = container(tmp_path / "film.mp4", melody(0.3), "aac", picture=True)
    film.write_bytes(film.read_bytes().replace(b"mp4v", b"encv", 1))
    assert not is_protected(film)


@pytest.mark.parametrize("cut", [0, 3, 8, 15, 40, 500])
def test_boxes_that_make_no_sense_end_the_search(tmp_path, locked, cut):
    path = tmp_path / "cut.m4a"
    path.write_bytes(locked(b"enca", tells_what_it_was=True).read_bytes()[:cut])
    assert not is_protected(path)


def test_boxes_with_wide_sizes_and_to_the_end_of_the_file_are_followed(tmp_path, locked):
    data = locked(b"enca", tells_what_it_was=True).read_bytes()
    at = data.index(b"moov") - 4
    size = struct.unpack(">I", data[at : at + 4])[0]
    moov = data[at + 8 : at + size]
    wide = tmp_path / "wide.m4a"
    wide.write_bytes(
        struct.pack(">I4sQ", 1, b"mdat", 16 + 5) + b"sound" + struct.pack(">I4s", 0, b"moov") + moov
    )
    assert is_protected(wide)

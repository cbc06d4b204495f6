"""The smallest SoundFont that sounds: one looped sine, as bytes of the format SoundFont 2.01."""

import struct

import numpy as np

RATE = 48_000
KEY = 69


def soundfont_bytes(program: int) -> bytes:
    """Return a file with one preset in bank 0 whose only sample is an A of 440 Hz."""
    n_frames = round(RATE / 440 * 100)
    wave = (20_000 * np.sin(2 * np.pi * np.arange(n_frames) / n_frames * 100)).astype("<i2")
    header = "<20sIIIIIBbHH"
    records = {
        b"phdr": _rows("<20sHHHIII", (b"Tone", program, 0, 0, 0, 0, 0), (b"EOP", 0, 0, 1, 0, 0, 0)),
        b"pbag": _rows("<HH", (0, 0), (1, 0)),
        b"pmod": bytes(10),
        b"pgen": _rows("<Hh", (41, 0), (0, 0)),
        b"inst": _rows("<20sH", (b"Tone", 0), (b"EOI", 1)),
        b"ibag": _rows("<HH", (0, 0), (2, 0)),
        b"imod": bytes(10),
        b"igen": _rows("<Hh", (54, 1), (53, 0), (0, 0)),
        b"shdr": _rows(header, (b"Tone", 0, n_frames, 0, n_frames, RATE, KEY, 0, 0, 1), (b"EOS", *[0] * 9)),
    }
    info = (
        _chunk(b"ifil", struct.pack("<HH", 2, 1))
        + _chunk(b"isng", b"EMU8000\0")
        + _chunk(b"INAM", b"Tone\0\0")
    )
    whole = _chunk(b"LIST", b"INFO" + info)
    whole += _chunk(b"LIST", b"sdta" + _chunk(b"smpl", wave.tobytes() + bytes(92)))
    whole += _chunk(b"LIST", b"pdta" + b"".join(_chunk(name, data) for name, data in records.items()))
    return _chunk(b"RIFF", b"sfbk" + whole)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _rows(layout: str, *rows: tuple[object, ...]) -> bytes:
    return b"".join(struct.pack(layout, *row) for row in rows)

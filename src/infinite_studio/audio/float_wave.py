"""WAV of 32-bit float in memory: the same bytes every time, which libsndfile's dated peak chunk prevents."""

import struct

import numpy as np

from infinite_studio.audio.audio import Samples

_FLOAT = 3
_UNKNOWN = 0xFFFFFFFF


def float_wave(samples: Samples, sample_rate: int) -> bytes:
    """Return a WAV file's bytes; RF64 where plain WAV is too small."""
    frames, channels = samples.shape
    data = np.ascontiguousarray(samples, "<f4").tobytes()
    sound = struct.pack(
        "<4sIHHIIHHH",
        b"fmt ",
        18,
        _FLOAT,
        channels,
        sample_rate,
        sample_rate * channels * 4,
        channels * 4,
        32,
        0,
    )
    large = len(data) > 4_000_000_000
    fact = struct.pack("<4sII", b"fact", 4, _UNKNOWN if large else frames)
    wide = struct.pack("<4sIQQQI", b"ds64", 28, 0, len(data), frames, 0) if large else b""
    total = 4 + len(wide) + len(sound) + len(fact) + 8 + len(data)
    if large:
        wide = struct.pack("<4sIQQQI", b"ds64", 28, total, len(data), frames, 0)
    head = struct.pack("<4sI4s", b"RF64" if large else b"RIFF", _UNKNOWN if large else total, b"WAVE")
    return b"".join(
        (head, wide, sound, fact, struct.pack("<4sI", b"data", _UNKNOWN if large else len(data)), data)
    )

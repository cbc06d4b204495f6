"""WAV of 32-bit float: the same bytes every time, which libsndfile's dated peak chunk prevents."""

import struct
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples

RF64_BYTES = 4_000_000_000
_FLOAT = 3
_ELSEWHERE = 0xFFFFFFFF


def float_wave_header(n_frames: int, n_channels: int, sample_rate: int) -> bytes:
    """Return everything before the samples of a 32-bit float file: WAV, or RF64 past 4.0e9 bytes.

    Parameters
    ----------
    n_frames, n_channels, sample_rate : int
        Of the samples that follow, interleaved and little-endian.

    Notes
    -----
    RIFF/WAVE with ``fmt``, ``fact`` and ``data`` chunks; RF64 as in EBU Tech 3306.
    """
    frame_bytes = 4 * n_channels
    data_bytes = n_frames * frame_bytes
    large = data_bytes > RF64_BYTES
    sound = struct.pack(
        "<4sIHHIIHHH",
        *(b"fmt ", 18, _FLOAT, n_channels, sample_rate, sample_rate * frame_bytes, frame_bytes, 32, 0),
    )
    fact = struct.pack("<4sII", b"fact", 4, _ELSEWHERE if large else n_frames)
    data = struct.pack("<4sI", b"data", _ELSEWHERE if large else data_bytes)
    after = len(sound) + len(fact) + len(data) + data_bytes
    if not large:
        return struct.pack("<4sI4s", b"RIFF", 4 + after, b"WAVE") + sound + fact + data
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, 4 + 36 + after, data_bytes, n_frames, 0)
    return struct.pack("<4sI4s", b"RF64", _ELSEWHERE, b"WAVE") + sizes + sound + fact + data


def float_wave(samples: Samples, sample_rate: int) -> bytes:
    """Return the bytes of a 32-bit float file."""
    frames, channels = samples.shape
    return float_wave_header(frames, channels, sample_rate) + np.ascontiguousarray(samples, "<f4").tobytes()


class FloatWave:
    """Writes a 32-bit float file block by block."""

    def __init__(self, path: Path, n_frames: int, n_channels: int, sample_rate: int) -> None:
        self._file = path.open("wb")
        self._file.write(float_wave_header(n_frames, n_channels, sample_rate))

    def write(self, block: NDArray[np.generic]) -> None:
        """Append a block."""
        self._file.write(np.ascontiguousarray(block, "<f4").data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

"""WAV and RF64 of any length, in which what comes again is copied instead of made again."""

import struct
from collections.abc import Callable
from io import RawIOBase
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.float_wave import RF64_BYTES
from infinite_studio.audio.pcm_bytes import PcmBytes
from infinite_studio.audio.runs import LongSound
from infinite_studio.audio.sanitise import BitDepth, Gate
from infinite_studio.audio.write_behind import WriteBehind, reserve
from infinite_studio.progress import Progress

_ELSEWHERE = 0xFFFFFFFF
_COPY_BYTES = 1 << 20
"""What is handed to the system at once: it stays in the processor's cache."""
_KEPT_BYTES = 32 << 20
_COMPARED_BYTES = 512 << 10
_WHOLE_BYTES = 128 << 20
"""Up to this much every byte is compared; beyond it places, of which several lie in whatever was written at once."""
_PLACE_BYTES = 16 << 10
_MOST_ROUNDS = 2_048
_PCM, _FLOAT = 1, 3


def wave_header(
    n_frames: int, n_channels: int, sample_rate: int, bit_depth: BitDepth, trailer_bytes: int
) -> bytes:
    """Return everything before the samples: WAV, or RF64 past 4.0e9 bytes of samples.

    Parameters
    ----------
    n_frames, n_channels, sample_rate : int
        Of the samples that follow.
    bit_depth : BitDepth
        16, 24 or 32-bit float.
    trailer_bytes : int
        Length of the chunks after the samples.

    Notes
    -----
    RIFF/WAVE; RF64 with a ``ds64`` chunk as in EBU Tech 3306.
    """
    frame_bytes = n_channels * int(bit_depth) // 8
    data_bytes = n_frames * frame_bytes
    kind = _FLOAT if bit_depth is BitDepth.FLOAT_32 else _PCM
    sound = struct.pack(
        "<4sIHHIIHH",
        *(b"fmt ", 16, kind, n_channels, sample_rate, sample_rate * frame_bytes, frame_bytes, int(bit_depth)),
    )
    large = data_bytes > RF64_BYTES
    if kind == _FLOAT:
        sound += struct.pack("<4sII", b"fact", 4, _ELSEWHERE if large else n_frames)
    data = struct.pack("<4sI", b"data", _ELSEWHERE if large else data_bytes)
    after = len(sound) + len(data) + data_bytes + data_bytes % 2 + trailer_bytes
    if not large:
        return struct.pack("<4sI4s", b"RIFF", 4 + after, b"WAVE") + sound + data
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, 4 + 36 + after, data_bytes, n_frames, 0)
    return struct.pack("<4sI4s", b"RF64", _ELSEWHERE, b"WAVE") + sizes + sound + data


def write_repeated_wave(
    path: Path, sound: LongSound, bit_depth: BitDepth, gate: Gate, progress: Progress, *, trailer: bytes = b""
) -> None:
    """Write runs as WAV or RF64; each is rounded to integers once, so that every round has the same bytes.

    Parameters
    ----------
    path : Path
        Written from the beginning.
    sound : LongSound
        What is played.
    bit_depth : BitDepth
        16 (dithered), 24 or 32-bit float.
    gate : Gate
        Counts what it had to change, once a round.
    progress : Progress
        Told at least every megabyte; may cancel.
    trailer : bytes
        Chunks that follow the samples, such as those of `infinite_studio.audio.loop_tags`.
    """
    frame_bytes = sound.n_channels * int(bit_depth) // 8
    data_bytes = sound.n_frames * frame_bytes
    packer = PcmBytes(bit_depth, gate)
    header = wave_header(sound.n_frames, sound.n_channels, sound.sample_rate, bit_depth, len(trailer))
    with path.open("wb", buffering=0) as file:
        reserve(file, len(header) + data_bytes + data_bytes % 2 + len(trailer))
        _put(file, header)
        behind = WriteBehind(file)

        def told() -> None:
            behind.advance()
            progress.report((file.tell() - len(header)) / max(data_bytes, 1), "Writing")

        for run in sound.runs:
            first = file.tell()
            for block in run.blocks():
                _put(file, packer.packed(block))
                told()
            _copy_again(file, path, first, run.round_frames * frame_bytes, run.times - 1, told)
        if data_bytes % 2:
            _put(file, b"\0")
        _put(file, trailer)
        # Reserved room that was not used is no part of the file.
        file.truncate()


def _put(file: RawIOBase, data: bytes | memoryview) -> None:
    """Write all of it: without a buffer the system may take less at once."""
    left = memoryview(data)
    while left.nbytes:
        left = left[file.write(left) or 0 :]


def _copy_again(
    file: RawIOBase, path: Path, first: int, n_bytes: int, times: int, told: Callable[[], None]
) -> None:
    """Append what lies at ``first`` again and again."""
    if times < 1 or n_bytes < 1:
        return
    with path.open("rb", buffering=0) as source:
        if n_bytes > _KEPT_BYTES:
            for _ in range(times):
                source.seek(first)
                for place in range(0, n_bytes, _COPY_BYTES):
                    _put(file, source.read(min(_COPY_BYTES, n_bytes - place)))
                    told()
            return
        source.seek(first)
        once = source.read(n_bytes)
    many = min(max(_COPY_BYTES // n_bytes, 1), times)
    whole = memoryview(once * many)
    for count in [many] * (times // many) + [times % many]:
        for place in range(0, count * n_bytes, _COPY_BYTES):
            _put(file, whole[place : min(place + _COPY_BYTES, count * n_bytes)])
            told()


def first_unlike_round(path: Path, sound: LongSound, bit_depth: BitDepth, progress: Progress) -> int | None:
    """Compare the rounds of a file of `write_repeated_wave` with the first of their run.

    Parameters
    ----------
    path : Path
        The file.
    sound : LongSound
        What is played in it.
    bit_depth : BitDepth
        16, 24 or 32-bit float.
    progress : Progress
        Told every 32 MB or more often; may cancel.

    Returns
    -------
    int or None
        The frame at which the first round begins that is unlike or breaks off; None where all are alike.

    Notes
    -----
    Up to 128 MB every byte is compared. Of longer files it is 16 kB at every half megabyte of every round, at its first
    and at its last frame: a round that lies elsewhere, came short or was left out differs in all of them. Past 2,048
    rounds of a run they are evenly chosen ones, the last among them.
    """
    frame_bytes, total = sound.n_channels * int(bit_depth) // 8, sound.n_frames
    place, first_frame = len(wave_header(total, sound.n_channels, sound.sample_rate, bit_depth, 0)), 0
    is_whole = total * frame_bytes <= _WHOLE_BYTES
    buffer = np.empty(_COMPARED_BYTES, np.uint8)
    with path.open("rb", buffering=0) as file:
        for run in sound.runs:
            n_bytes = run.round_frames * frame_bytes
            # Piece by piece through all rounds: only one piece of the first has to be kept.
            for start in range(0, n_bytes if run.times > 1 else 0, _KEPT_BYTES):
                count = min(_KEPT_BYTES, n_bytes - start)
                file.seek(place + start)
                first = np.frombuffer(file.read(count), np.uint8)
                for number in _compared_rounds(run.times, is_whole=is_whole):
                    frame = first_frame + number * run.round_frames
                    progress.report(frame / total, "Checking every round")
                    at = place + number * n_bytes + start
                    if first.size != count or not _are_alike(file, at, first, buffer, is_whole=is_whole):
                        return frame
            place += run.times * n_bytes
            first_frame += run.times * run.round_frames
    return None


def _compared_rounds(times: int, *, is_whole: bool) -> range:
    """Return which rounds are compared with the first; the last is always one of them."""
    every = 1 if is_whole else max(-(-(times - 1) // _MOST_ROUNDS), 1)
    return range(times - 1 - (times - 2) // every * every, times, every)


def _are_alike(
    file: RawIOBase, at: int, wanted: NDArray[np.uint8], buffer: NDArray[np.uint8], *, is_whole: bool
) -> bool:
    if is_whole or wanted.size <= 2 * _PLACE_BYTES:
        file.seek(at)
        return _follows(file, wanted, buffer)
    for start in (*range(0, wanted.size - _PLACE_BYTES, _COMPARED_BYTES), wanted.size - _PLACE_BYTES):
        file.seek(at + start)
        if not _follows(file, wanted[start : start + _PLACE_BYTES], buffer):
            return False
    return True


def _follows(file: RawIOBase, wanted: NDArray[np.uint8], buffer: NDArray[np.uint8]) -> bool:
    for start in range(0, wanted.size, buffer.size):
        piece = wanted[start : start + buffer.size]
        here = buffer[: piece.size]
        if file.readinto(here.data) != piece.size or not np.array_equal(here, piece):
            return False
    return True

"""FLAC of any length, in which what comes again is encoded once."""

import hashlib
import io
import struct
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

import soundfile

from infinite_studio.audio.flac_frames import FlacFrame, frames_of
from infinite_studio.audio.pcm_bytes import PcmBytes
from infinite_studio.audio.runs import LongSound, Run
from infinite_studio.audio.sanitise import BitDepth, Gate
from infinite_studio.audio.vorbis_comments import comment_body
from infinite_studio.progress import Progress

_SPOOL_BYTES = 24 << 20
_PIECE_FRAMES = 4_096 * 128
_SHORTEST_BLOCK = 16
_REPORT_FRAMES = 48
_HASH_BYTES = 1 << 20
_SEEK_SECONDS = 10
_POINT_BYTES = 18


@dataclass
class _Stream:
    """What has been written so far."""

    file: BinaryIO
    total_frames: int
    progress: Progress
    place: int = 0
    smallest_block: int = 0xFFFF
    largest_block: int = 0
    smallest_frame: int = 0xFFFFFF
    largest_frame: int = 0
    n_written: int = 0
    n_bytes: int = 0
    seek_every: int = 1 << 62
    seek_points: list[tuple[int, int, int]] = field(default_factory=list)

    def put(self, frame: FlacFrame) -> None:
        data = frame.at(self.place)
        self.file.write(data)
        if self.place >= len(self.seek_points) * self.seek_every:
            self.seek_points.append((self.place, self.n_bytes, frame.n_frames))
        self.n_bytes += len(data)
        self.place += frame.n_frames
        if self.place < self.total_frames:
            self.smallest_block = min(self.smallest_block, frame.n_frames)
        self.largest_block = max(self.largest_block, frame.n_frames)
        self.smallest_frame = min(self.smallest_frame, len(data))
        self.largest_frame = max(self.largest_frame, len(data))
        self.n_written += 1
        if self.n_written % _REPORT_FRAMES == 0:
            self.progress.report(self.place / self.total_frames, "Writing")


def write_repeated_flac(
    path: Path,
    sound: LongSound,
    bit_depth: BitDepth,
    gate: Gate,
    progress: Progress,
    *,
    comments: Sequence[tuple[str, str]] = (),
) -> None:
    """Write runs as FLAC; each round is encoded once and its frames are numbered anew.

    Parameters
    ----------
    path : Path
        Written from the beginning.
    sound : LongSound
        What is played, at a rate and with channels that FLAC can hold.
    bit_depth : BitDepth
        16 (dithered) or 24.
    gate : Gate
        Counts what it had to change, once a round.
    progress : Progress
        Told several times a second; may cancel.
    comments : sequence of (str, str)
        Names and values for the comment block, such as ``("TITLE", "Rain")``.

    Notes
    -----
    RFC 9639 with varying block sizes, the MD5 of all samples, so that any decoder can check the whole file, and a seek
    table with a point every ten seconds.
    """
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("wb", buffering=1 << 20) as file:
        file.write(b"fLaC" + _stream_info(_Stream(file, 1, progress), sound, bit_depth, bytes(16)))
        stream = _Stream(file, sound.n_frames, progress, seek_every=_SEEK_SECONDS * sound.sample_rate)
        n_points = -(-stream.total_frames // stream.seek_every)
        seek_place = file.tell()
        file.write(_seek_table((), n_points))
        file.write(_comment_block(comments))
        packer = PcmBytes(bit_depth, gate)
        for run in sound.runs:
            with tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(path.parent)) as packed:
                frames = list(_encoded(run, sound, bit_depth, packer, packed))
                for _ in range(run.times):
                    _hash(packed, digest, stream)
                    for frame in frames:
                        stream.put(frame)
        file.seek(4)
        file.write(_stream_info(stream, sound, bit_depth, digest.digest()))
        file.seek(seek_place)
        file.write(_seek_table(stream.seek_points, n_points))


def _hash(packed: IO[bytes], digest: "hashlib._Hash", stream: _Stream) -> None:
    packed.seek(0)
    while chunk := packed.read(_HASH_BYTES):
        digest.update(chunk)
        stream.progress.report(stream.place / stream.total_frames, "Writing")


def _encoded(
    run: Run, sound: LongSound, bit_depth: BitDepth, packer: PcmBytes, packed: IO[bytes]
) -> Iterator[FlacFrame]:
    """Yield the frames of a run, and keep its samples for the checksum."""
    for piece in _pieces(
        _packed_blocks(run, packer, packed), run.round_frames, sound.n_channels * int(bit_depth) // 8
    ):
        memory = io.BytesIO()
        with soundfile.SoundFile(
            memory, "w", sound.sample_rate, sound.n_channels, f"PCM_{int(bit_depth)}", format="FLAC"
        ) as encoder:
            encoder.buffer_write(
                _widened(piece, bit_depth), dtype="int16" if bit_depth is BitDepth.INT_16 else "int32"
            )
        yield from frames_of(memory.getvalue())


def _packed_blocks(run: Run, packer: PcmBytes, packed: IO[bytes]) -> Iterator[bytes]:
    for block in run.blocks():
        data = packer.packed(block)
        packed.write(data)
        yield data


def _pieces(blocks: Iterator[bytes], n_frames: int, frame_bytes: int) -> Iterator[bytes]:
    """Cut into pieces none of which ends with a block shorter than FLAC allows."""
    rest, done = b"", 0
    for data in blocks:
        rest += data
        while len(rest) >= 2 * _PIECE_FRAMES * frame_bytes:
            yield rest[: _PIECE_FRAMES * frame_bytes]
            rest = rest[_PIECE_FRAMES * frame_bytes :]
            done += _PIECE_FRAMES
    left = n_frames - done
    if left > 4_096 and 0 < left % 4_096 < _SHORTEST_BLOCK:
        cut = (left - 2_000) * frame_bytes
        yield rest[:cut]
        rest = rest[cut:]
    if rest:
        yield rest


def _widened(piece: bytes, bit_depth: BitDepth) -> bytes:
    """Return samples as libsndfile takes them: 24 bits in the upper part of 32."""
    if bit_depth is BitDepth.INT_16:
        return piece
    import numpy as np

    wide = np.zeros((len(piece) // 3, 4), np.uint8)
    wide[:, 1:] = np.frombuffer(piece, np.uint8).reshape(-1, 3)
    return wide.tobytes()


def _stream_info(stream: _Stream, sound: LongSound, bit_depth: BitDepth, md5: bytes) -> bytes:
    smallest = min(stream.smallest_block, max(stream.largest_block, _SHORTEST_BLOCK))
    largest = max(stream.largest_block, _SHORTEST_BLOCK)
    info = struct.pack(">HH", smallest, largest)
    info += min(stream.smallest_frame, 0xFFFFFF).to_bytes(3, "big") + stream.largest_frame.to_bytes(3, "big")
    packed = (
        sound.sample_rate << 44
        | (sound.n_channels - 1) << 41
        | (int(bit_depth) - 1) << 36
        | stream.total_frames
    )
    return b"\x00\x00\x00\x22" + info + packed.to_bytes(8, "big") + md5


def _seek_table(points: Sequence[tuple[int, int, int]], n_points: int) -> bytes:
    """Return a seek table with room for a number of points; those that are not there are placeholders."""
    found = b"".join(struct.pack(">QQH", *point) for point in points[:n_points])
    body = found + struct.pack(">QQH", (1 << 64) - 1, 0, 0) * (n_points - len(found) // _POINT_BYTES)
    return b"\x03" + len(body).to_bytes(3, "big") + body


def _comment_block(comments: Sequence[tuple[str, str]]) -> bytes:
    body = comment_body(comments)
    return b"\x84" + len(body).to_bytes(3, "big") + body

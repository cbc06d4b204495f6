"""MP3, M4A/AAC and the sound of MP4, WebM and MKV, through FFmpeg's libraries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.protection import is_protected
from infinite_studio.audio.signatures import demuxer_of
from infinite_studio.audio.source import (
    BLOCK_FRAMES,
    DamagedSoundError,
    NoSoundInFileError,
    ProtectedSoundError,
    SoundInfo,
)

if TYPE_CHECKING:
    from av import AudioFrame
    from av.audio import AudioStream
    from av.container import InputContainer

_BEARABLE_PACKETS = 3
_BEARABLE_SHARE = 0.01
_AGAIN = "Copy or download it again."


@contextmanager
def _damage(path: Path, reason: str) -> Iterator[None]:
    """Translate what PyAV raises about a file; altered ones also bring ``IndexError`` and ``ValueError``."""
    import av

    try:
        yield
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise DamagedSoundError(path, reason, hint=_AGAIN) from error


class ContainerReader:
    """The first sound track of a container."""

    def __init__(self, path: Path) -> None:
        import av

        self._path = path
        demuxer = demuxer_of(path)
        if demuxer is None:
            raise NoSoundInFileError(path, "holds no sound that the studio can read")
        if demuxer == "mov" and is_protected(path):
            raise ProtectedSoundError(
                path,
                "is locked by copy protection",
                hint="Only the program it was bought with can play it; use a file without protection.",
            )
        with _damage(path, "is damaged or holds no sound that the studio can read"):
            self._container: InputContainer = av.open(
                str(path), format=demuxer, options={"protocol_whitelist": "file"}
            )
        try:
            with _damage(path, "is damaged or holds no sound that the studio can read"):
                self._stream = self._first_sound()
                self.info = self._described()
        except BaseException:
            self._container.close()
            raise

    def _first_sound(self) -> "AudioStream":
        streams = self._container.streams.audio
        if not streams:
            raise NoSoundInFileError(self._path, "has a picture or data but no sound in it")
        stream = streams[0]
        context = stream.codec_context
        if context is None:
            raise NoSoundInFileError(self._path, "holds sound in a coding that the studio does not know")
        return stream

    def _described(self) -> SoundInfo:
        context = self._stream.codec_context
        n_frames = duration = None
        if self._stream.duration is not None and self._stream.time_base is not None:
            duration = float(self._stream.duration * self._stream.time_base)
            if self._container.format.name == "mp3":
                n_frames = round(duration * context.sample_rate)
        elif self._container.duration is not None:
            duration = self._container.duration / 1_000_000
        return SoundInfo(
            container=self._container.format.name.split(",")[0].upper(),
            codec=context.codec.canonical_name,
            sample_rate=int(context.sample_rate or 0),
            n_channels=int(context.channels or 0),
            n_frames=n_frames,
            duration_seconds=duration,
        )

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Samples]:
        """Decode from the beginning, block by block; a few packets that cannot be decoded are left out."""
        waiting: list[Samples] = []
        count = 0
        for piece in self._pieces():
            waiting.append(piece)
            count += piece.shape[0]
            if count >= block_frames:
                joined = np.concatenate(waiting)
                for start in range(0, count - block_frames + 1, block_frames):
                    yield joined[start : start + block_frames]
                rest = count % block_frames
                waiting, count = ([joined[count - rest :]] if rest else []), rest
        if count:
            yield np.concatenate(waiting)

    def _pieces(self) -> Iterator[Samples]:
        import av

        to_float = av.AudioResampler(format="flt")
        promised = (self.info.sample_rate, self.info.n_channels)
        with _damage(self._path, "is damaged or breaks off"):
            for frame in self._frames():
                if (frame.sample_rate, frame.layout.nb_channels) != promised:
                    raise DamagedSoundError(self._path, "changes its rate or channels on the way")
                if frame.format.name == "fltp":
                    yield np.asarray(frame.to_ndarray(), np.float32).T
                    continue
                for converted in to_float.resample(frame):
                    yield np.asarray(converted.to_ndarray(), np.float32).reshape(-1, promised[1])

    def _frames(self) -> "Iterator[AudioFrame]":
        import av

        whole = broken = 0
        for packet in self._container.demux(self._stream):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                broken += 1
                continue
            whole += bool(frames)
            yield from frames
        if broken > max(_BEARABLE_PACKETS, whole * _BEARABLE_SHARE):
            raise DamagedSoundError(
                self._path, f"is damaged: {broken:,} parts of it cannot be decoded", hint=_AGAIN
            )

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

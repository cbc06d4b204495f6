"""Videos for hours: a still picture or a short clip whose encoded packets are repeated, never encoded again."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from infinite_studio.looping.problems import LoopingError
from infinite_studio.progress import Progress

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import OutputContainer
    from av.video import VideoStream

STILL_SECONDS = 4.0
_STILL_RATE = 5
_MOST_RATE = 60
_MOST_CLIP_SECONDS = 120.0
_ENCODERS = ("libx264", "mpeg4")
_TIME_BASE_HZ = 90_000


class UnusablePictureError(LoopingError):
    """A file that is neither a picture nor a video."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"“{path.name}” is neither a picture nor a video that can be read.",
            hint="Choose a PNG, JPEG, WebP or MP4.",
        )
        self.path = path


@dataclass(frozen=True)
class _Packets:
    """One round of a picture, encoded: data, time within the round, and whether it is a keyframe."""

    data: tuple[tuple[bytes, int, bool], ...]
    round_ticks: int


def video_seconds(path: Path) -> float:
    """Return how long a video is, for loops that should last as long.

    Parameters
    ----------
    path : Path
        Any video or sound that FFmpeg reads.

    Raises
    ------
    UnusablePictureError
        If it is none, or does not say how long it is.
    """
    import av

    try:
        with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
            if container.duration:
                return float(container.duration / 1_000_000)
            lengths = [
                float(s.duration * s.time_base) for s in container.streams if s.duration and s.time_base
            ]
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnusablePictureError(path) from error
    if not lengths:
        raise UnusablePictureError(path)
    return max(lengths)


def write_video(
    path: Path,
    picture: Path,
    sound: Path,
    duration_seconds: float,
    progress: Progress,
    *,
    size: tuple[int, int] = (1920, 1080),
) -> None:
    """Write an MP4 with a picture, or a clip that comes again and again, over a sound.

    Parameters
    ----------
    path : Path
        Written from the beginning.
    picture : Path
        A picture, or a clip of up to two minutes.
    sound : Path
        An M4A file; its packets are taken over as they are.
    duration_seconds : float
        Length of the sound.
    progress : Progress
        Told several times a second; may cancel.
    size : (int, int)
        Largest width and height; the picture keeps its proportions.

    Raises
    ------
    UnusablePictureError
        If the picture cannot be read.
    """
    import av

    frames, rate = _frames(picture, size)
    first = next(frames, None)
    if first is None:
        raise UnusablePictureError(picture)
    options = {"movie_timescale": "48000"}
    with (
        av.open(str(path), "w", format="mp4", container_options=options) as output,
        av.open(str(sound)) as source,
    ):
        stream = _video_stream(output, rate, first.width, first.height)
        sound_in = source.streams.audio[0]
        sound_out = output.add_stream_from_template(sound_in)
        output.start_encoding()
        shown = _encoded(stream, first, frames, rate, progress)
        pictures = _repeated(shown, round(duration_seconds * _TIME_BASE_HZ))
        ahead = next(pictures, None)
        for packet in source.demux(sound_in):
            if packet.dts is None or packet.pts is None:
                continue
            at = float(packet.pts * packet.time_base)
            while ahead is not None and ahead[1] / _TIME_BASE_HZ <= at:
                _mux(output, stream, *ahead)
                ahead = next(pictures, None)
            packet.stream = sound_out
            output.mux(packet)
            progress.report(min(0.2 + 0.8 * at / duration_seconds, 1.0), "Writing the video")
        while ahead is not None:
            _mux(output, stream, *ahead)
            ahead = next(pictures, None)


def _mux(output: "OutputContainer", stream: "VideoStream", data: bytes, ticks: int, is_key: bool) -> None:
    import av

    packet = av.Packet(data)
    packet.time_base = Fraction(1, _TIME_BASE_HZ)
    packet.pts = packet.dts = ticks
    packet.is_keyframe = is_key
    packet.stream = stream
    output.mux(packet)


def _video_stream(output: "OutputContainer", rate: Fraction, width: int, height: int) -> "VideoStream":
    import av

    name = next(name for name in _ENCODERS if name in av.codecs_available)
    options = {"preset": "veryfast", "crf": "20", "bf": "0"} if name == "libx264" else {"bf": "0"}
    stream = output.add_stream(name, rate=rate, options=options)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.time_base = Fraction(1, _TIME_BASE_HZ)
    stream.codec_context.time_base = Fraction(1, _TIME_BASE_HZ)
    stream.codec_context.gop_size = 600
    return stream


def _frames(picture: Path, size: tuple[int, int]) -> tuple[Iterator["VideoFrame"], Fraction]:
    """Return the frames of a picture, shown for a few seconds, or of a clip, and how many there are in a second."""
    import av

    try:
        with av.open(str(picture), options={"protocol_whitelist": "file"}) as container:
            stream = container.streams.video[0]
            rate = Fraction(min(stream.average_rate or Fraction(_STILL_RATE), Fraction(_MOST_RATE)))
            is_still = not container.duration or stream.frames == 1 or container.format.name.endswith("_pipe")
            is_still = is_still or "image2" in container.format.name
    except (av.FFmpegError, OSError, IndexError, ValueError) as error:
        raise UnusablePictureError(picture) from error
    rate = Fraction(_STILL_RATE) if is_still else rate
    return _scaled(picture, size, is_still=is_still), rate


def _scaled(picture: Path, size: tuple[int, int], *, is_still: bool) -> Iterator["VideoFrame"]:
    import av

    with av.open(str(picture), options={"protocol_whitelist": "file"}) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time > _MOST_CLIP_SECONDS:
                return
            share = min(size[0] / frame.width, size[1] / frame.height, 1.0)
            width, height = (max(round(side * share) // 2 * 2, 2) for side in (frame.width, frame.height))
            shown = frame.reformat(width=width, height=height, format="yuv420p")
            yield shown
            if is_still:
                for _ in range(round(STILL_SECONDS * _STILL_RATE) - 1):
                    yield shown
                return


def _encoded(
    stream: "VideoStream",
    first: "VideoFrame",
    rest: Iterator["VideoFrame"],
    rate: Fraction,
    progress: Progress,
) -> _Packets:
    """Encode one round that begins with a keyframe and needs nothing before it."""
    found: list[tuple[bytes, int, bool]] = []
    ticks = Fraction(_TIME_BASE_HZ) / rate
    count = 0

    def take(packets: object) -> None:
        assert isinstance(packets, list)
        found.extend((bytes(p), int(p.pts), bool(p.is_keyframe)) for p in packets if p.pts is not None)

    for frame in chain((first,), rest):
        frame.pts, frame.time_base = round(count * ticks), Fraction(1, _TIME_BASE_HZ)
        take(stream.encode(frame))
        count += 1
        progress.report(0.2 * count / (count + 60), "Encoding the picture")
    take(stream.encode(None))
    return _Packets(tuple(sorted(found, key=lambda each: each[1])), round(count * ticks))


def _repeated(shown: _Packets, end_ticks: int) -> Iterator[tuple[bytes, int, bool]]:
    start = 0
    while start < end_ticks and shown.data:
        for data, ticks, is_key in shown.data:
            if start + ticks >= end_ticks:
                return
            yield data, start + ticks, is_key
        start += shown.round_ticks

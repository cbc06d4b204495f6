"""Sound as Opus packets, and packets as sound, through FFmpeg's libraries."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Samples

OPUS_RATE = 48_000
PACKET_FRAMES = 960
_BITS_PER_SECOND = {1: 72_000, 2: 128_000}


class OpusEncoder:
    """Encodes sound of 48,000 Hz at 128 kbit/s in stereo, 72 in mono, on average.

    Parameters
    ----------
    n_channels : int
        1 or 2.

    Notes
    -----
    RFC 6716; libopus with packets of 20 ms at its highest complexity.
    """

    def __init__(self, n_channels: int) -> None:
        import av
        from av.audio.codeccontext import AudioCodecContext

        context = av.CodecContext.create("libopus", "w")
        assert isinstance(context, AudioCodecContext)
        context.sample_rate = OPUS_RATE
        context.layout = self._layout = "stereo" if n_channels == 2 else "mono"
        context.format = "flt"
        context.bit_rate = _BITS_PER_SECOND[n_channels]
        context.options = {"application": "audio", "vbr": "on", "compression_level": "10"}
        context.open()
        self._context = context
        self._place = 0

    @property
    def head(self) -> bytes:
        """The stream's first packet."""
        assert self._context.extradata is not None
        return bytes(self._context.extradata)

    @property
    def pre_skip(self) -> int:
        """How many decoded frames come before the first that was encoded."""
        return int.from_bytes(self.head[10:12], "little")

    def packets(self, blocks: Iterable[Samples]) -> Iterator[bytes]:
        """Yield a packet for every 960 frames; what is left at the end is filled up with silence."""
        rest: Samples | None = None
        for block in blocks:
            joined = block if rest is None or not len(rest) else np.concatenate([rest, block])
            whole = len(joined) // PACKET_FRAMES * PACKET_FRAMES
            for start in range(0, whole, PACKET_FRAMES):
                yield from self._encoded(joined[start : start + PACKET_FRAMES])
            rest = joined[whole:]
        if rest is not None:
            silence = np.zeros((2 * PACKET_FRAMES, rest.shape[1]), np.float32)
            ending = np.concatenate([rest, silence])
            yield from self._encoded(ending[:PACKET_FRAMES])
            yield from self._encoded(ending[PACKET_FRAMES : 2 * PACKET_FRAMES])

    def _encoded(self, piece: Samples) -> Iterator[bytes]:
        import av

        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(piece, np.float32).reshape(1, -1), format="flt", layout=self._layout
        )
        frame.sample_rate, frame.pts = OPUS_RATE, self._place
        self._place += PACKET_FRAMES
        for packet in self._context.encode(frame):
            yield bytes(packet)


def opus_blocks(path: Path) -> Iterator[Samples]:
    """Yield the sound of an Opus file at 48,000 Hz, without what comes before its beginning and after its end.

    Parameters
    ----------
    path : Path
        An OGG file with one stream.
    """
    import av

    with av.open(str(path), format="ogg") as container:
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        for frame in container.decode(stream):
            planes = frame.to_ndarray()
            yield np.ascontiguousarray(
                planes.T if frame.format.is_planar else planes.reshape(-1, stream.channels)
            )

"""MP3, OGG and M4A with their texts, encoded in one pass."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.ogg_comments import fill_placeholder, placeholder
from infinite_studio.audio.runs import LongSound, unrolled
from infinite_studio.audio.sanitise import Gate
from infinite_studio.audio.sndfile import OnePass, native
from infinite_studio.progress import Progress

if TYPE_CHECKING:
    from av.audio import AudioStream
    from av.container import OutputContainer

_BLOCK_FRAMES = 16_384
_AAC_FRAMES = 1_024
_AAC_BITS_PER_SECOND = 192_000
_TEXTS = ("title", "artist", "album", "copyright", "date", "comment")
_AAC_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000)


class LossyFormat(StrEnum):
    """What is encoded here; the value is the usual suffix without its dot."""

    MP3 = "mp3"
    OGG = "ogg"
    M4A = "m4a"


_CODINGS: dict[LossyFormat, dict[str, object]] = {
    LossyFormat.MP3: {
        "format": "MP3",
        "subtype": "MPEG_LAYER_III",
        "compression_level": 0.0,
        "bitrate_mode": "VARIABLE",
    },
    LossyFormat.OGG: {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.3},
}


def nearest_aac_rate(sample_rate: int) -> int:
    """Return the closest sample rate in Hz that AAC knows, the higher one if in doubt.

    Parameters
    ----------
    sample_rate : int
        Hz.
    """
    return next((rate for rate in _AAC_RATES if rate >= sample_rate), _AAC_RATES[-1])


def write_lossy(
    path: Path,
    lossy_format: LossyFormat,
    sound: LongSound,
    gate: Gate,
    progress: Progress,
    *,
    texts: Sequence[tuple[str, str]] = (),
    comments: Sequence[tuple[str, str]] = (),
) -> None:
    """Encode runs at constant memory.

    Parameters
    ----------
    path : Path
        Written from the beginning.
    lossy_format : LossyFormat
        How.
    sound : LongSound
        What is played, at a rate and with channels that the format holds.
    gate : Gate
        Every block passes it.
    progress : Progress
        Told at least every 16,384 frames; may cancel.
    texts : sequence of (str, str)
        ``title``, ``artist``, ``album``, ``copyright``, ``date`` or ``comment`` and its text.
    comments : sequence of (str, str)
        Further names and values, such as ``LOOPSTART``; only OGG holds them.
    """
    told = _told(unrolled(sound.runs), gate, sound.n_frames, progress)
    if lossy_format is LossyFormat.M4A:
        write_m4a(path, told, sound.sample_rate, sound.n_channels, texts)
        return
    with OnePass(
        native(path), "w", samplerate=sound.sample_rate, channels=sound.n_channels, **_CODINGS[lossy_format]
    ) as encoder:
        for name, text in texts:
            if name in _TEXTS and not (name == "comment" and comments):
                setattr(encoder, name, text)
        if comments and lossy_format is not LossyFormat.MP3:
            encoder.comment = placeholder(_all_comments(texts, comments))
        for block in told:
            encoder.write(block)
    if comments and lossy_format is not LossyFormat.MP3:
        fill_placeholder(path, _all_comments(texts, comments))


def _all_comments(
    texts: Sequence[tuple[str, str]], comments: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the further comments, and the plain one whose place they take."""
    return [*comments, *(("COMMENT", text) for name, text in texts if name == "comment")]


def _told(blocks: Iterable[Samples], gate: Gate, n_frames: int, progress: Progress) -> Iterable[Samples]:
    done = 0
    for block in blocks:
        for start in range(0, block.shape[0], _BLOCK_FRAMES):
            piece = gate.passed(block[start : start + _BLOCK_FRAMES])
            yield piece
            done += piece.shape[0]
            progress.report(min(done / n_frames, 1.0), "Writing")


def write_m4a(
    path: Path,
    blocks: Iterable[Samples],
    sample_rate: int,
    n_channels: int,
    texts: Sequence[tuple[str, str]] = (),
) -> None:
    """Encode blocks as AAC in an MP4 container whose edit list says the length to the sample.

    Parameters
    ----------
    path : Path
        Written from the beginning.
    blocks : iterable of ndarray of float32, shape (any, n_channels)
        Finite and within −1…1.
    sample_rate, n_channels : int
        Of the blocks; one or two channels.
    texts : sequence of (str, str)
        Names and texts for the file's metadata.
    """
    import av

    options = {"movie_timescale": str(sample_rate)}
    with av.open(str(path), "w", format="mp4", container_options=options) as container:
        for name, text in texts:
            container.metadata[name] = text
        stream = container.add_stream("aac", rate=sample_rate, layout="stereo" if n_channels == 2 else "mono")
        stream.bit_rate = _AAC_BITS_PER_SECOND * n_channels // 2
        _mux_all(container, stream, _aac_frames(blocks), sample_rate)


def _mux_all(
    container: "OutputContainer", stream: "AudioStream", pieces: Iterable[Samples], sample_rate: int
) -> None:
    import av

    place = 0
    for piece in pieces:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(piece.T), format="fltp", layout="stereo" if piece.shape[1] == 2 else "mono"
        )
        frame.sample_rate, frame.pts = sample_rate, place
        place += piece.shape[0]
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _aac_frames(blocks: Iterable[Samples]) -> Iterable[Samples]:
    rest: Samples | None = None
    for block in blocks:
        joined = block if rest is None else np.concatenate([rest, block])
        whole = len(joined) // _AAC_FRAMES * _AAC_FRAMES
        for start in range(0, whole, _AAC_FRAMES):
            yield joined[start : start + _AAC_FRAMES]
        rest = joined[whole:]
    if rest is not None and len(rest):
        yield rest


def m4a_blocks(path: Path) -> Iterable[Samples]:
    """Yield the sound of an M4A file, cut to the length that its edit list says.

    Parameters
    ----------
    path : Path
        Written by `write_m4a`.
    """
    import av

    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        left = m4a_length(stream)
        for frame in container.decode(stream):
            block = np.ascontiguousarray(frame.to_ndarray().T, np.float32)[:left]
            left -= block.shape[0]
            if len(block):
                yield block


def m4a_length(stream: "AudioStream") -> int:
    """Return the length in frames that an M4A stream says it has.

    Parameters
    ----------
    stream : AudioStream
        Open for reading.
    """
    assert stream.duration is not None
    assert stream.time_base is not None
    return round(stream.duration * stream.time_base * stream.rate)


FAILURES: tuple[type[Exception], ...] = (soundfile.SoundFileError, AssertionError)
"""What libsndfile raises while encoding, among it that a full disk takes fewer frames than were given."""

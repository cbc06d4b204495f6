"""A sound as it comes, cut into passages that fit into memory."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Mono
from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.channels import to_stereo
from infinite_studio.audio.resampling import StreamResampler, resampled_length
from infinite_studio.audio.source import SoundReader
from infinite_studio.progress import Progress

LONGEST_SECONDS = 300
_GRID_FRAMES = 2_048
_BLOCK_FRAMES = 1 << 17
_CANCELLED_SHARE = 0.05
_SPARSE_FRAMES = 200_000


@dataclass(frozen=True)
class SoundStream:
    """A sound that is read once, from beginning to end.

    Parameters
    ----------
    blocks : iterable of ndarray of float32, shape (frames, channels)
        Its samples in order; finite.
    sample_rate : int
        Frames per second, Hz.
    n_frames : int or None
        How many there will be, perhaps roughly; None where nobody knows.
    """

    blocks: Iterable[Samples]
    sample_rate: int
    n_frames: int | None

    @classmethod
    def of_audio(cls, audio: Audio) -> "SoundStream":
        """Return a sound in memory as a stream."""
        starts = range(0, audio.n_frames, _BLOCK_FRAMES)
        blocks = (audio.samples[start : start + _BLOCK_FRAMES] for start in starts)
        return cls(blocks, audio.sample_rate, audio.n_frames)

    @classmethod
    def of_reader(cls, reader: SoundReader) -> "SoundStream":
        """Return an open sound file as a stream."""
        info = reader.info
        expected = info.n_frames
        if expected is None and info.duration_seconds is not None:
            expected = round(info.duration_seconds * info.sample_rate)
        return cls(reader.blocks(_BLOCK_FRAMES), info.sample_rate, expected)


@dataclass(frozen=True)
class Passage:
    """Up to five minutes of a sound.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`; a whole number of 2,048 frames but for the last passage.
    is_last : bool
        Whether the sound ends with it.
    """

    mono: Mono
    is_last: bool

    def middle(self, seconds: float) -> "Passage":
        """Return its middle: so many seconds, cut to a whole number of 2,048 frames, or all of it if it is shorter."""
        length = int(seconds * ANALYSIS_RATE) // _GRID_FRAMES * _GRID_FRAMES
        start = max(self.mono.size - length, 0) // 2
        return Passage(self.mono[start : start + length], self.is_last)


def passages(
    stream: SoundStream, heard: Callable[[Samples, bool], None], progress: Progress
) -> Iterator[Passage]:
    """Yield a sound passage by passage, in mono at the rate of analysis.

    Parameters
    ----------
    stream : SoundStream
        Any length, rate and number of channels.
    heard : callable
        Is given every block as it was read, and whether it is the last one.
    progress : Progress
        Told the share that is read; may cancel.

    Yields
    ------
    Passage
        Of equal length where the length is known; at most 53 MB are held at any time.
    """
    resampler = StreamResampler(2, stream.sample_rate, ANALYSIS_RATE)
    length = _passage_frames(stream)
    held: list[Samples] = []
    n_held = n_read = 0
    for block, last in _with_end(stream.blocks):
        heard(block, last)
        n_read += len(block)
        held.append(resampler.process(to_stereo(block), last=last))
        n_held += len(held[-1])
        progress.report(min(n_read / max(stream.n_frames or 0, n_read), 1.0), "Listening")
        while n_held > length and not (last and n_held <= length + _GRID_FRAMES):
            mono, rest = _cut(held, length)
            held, n_held = [rest], n_held - length
            yield Passage(mono, is_last=False)
    if held:
        mono, _ = _cut(held, n_held)
        held.clear()
        yield Passage(mono, is_last=True)


def _cut(held: list[Samples], length: int) -> tuple[Mono, Samples]:
    """Return the first frames in mono, and the rest; lets go of what was held."""
    joined = np.concatenate(held)
    held.clear()
    return _mixed(joined[:length]), joined[length:].copy()


def _passage_frames(stream: SoundStream) -> int:
    longest = LONGEST_SECONDS * ANALYSIS_RATE
    if not stream.n_frames:
        return longest // _GRID_FRAMES * _GRID_FRAMES
    whole = resampled_length(stream.n_frames, stream.sample_rate, ANALYSIS_RATE)
    count = -(-whole // longest)
    return max(-(-whole // (count * _GRID_FRAMES)) * _GRID_FRAMES, _GRID_FRAMES)


def _with_end(blocks: Iterable[Samples]) -> Iterator[tuple[Samples, bool]]:
    before: Samples | None = None
    for block in blocks:
        if before is not None:
            yield before, False
        before = block
    if before is not None:
        yield before, True


def _mixed(stereo: Samples) -> Mono:
    """Mix to mono: the mean, or the louder side where the mean cancels out."""
    sparse = stereo[:: max(len(stereo) // _SPARSE_FRAMES, 1)].astype(np.float64)
    energies = np.square(sparse).mean(axis=0) if len(sparse) else np.zeros(2)
    mean_energy = float(np.square(sparse.mean(axis=1)).mean()) if len(sparse) else 0.0
    if mean_energy < _CANCELLED_SHARE * float(energies.sum()) / 2:
        return np.ascontiguousarray(stereo[:, int(energies.argmax())])
    return np.asarray(stereo.mean(axis=1), np.float32)

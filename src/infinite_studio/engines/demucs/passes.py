"""One network over a whole sound: segments in, weighed and added, finished blocks out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples
from infinite_studio.engines.demucs.grid import Grid, Segment
from infinite_studio.engines.demucs.memory import StemWindows
from infinite_studio.engines.demucs.runner import Runner
from infinite_studio.engines.demucs.window import Levels, MovingWindow, at_rate
from infinite_studio.engines.streams import SoundSource
from infinite_studio.progress import Progress

SILENCE = 1e-7
STAGE = "Splitting into stems"

StemFrames = NDArray[np.float32]
"""Array ``(sources, frames, channels)``, channels in pairs."""


@dataclass(frozen=True)
class Pass:
    """A network, the sound it goes over, and the grid of its segments."""

    runner: Runner
    source: SoundSource
    levels: Levels
    grid: Grid
    batch: int = 1

    def blocks(self, progress: Progress) -> Iterator[StemFrames]:
        """Yield the sources in finished blocks whose lengths add up to the grid's."""
        segments = self.grid.segments()
        ends = [min(later.start, self.grid.n_frames) for later in segments[1:]]
        sums = _Sums(len(self.runner.sources), 2 * self.levels.mean.shape[0])
        window = self._window()
        total = len(segments)
        for index, segment in enumerate(segments):
            self._tell(progress, index / total)
            result = self._separated(segment, window)
            sums.add(segment, result, self.grid.n_frames)
            final = self.grid.n_frames if index + 1 == total else ends[index]
            if final > sums.first:
                yield sums.taken(final)
        self._tell(progress, 1.0)

    def _tell(self, progress: Progress, fraction: float) -> None:
        def tick() -> None:
            progress.report(fraction, self.runner.notice or STAGE)

        tick()
        self.runner.tick = tick

    def _window(self) -> MovingWindow:
        mean, deviation = (np.repeat(v.ravel(), 2) for v in (self.levels.mean, self.levels.deviation))
        blocks = at_rate(self.source, self.runner.sample_rate)
        return MovingWindow(((block - mean) / deviation for block in blocks), self.levels.mean.shape[0])

    def _separated(self, segment: Segment, window: MovingWindow) -> StemWindows:
        """Return the sources of one segment, ``(pairs, sources, 2, frames)``, as loud as the sound is."""
        length = self.runner.window_frames(segment.n_frames, self.grid.segment_frames)
        missing = length - segment.n_frames
        start = segment.start - missing // 2
        given = window.read(start, start + length, segment.start - self.grid.segment_frames)
        inside = slice(max(-start, 0), max(min(self.grid.n_frames - start, length), 0))
        mean, deviation = self.levels.mean[:, :, None], self.levels.deviation[:, :, None]
        pairs = [index for index, pair in enumerate(given[:, :, inside]) if self._is_heard(index, pair)]
        result = np.zeros((given.shape[0], len(self.runner.sources), 2, segment.n_frames), np.float32)
        cut = slice(missing // 2, missing // 2 + segment.n_frames)
        for first in range(0, len(pairs), self.batch):
            some = pairs[first : first + self.batch]
            made = self.runner.run(np.ascontiguousarray(given[some]))[..., cut]
            for index, one in zip(some, made, strict=True):
                np.multiply(one, deviation[index], out=result[index])
                result[index] += mean[index]
        return result

    def _is_heard(self, index: int, pair: Samples) -> bool:
        """Whether a pair of channels, as the network is given it, is more than silence."""
        if not pair.size:
            return False
        mean, deviation = self.levels.mean[index], self.levels.deviation[index]
        ends = np.array([pair.min(), pair.max()], np.float32) * deviation + mean
        return bool(np.abs(ends).max() > SILENCE)


class _Sums:
    """Adds weighed segments up where they overlap; channels lie one after another until they are taken."""

    def __init__(self, n_sources: int, n_channels: int) -> None:
        self.first = 0
        self._channels: NDArray[np.float32] = np.zeros((n_channels // 2, n_sources, 2, 0), np.float32)

    def add(self, segment: Segment, result: StemWindows, n_frames: int) -> None:
        """Add a segment's sources, which are taken over; what lies outside of the sound is dropped."""
        first, last = max(segment.start, self.first, 0), min(segment.end, n_frames)
        own = slice(first - segment.start, last - segment.start)
        weighed = result[..., own]
        weighed *= segment.weights[own]
        begin = first - self.first
        overlapping = min(self._channels.shape[3] - begin, weighed.shape[3])
        self._channels[..., begin : begin + overlapping] += weighed[..., :overlapping]
        if overlapping < weighed.shape[3]:
            self._channels = np.concatenate([self._channels, weighed[..., overlapping:]], axis=3)

    def taken(self, until: int) -> StemFrames:
        """Return and forget what is finished."""
        n_frames = until - self.first
        done = self._channels[..., :n_frames].transpose(1, 3, 0, 2)
        self._channels = self._channels[..., n_frames:].copy()
        self.first = until
        return done.reshape(done.shape[0], n_frames, -1)

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
        heard = np.abs(given[:, :, inside] * deviation + mean).max(axis=(1, 2), initial=0.0) > SILENCE
        result = np.zeros((given.shape[0], len(self.runner.sources), 2, segment.n_frames), np.float32)
        cut = slice(missing // 2, missing // 2 + segment.n_frames)
        pairs = np.flatnonzero(heard)
        for first in range(0, len(pairs), self.batch):
            some = pairs[first : first + self.batch]
            made = self.runner.run(np.ascontiguousarray(given[some]))[..., cut]
            result[some] = made * deviation[some, None] + mean[some, None]
        return result


class _Sums:
    """Adds weighed segments up where they overlap."""

    def __init__(self, n_sources: int, n_channels: int) -> None:
        self.first = 0
        self._frames: StemFrames = np.zeros((n_sources, 0, n_channels), np.float32)

    def add(self, segment: Segment, result: StemWindows, n_frames: int) -> None:
        """Add a segment's sources; what lies outside of the sound is dropped."""
        first, last = max(segment.start, self.first, 0), min(segment.end, n_frames)
        own = slice(first - segment.start, last - segment.start)
        weighed = result[..., own] * segment.weights[own]
        pieces = weighed.transpose(1, 3, 0, 2).reshape(weighed.shape[1], last - first, -1)
        grown = last - self.first - self._frames.shape[1]
        if grown > 0:
            more = np.zeros((self._frames.shape[0], grown, self._frames.shape[2]), np.float32)
            self._frames = np.concatenate([self._frames, more], axis=1)
        self._frames[:, first - self.first : last - self.first] += pieces

    def taken(self, until: int) -> Samples:
        """Return and forget what is finished."""
        done: StemFrames = self._frames[:, : until - self.first]
        self._frames = self._frames[:, until - self.first :].copy()
        self.first = until
        return done

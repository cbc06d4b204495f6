"""A sound at the network's rate that is read forwards, with silence before and after it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.engines.streams import SoundSource
from infinite_studio.progress import Progress


def at_rate(source: SoundSource, sample_rate: int) -> Iterator[Samples]:
    """Yield a sound at another rate, block by block, with an even number of channels.

    Mono is doubled, so is the last of an odd number of channels: networks take pairs.
    """
    resampler = StreamResampler(source.n_channels, source.sample_rate, sample_rate)
    for block in source.blocks():
        yield _paired(resampler.process(block))
    yield _paired(resampler.process(np.zeros((0, source.n_channels), np.float32), last=True))


def _paired(block: Samples) -> Samples:
    return np.concatenate([block, block[:, -1:]], axis=1) if block.shape[1] % 2 else block


class Levels:
    """Mean and deviation of every pair of channels, from one pass over the sound."""

    def __init__(self, source: SoundSource, sample_rate: int, progress: Progress) -> None:
        n_pairs = -(-source.n_channels // 2)
        total, squares, self.n_frames = np.zeros(n_pairs), np.zeros(n_pairs), 0
        expected = source.n_frames * sample_rate / source.sample_rate
        for block in at_rate(source, sample_rate):
            middle = block.reshape(block.shape[0], n_pairs, 2).mean(axis=2, dtype=np.float64)
            total += middle.sum(axis=0)
            squares += np.square(middle).sum(axis=0)
            self.n_frames += block.shape[0]
            progress.report(min(self.n_frames / expected, 1.0))
        n_frames = max(self.n_frames, 1)
        mean = total / n_frames
        variance = np.maximum(squares - n_frames * np.square(mean), 0.0) / max(n_frames - 1, 1)
        self.mean: NDArray[np.float32] = mean.astype(np.float32)[:, None]
        self.deviation: NDArray[np.float32] = (np.sqrt(variance) + 1e-8).astype(np.float32)[:, None]


class MovingWindow:
    """Keeps the stretch of a sound that is still needed, ``(pairs, 2, frames)``."""

    def __init__(self, blocks: Iterator[Samples], n_pairs: int) -> None:
        self._blocks = blocks
        self._n_pairs = n_pairs
        self._held: NDArray[np.float32] = np.zeros((n_pairs, 2, 0), np.float32)
        self._first = 0

    def read(self, start: int, end: int, keep_from: int) -> NDArray[np.float32]:
        """Return frames ``start`` to ``end``, silence where there is no sound; forget those before ``keep_from``."""
        self._take_until(end)
        result = np.zeros((self._n_pairs, 2, end - start), np.float32)
        first, last = max(start, self._first), min(end, self._first + self._held.shape[2])
        if last > first:
            result[:, :, first - start : last - start] = self._held[
                :, :, first - self._first : last - self._first
            ]
        self._forget(keep_from)
        return result

    def _take_until(self, end: int) -> None:
        found = [self._held]
        reached = self._first + self._held.shape[2]
        while reached < end and (block := next(self._blocks, None)) is not None:
            found.append(block.T.reshape(self._n_pairs, 2, -1))
            reached += block.shape[0]
        if len(found) > 1:
            self._held = np.concatenate(found, axis=2)

    def _forget(self, keep_from: int) -> None:
        surplus = min(keep_from - self._first, self._held.shape[2])
        if surplus > 0:
            self._held = self._held[:, :, surplus:].copy()
            self._first += surplus

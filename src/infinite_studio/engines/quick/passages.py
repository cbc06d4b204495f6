"""Random reading in a sound that only comes from its start to its end."""

from collections import deque
from collections.abc import Iterator

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.masks import context_windows
from infinite_studio.engines.quick.stream import MOST_WINDOWS
from infinite_studio.engines.streams import SoundSource


class ForwardReader:
    """Reads passages whose starts never go back by more than ``behind_frames`` behind the furthest end so far."""

    def __init__(self, blocks: Iterator[Samples], n_channels: int, behind_frames: int) -> None:
        self._blocks = blocks
        self._nothing = np.zeros((0, n_channels), np.float32)
        self._held: deque[Samples] = deque()
        self._first = 0
        self._end = 0
        self._behind = behind_frames

    def read(self, start: int, end: int) -> Samples:
        """Return the samples from ``start`` up to, not including, ``end``."""
        while self._end < end:
            block = next(self._blocks, None)
            if block is None:
                break
            self._held.append(block)
            self._end += block.shape[0]
        while self._held and self._first + self._held[0].shape[0] <= min(start, end - self._behind):
            self._first += self._held.popleft().shape[0]
        held = np.concatenate(self._held) if self._held else self._nothing
        return held[start - self._first : end - self._first]


def reader_of(source: SoundSource) -> ForwardReader:
    """Return a reader that keeps as much of a sound as splitting it goes back."""
    geometry = Geometry.of(source.sample_rate)
    behind_windows = 2 * (context_windows(source.n_channels) + 4) + MOST_WINDOWS
    behind_frames = behind_windows * geometry.hop_frames + geometry.window_frames
    return ForwardReader(source.blocks(), source.n_channels, behind_frames)

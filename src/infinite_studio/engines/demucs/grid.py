"""Where the segments of a sound lie, and how their overlapping results are weighed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Samples


@dataclass(frozen=True)
class Segment:
    """Frames ``start`` to ``end`` of a sound; ``start`` may lie before it, where there is silence."""

    start: int
    end: int
    weights: Samples
    """How much each frame counts, ``(frames,)``; over all segments and passes the weights of a frame sum to one."""

    @property
    def n_frames(self) -> int:
        """Length."""
        return self.end - self.start


@dataclass(frozen=True)
class Grid:
    """The segments of one or more passes over a sound.

    Each pass begins ``shift`` frames before the sound; segments are weighed by triangles and normalised.
    """

    n_frames: int
    segment_frames: int
    overlap: float
    shifts: tuple[int, ...] = (0,)

    def segments(self) -> tuple[Segment, ...]:
        """Return all segments in the order of their start."""
        found = [segment for shift in self.shifts for segment in self._pass(shift)]
        return tuple(sorted(found, key=lambda segment: segment.start))

    @property
    def stride_frames(self) -> int:
        """Frames from one segment to the next."""
        return max(int((1 - self.overlap) * self.segment_frames), 1)

    def _pass(self, shift: int) -> list[Segment]:
        length = self.n_frames + shift
        starts = range(0, length, self.stride_frames)
        triangle = _triangle(self.segment_frames)
        known: dict[tuple[int, ...], NDArray[np.float32]] = {}
        segments: list[Segment] = []
        for index, start in enumerate(starts):
            end = min(start + self.segment_frames, length)
            neighbours = self._neighbours(starts, index, length)
            if neighbours not in known:
                known[neighbours] = _share(triangle, neighbours, end - start, len(self.shifts))
            segments.append(Segment(start - shift, end - shift, known[neighbours]))
        return segments

    def _neighbours(self, starts: Sequence[int], index: int, length: int) -> tuple[int, ...]:
        """Return where other segments begin as seen from this one, and how long this one is."""
        own = starts[index]
        reach = self.segment_frames // self.stride_frames + 1
        near = starts[max(index - reach, 0) : index + reach + 1]
        begins = tuple(start - own for start in near if abs(start - own) < self.segment_frames)
        return (*begins, min(self.segment_frames, length - own))


def _triangle(n_frames: int) -> NDArray[np.float32]:
    rising = np.arange(1, n_frames // 2 + 1)
    falling = np.arange(n_frames - n_frames // 2, 0, -1)
    whole = np.concatenate([rising, falling])
    return np.asarray(whole / whole.max(), np.float32)


def _share(
    triangle: NDArray[np.float32], neighbours: tuple[int, ...], n_frames: int, n_passes: int
) -> NDArray[np.float32]:
    total = np.zeros(n_frames)
    for begin in neighbours[:-1]:
        first, last = max(begin, 0), min(begin + triangle.shape[0], n_frames)
        if last > first:
            total[first:last] += triangle[first - begin : last - begin]
    return np.asarray(triangle[:n_frames] / (total * n_passes), np.float32)

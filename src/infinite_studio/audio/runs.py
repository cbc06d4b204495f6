"""Long sounds in which much comes again: runs of blocks, each played several times."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from infinite_studio.audio.audio import Samples


class Run(Protocol):
    """A stretch of sound that is played one or more times in a row."""

    @property
    def round_frames(self) -> int:
        """Length once, in frames."""

    @property
    def times(self) -> int:
        """How often."""

    def blocks(self) -> Iterator[Samples]:
        """Yield the stretch once, block by block."""


def total_frames(runs: Sequence[Run]) -> int:
    """Return the length of all runs in frames."""
    return sum(run.round_frames * run.times for run in runs)


def unrolled(runs: Sequence[Run]) -> Iterator[Samples]:
    """Yield everything that is played, block by block."""
    for run in runs:
        for _ in range(run.times):
            yield from run.blocks()

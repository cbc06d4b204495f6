"""Long sounds in which much comes again: runs of blocks, each played several times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, eq=False)
class LongSound:
    """Runs that follow one another, and what they have in common.

    Parameters
    ----------
    runs : sequence of Run
        What is played.
    sample_rate : int
        Frames per second, Hz.
    n_channels : int
        Of every block.
    """

    runs: Sequence[Run]
    sample_rate: int
    n_channels: int

    @property
    def n_frames(self) -> int:
        """Length of everything that is played."""
        return total_frames(self.runs)


def total_frames(runs: Sequence[Run]) -> int:
    """Return the length of all runs in frames."""
    return sum(run.round_frames * run.times for run in runs)


def unrolled(runs: Sequence[Run]) -> Iterator[Samples]:
    """Yield everything that is played, block by block."""
    for run in runs:
        for _ in range(run.times):
            yield from run.blocks()

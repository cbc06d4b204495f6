"""What the timeline asks of a sound's picture."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray


class PeakColumns(Protocol):
    """Lowest, highest and root-mean-square value of each column."""

    @property
    def low(self) -> NDArray[np.float32]:
        """Lowest value of each column."""
        ...

    @property
    def high(self) -> NDArray[np.float32]:
        """Highest value of each column."""
        ...

    @property
    def rms(self) -> NDArray[np.float32]:
        """Root-mean-square value of each column."""
        ...


class PeaksLike(Protocol):
    """A pyramid of peaks that may still be growing."""

    @property
    def n_frames(self) -> int:
        """How many frames it covers by now."""
        ...

    def window(self, start_frame: float, end_frame: float, n_columns: int) -> PeakColumns:
        """Return the columns of a range."""
        ...


PeaksSource: TypeAlias = Callable[[str], PeaksLike | None]


def no_peaks(_object_id: str) -> None:
    """Know no peaks: the source before one is set."""

"""The `Progress` that a lane gives to its work."""

import threading
from collections import deque

from infinite_studio.progress import OperationCancelled


class Mailbox:
    """What the work said last, left for the GUI thread to fetch at its own pace.

    Fetching instead of signalling keeps the GUI thread calm however often the work reports, and the last
    report is never lost. Plain attribute and deque operations: the work pays next to nothing for a report.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._latest: tuple[float, str] = (0.0, "")
        self._partials: deque[object] = deque()

    @property
    def latest(self) -> tuple[float, str]:
        """The last fraction and stage."""
        return self._latest

    @property
    def is_cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Make the next report raise."""
        self._cancelled.set()

    def report(self, fraction: float, stage: str = "") -> None:
        """Keep how far the work is."""
        self._raise_if_cancelled()
        self._latest = (min(max(fraction, 0.0), 1.0), stage or self._latest[1])

    def share(self, partial: object) -> None:
        """Keep an intermediate result until it is fetched."""
        self._raise_if_cancelled()
        self._partials.append(partial)

    def take_partials(self) -> tuple[object, ...]:
        """Return the intermediate results since the last call."""
        return tuple(self._partials.popleft() for _ in range(len(self._partials)))

    def _raise_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise OperationCancelled

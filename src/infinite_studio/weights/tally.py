"""How many bytes have come, and how fast, in a few words."""

import time
from collections import deque
from collections.abc import Callable

from infinite_studio.audio.files import readable_size

WINDOW_SECONDS = 5.0


class Tally:
    """Counts bytes of several files as one; ``now`` is a clock in seconds."""

    def __init__(self, total_bytes: int = 0, now: Callable[[], float] = time.monotonic) -> None:
        self.total_bytes = total_bytes
        self.done_bytes = 0
        self.doing = ""
        self._now = now
        self._recent: deque[tuple[float, int]] = deque()
        self._came_bytes = 0

    @property
    def fraction(self) -> float:
        """How much is done, 0 to 1."""
        return min(self.done_bytes / self.total_bytes, 1.0) if self.total_bytes else 0.0

    def found(self, n_bytes: int) -> None:
        """Count bytes that were here already; negative where they turn out to be useless."""
        self.done_bytes += n_bytes

    def came(self, n_bytes: int) -> None:
        """Count bytes that have just come."""
        self.done_bytes += n_bytes
        self._came_bytes += n_bytes
        moment = self._now()
        self._recent.append((moment, self._came_bytes))
        while moment - self._recent[0][0] > WINDOW_SECONDS:
            self._recent.popleft()

    @property
    def bytes_per_second(self) -> float:
        """How fast bytes came in the last seconds; 0 where too little is known."""
        if len(self._recent) < 2:
            return 0.0
        (start, before), (_, after) = self._recent[0], self._recent[-1]
        seconds = self._now() - start
        return (after - before) / seconds if seconds > 0.2 else 0.0

    @property
    def words(self) -> str:
        """What to show beside the bar, such as ``state_dict.bin: 412.0 MB of 1.1 GB, 8.2 MB/s``."""
        if not self.total_bytes:
            return self.doing
        parts = [f"{readable_size(self.done_bytes)} of {readable_size(self.total_bytes)}"]
        if self.bytes_per_second > 0:
            parts.append(f"{readable_size(round(self.bytes_per_second))}/s")
        counted = ", ".join(parts)
        return f"{self.doing}: {counted}" if self.doing else counted

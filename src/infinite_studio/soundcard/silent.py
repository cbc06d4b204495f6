"""What plays where there is no sound card: a clock that asks for frames and drops them."""

import threading
import time
from collections.abc import Callable

from infinite_studio.audio.audio import Samples
from infinite_studio.soundcard.output import Fill

BLOCK_FRAMES = 1_024
AHEAD_SECONDS = 0.06
TICK_SECONDS = 0.02
LARGEST_GAP_SECONDS = 0.5


class ClockedOutput:
    """An output whose frames are due by a clock; `advance` asks for those that are."""

    label = "no sound card"
    is_silent = True
    has_failed = False
    runs_away = False
    latency_seconds = AHEAD_SECONDS

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._fill: Fill | None = None
        self._started_at = 0.0
        self._frames = 0
        self.sample_rate = 0

    def open(self, device: str, sample_rate: int) -> None:  # noqa: ARG002 - there is only one silence
        """Accept every rate."""
        self.sample_rate = sample_rate

    def start(self, fill: Fill) -> None:
        """Begin now."""
        self._started_at = self._clock()
        self._fill = fill
        self.advance()

    def close(self) -> None:
        """Ask for nothing more."""
        self._fill = None

    def advance(self) -> None:
        """Ask for the frames that are due; a long sleep of the machine is skipped, not caught up with."""
        due = self._due_frames()
        if due - self._frames > LARGEST_GAP_SECONDS * self.sample_rate:
            self._started_at += (due - self._frames) / self.sample_rate
            due = self._frames
        while self._fill is not None and self._frames < due:
            heard_at = self._started_at + self._frames / self.sample_rate
            self.take(self._fill(BLOCK_FRAMES, heard_at))
            self._frames += BLOCK_FRAMES

    def take(self, block: Samples) -> None:
        """Do with the frames what this output does: nothing."""

    def _due_frames(self) -> int:
        return round((self._clock() - self._started_at + AHEAD_SECONDS) * self.sample_rate)


class SilentOutput(ClockedOutput):
    """A `ClockedOutput` with a thread that advances it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._closed = threading.Event()

    def start(self, fill: Fill) -> None:
        """Begin now, in a thread."""
        super().start(fill)
        threading.Thread(target=self._tick, name="silent output", daemon=True).start()

    def close(self) -> None:
        """End the thread at its next tick."""
        super().close()
        self._closed.set()

    def _tick(self) -> None:
        while not self._closed.wait(TICK_SECONDS):
            self.advance()

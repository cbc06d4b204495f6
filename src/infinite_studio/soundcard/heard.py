"""Which frame of the program is heard at a moment: what was handed out, and when it reaches the ear."""

import statistics
from collections import deque
from dataclasses import dataclass

ANCHORS = 9
LEVELS_KEPT = 512


@dataclass(frozen=True)
class _Span:
    """Program frames on the device's time line; ``step`` is program frames per device frame."""

    start: float
    end: float
    program_frame: int
    step: float
    epoch: int


class HeardLog:
    """Keeps the time line of one opened output, counted in device frames since it was started."""

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._anchors: deque[float] = deque(maxlen=ANCHORS)
        self._spans: deque[_Span] = deque()
        self._levels: deque[tuple[float, dict[str, float]]] = deque(maxlen=LEVELS_KEPT)
        self._furthest = 0.0

    def note_block(self, device_frame: int, heard_at: float) -> None:
        """Remember when a block's first frame will be heard; the median of a few evens out the clock's jitter."""
        self._anchors.append(heard_at - device_frame / self._sample_rate)

    def note_span(self, start: float, end: float, program_frame: int, step: float, epoch: int) -> None:
        """Remember where program frames lie on the device's time line."""
        self._spans.append(_Span(start, end, program_frame, step, epoch))

    def note_levels(self, device_frame: float, peaks: dict[str, float]) -> None:
        """Remember how loud a block is, until it is heard."""
        self._levels.append((device_frame, peaks))

    def device_frame(self, now: float) -> float:
        """Return how far the device's output has been heard; never goes back."""
        if self._anchors:
            reached = (now - statistics.median(self._anchors)) * self._sample_rate
            self._furthest = max(self._furthest, reached)
        return self._furthest

    def program_frame(self, now: float, epoch: int) -> int | None:
        """Return the frame that is heard, None before the first one of this epoch is."""
        reached = self.device_frame(now)
        while len(self._spans) > 1 and self._spans[1].start <= reached:
            self._spans.popleft()
        if not self._spans:
            return None
        span = self._spans[0]
        if span.epoch != epoch or reached < span.start:
            return None
        return span.program_frame + int((min(reached, span.end) - span.start) * span.step)

    def take_levels(self, now: float) -> dict[str, float]:
        """Return the peaks of what was heard since the last call."""
        reached = self.device_frame(now)
        heard: dict[str, float] = {}
        while self._levels and self._levels[0][0] <= reached:
            for name, peak in self._levels.popleft()[1].items():
                heard[name] = max(heard.get(name, 0.0), peak)
        return heard

"""Waiting until a freshly started stream runs at its own pace and tells the truth about its time."""

from collections import deque

PACE_SECONDS = 0.008
AGREEING_BLOCKS = 3
AGREEMENT_SECONDS = 0.004
PATIENCE_SECONDS = 1.0
LARGEST_BUFFER_SECONDS = 4.0


class Settling:
    """Sound servers swallow the first frames of a stream and guess its latency until its buffer has filled once.

    A stream has settled when blocks are asked for one by one and three of them agree on when frames are heard.
    """

    def __init__(self) -> None:
        self._is_over = False
        self._began_at: float | None = None
        self._last_at: float | None = None
        self._paced_since: float | None = None
        self._elapsed_seconds = 0.0
        self._anchors: deque[float] = deque(maxlen=AGREEING_BLOCKS)

    def runs_away(self, now: float) -> bool:
        """Whether far more was asked for than time has passed, as null devices do that play nothing."""
        began_at = now if self._began_at is None else self._began_at
        return self._elapsed_seconds > now - began_at + LARGEST_BUFFER_SECONDS

    def is_over(self, now: float, heard_at: float, block_seconds: float) -> bool:
        """Judge by one more block."""
        if self._began_at is None:
            self._began_at = now
        if self._is_over:
            return True
        if self._paced_since is None and self._last_at is not None and now - self._last_at > PACE_SECONDS:
            self._paced_since = now
        if self._paced_since is not None:
            self._anchors.append(heard_at - self._elapsed_seconds)
            self._is_over = self._agree() or now - self._paced_since > PATIENCE_SECONDS
        self._last_at = now
        self._elapsed_seconds += block_seconds
        return self._is_over

    def _agree(self) -> bool:
        return (
            len(self._anchors) == AGREEING_BLOCKS
            and max(self._anchors) - min(self._anchors) < AGREEMENT_SECONDS
        )

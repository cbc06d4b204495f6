"""How long work of a kind takes on this machine, learned from the work it did."""

import json
import logging
import statistics
import threading
from collections import deque
from pathlib import Path

from infinite_studio.audio.files import atomic_path
from infinite_studio.errors import StudioError

logger = logging.getLogger(__name__)

REMEMBERED = 20
TRUSTED_FRACTION = 0.05


class DurationEstimates:
    """Seconds per unit of size for each kind of job: the median of the last twenty runs.

    May be used from any thread. A file that cannot be read or written costs the memory of earlier
    sessions and nothing else.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._rates: dict[str, deque[float]] = _read(path) if path is not None else {}

    def predict(self, kind: str, size: float) -> float | None:
        """Return the expected seconds, or None where nothing of the kind has been done here yet."""
        with self._lock:
            rates = self._rates.get(kind)
            return statistics.median(rates) * max(size, 0.0) if rates else None

    def learn(self, kind: str, size: float, seconds: float) -> None:
        """Remember one finished run."""
        if size <= 0 or seconds < 0:
            return
        with self._lock:
            self._rates.setdefault(kind, deque(maxlen=REMEMBERED)).append(seconds / size)
            text = json.dumps({name: list(rates) for name, rates in self._rates.items()})
        if self._path is not None:
            _write(self._path, text)


def remaining_seconds(
    elapsed_seconds: float, fraction: float, predicted_seconds: float | None
) -> float | None:
    """Blend what earlier runs took with how fast this one goes; the further it is, the more its own pace counts."""
    own = elapsed_seconds * (1.0 - fraction) / fraction if fraction >= TRUSTED_FRACTION else None
    if predicted_seconds is None:
        return own
    expected = max(predicted_seconds - elapsed_seconds, 0.0)
    if own is None:
        return expected
    return fraction * own + (1.0 - fraction) * max(expected, predicted_seconds * 0.02)


def _read(path: Path) -> dict[str, deque[float]]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(kind): deque((max(float(rate), 0.0) for rate in rates), maxlen=REMEMBERED)
            for kind, rates in data.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        logger.warning("The learned durations cannot be read and start anew: %s", error)
        return {}


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except (OSError, StudioError) as error:
        logger.warning("The learned durations cannot be kept: %s", error)

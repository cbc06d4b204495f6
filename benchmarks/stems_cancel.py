"""How long a split of real size goes on after it was cancelled in the middle of a segment."""

import argparse
import random
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.mixes import SAMPLE_RATE, made_mix
from benchmarks.stems_weights import make_weights
from benchmarks.stems_workers import BFLOAT_16, FLOAT_32, OURS, ours
from infinite_studio.audio.audio import Audio
from infinite_studio.engines.streams import AudioSource
from infinite_studio.progress import OperationCancelled

TRIALS = {BFLOAT_16: 8, FLOAT_32: 6, OURS: 2}
BAR_SECONDS = 2.0


class Stopwatch:
    """A `Progress` that cancels from a moment on, as a click does, and knows the longest silence between reports."""

    def __init__(self) -> None:
        self.stop_at = float("inf")
        self.longest_seconds = 0.0
        self._last = time.perf_counter()

    def begin(self, stop_after_seconds: float) -> None:
        """Wait with cancelling for so long from now on."""
        self._last = time.perf_counter()
        self.stop_at = self._last + stop_after_seconds

    def report(self, _fraction: float, _stage: str = "") -> None:
        """Raise once it is cancelled."""
        now = time.perf_counter()
        self.longest_seconds = max(self.longest_seconds, now - self._last)
        self._last = now
        if now >= self.stop_at:
            raise OperationCancelled

    def share(self, partial: object) -> None:
        """Take no notice."""


def cancel(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure warm splits in both precisions, and a first split while it tries which of them pays."""
    make_weights(folder, options.size)
    source = AudioSource(Audio.of(made_mix("song", 100, 0, 30.0, 0).mixdown, SAMPLE_RATE))
    chance = random.Random(0)
    found = {}
    for kind, n_trials in TRIALS.items():
        separator, watch = ours(kind, folder), Stopwatch()
        if kind != OURS:
            stopped(separator, source, watch, 0.0 if options.size == "tiny" else 4.0)
        watch.longest_seconds = 0.0
        late = [stopped(separator, source, watch, chance.uniform(0.2, 3.0)) for _ in range(n_trials)]
        separator.let_go()
        found[kind] = {
            "trials": n_trials,
            "median_seconds": round(statistics.median(late), 3),
            "worst_seconds": round(max(late), 3),
            "longest_between_reports_seconds": round(watch.longest_seconds, 3),
        }
    worst = max(row["worst_seconds"] for row in found.values())
    return {"cancel": found, "bars_met": {f"≤ {BAR_SECONDS} s": worst <= BAR_SECONDS}}


def stopped(separator: Any, source: AudioSource, watch: Stopwatch, after_seconds: float) -> float:  # noqa: ANN401
    """Split until cancelled; return the seconds from cancelling to the end of the work."""
    watch.begin(after_seconds)
    try:
        for _ in separator.separate_stream(source, watch):
            pass
    except OperationCancelled:
        return time.perf_counter() - watch.stop_at
    return 0.0

"""Memory and pace over hours: a small network carries the whole length, the real one a long excerpt.

Three hours at real size would take half an hour or more. What depends on the length, reading, overlapping, spooling and
writing, does not depend on the network: it is measured with a network of next to no size on segments of the same
length, through the use case that writes the files. What the real network needs for itself is the same for every segment.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from benchmarks.mixes import SAMPLE_RATE, made_mix
from benchmarks.stems_weights import make_weights
from benchmarks.stems_workers import BFLOAT_16, Worker, memory_mb

if TYPE_CHECKING:
    from infinite_studio.engines.base import Separator
    from infinite_studio.engines.registry import Registry
    from infinite_studio.services.split_files import SplitFile
    from infinite_studio.services.split_wish import SplitWish

SHORT_SECONDS, LONG_SECONDS = 24.0, 120.0
BEYOND_MB = 1_500.0
THROUGHPUT = 0.95
PIECE_SECONDS = 60
CARRIED_SHORT_SECONDS = 300.0


def hours(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return memory beyond the loaded model and pace, at the end against the beginning, long against short."""
    flowing, real = folder / "flowing", folder / "real"
    flowing.mkdir()
    real.mkdir()
    make_weights(flowing, "flowing")
    make_weights(real, options.size)
    whole = long_file(folder / "long.wav", options.hours * 3_600)
    command = [sys.executable, "-m", "benchmarks.stems_hours", str(flowing), str(whole)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    carried = json.loads(done.stdout.splitlines()[-1])
    whole.unlink()
    long_seconds = options.seconds or LONG_SECONDS
    short, long = (
        long_file(folder / f"{name}.wav", seconds)
        for name, seconds in (("short", SHORT_SECONDS), ("excerpt", long_seconds))
    )
    with Worker(BFLOAT_16, real) as worker:
        loaded_mb = worker.loaded_mb
        worker.split(short)
        one, two = worker.split(short), worker.split(long)
    pace = {"short": SHORT_SECONDS / one["seconds"], "long": long_seconds / two["seconds"]}
    beyond_mb = two["peak_mb"] - loaded_mb
    return {
        "hours": options.hours,
        "carried_whole": carried,
        "real_size": {
            "times_real_time": {name: round(value, 2) for name, value in pace.items()},
            "long_of_short": round(pace["long"] / pace["short"], 2),
            "long_seconds": long_seconds,
            "model_loaded_mb": round(loaded_mb),
            "beyond_model_mb": round(beyond_mb),
            "grown_from_short_to_long_mb": round(two["peak_mb"] - one["peak_mb"]),
        },
        "bars_met": {
            f"memory ≤ {BEYOND_MB:.0f} MB": max(beyond_mb, carried["beyond_model_mb"]) <= BEYOND_MB,
            f"long ≥ {THROUGHPUT} of short": pace["long"] >= THROUGHPUT * pace["short"],
            f"last tenth ≥ {THROUGHPUT} of first": carried["last_tenth_of_first"] >= THROUGHPUT,
            f"whole ≥ {THROUGHPUT} of five minutes": carried["whole_of_short"] >= THROUGHPUT,
        },
    }


def long_file(path: Path, seconds: float) -> Path:
    """Write the same minute again and again."""
    piece = np.ascontiguousarray(made_mix("long", 100, 2, PIECE_SECONDS, 9).mixdown, np.float32)
    left = round(seconds * SAMPLE_RATE)
    with soundfile.SoundFile(path, "w", SAMPLE_RATE, 2, "PCM_16", format="RF64") as file:
        while left > 0:
            file.write(piece[:left])
            left -= len(piece)
    return path


class Pace:
    """A `Progress` that keeps when each share of the work was done."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, float, float]] = []

    def report(self, fraction: float, _stage: str = "") -> None:
        """Keep the moment."""
        self.seen.append((fraction, time.perf_counter(), time.process_time()))

    def share(self, partial: object) -> None:
        """Take no notice."""

    def seconds_between(self, start: float, end: float, *, by_cpu: bool = False) -> float:
        """Return the seconds from one share of the work to another, by the clock or of the processor."""
        fractions, *clocks = np.array(self.seen).T
        return float(np.diff(np.interp((start, end), np.maximum.accumulate(fractions), clocks[by_cpu]))[0])

    def last_of_first(self, *, by_cpu: bool = False) -> float:
        """Return the pace in a late tenth of the network's work against an early one.

        From 0.2 to 0.8 of the whole the network is at work; before it are two readings, after it the writing.
        """
        first, last = (self.seconds_between(*share, by_cpu=by_cpu) for share in ((0.15, 0.21), (0.74, 0.80)))
        return round(first / last, 2)


def _timed_split(
    file: Path, folder: Path, wish: "SplitWish", known: "Registry[Separator]", pace: Pace | None = None
) -> tuple[float, "SplitFile"]:
    from infinite_studio.progress import Silence
    from infinite_studio.services.split_files import FilesRequest
    from infinite_studio.services.splitting_files import split_file

    began = time.perf_counter()
    done = split_file(file, FilesRequest((file,), folder / "stems", wish), known, pace or Silence())
    return time.perf_counter() - began, done


def carry(folder: Path, file: Path) -> dict[str, Any]:
    """Split a long file into two files as the studio does; return memory beyond the model, and the pace."""
    from tests.tiny_demucs import Folders

    from infinite_studio.audio.reading import probe
    from infinite_studio.engines.registry import separators
    from infinite_studio.music.stems import StemType
    from infinite_studio.services.split_wish import SplitWish

    known, pace = separators(Folders(folder / "ours")), Pace()
    wish = SplitWish("htdemucs", (StemType.VOCALS,), keeps_rest=True)
    first = long_file(folder / "warm.wav", 10.0)
    _timed_split(first, folder, wish, known)
    loaded_mb = memory_mb("VmRSS")
    long_seconds = probe(file).duration_seconds or 0.0
    short_seconds = min(CARRIED_SHORT_SECONDS, long_seconds / 6)
    short, short_done = _timed_split(long_file(folder / "short.wav", short_seconds), folder, wish, known)
    seconds, done = _timed_split(file, folder, wish, known, pace)
    short_pace, long_pace = short_seconds / short, long_seconds / seconds
    assert short_done.stems.keys() == done.stems.keys()
    frames = {probe(path).n_frames for path in done.stems.values()}
    return {
        "times_real_time": round(long_pace, 1),
        "whole_of_short": round(long_pace / short_pace, 2),
        "seconds": round(seconds),
        "model_loaded_mb": round(loaded_mb),
        "beyond_model_mb": round(memory_mb() - loaded_mb),
        "last_tenth_of_first": pace.last_of_first(),
        "last_tenth_of_first_by_cpu": pace.last_of_first(by_cpu=True),
        "stems_written": len(done.stems),
        "frames_exact": frames == {probe(file).n_frames},
    }


if __name__ == "__main__":
    print(json.dumps(carry(Path(sys.argv[1]), Path(sys.argv[2]))))

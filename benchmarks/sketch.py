"""The built-in composer's speed and memory: 30 seconds of a full arrangement in every style, warm and cold.

Beside it, alternately in one run, a plain renderer of the same notes. The peer is what one would write in an afternoon with the installed libraries (`benchmarks.compose.plain_render`): for each
note a sine with an exponential envelope and one `scipy.signal.lfilter`, all in mono, without timbres, effects, stems,
balance or loudness. It does far less, so that a ratio near 1 is good. The memory of ten minutes and of 30 seconds is measured
in processes of their own. The rate of ten minutes against that of five is measured in turn in a warm process, once as NumPy
asks the kernel for memory and once in ordinary pages (``NUMPY_MADVISE_HUGEPAGE=0``): where a virtual machine's host hands out
huge pages slowly, clearing the take's own 1.1 GB costs more than a tenth of composing it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.compose import plain_render
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.progress import Silence

SECONDS = 30.0
HALF_SECONDS, LONG_SECONDS = 300.0, 600.0
RUNS = 3
COLD_RUNS = 3
BARS = {"warm_times_real_time": 60.0, "cold_times_real_time": 15.0, "memory_mb": 400.0, "rate_ratio": 0.8}

ALONE = """
import json, resource, time
def most_mb():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
began, worked = time.perf_counter(), time.process_time()
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.progress import Silence
engine = SketchEngine()
imported = most_mb()
take = engine.generate(GenerationRequest("{style}", duration_seconds={seconds}, seed=1), Silence())
seconds = time.perf_counter() - began
processor = time.process_time() - worked
peak = most_mb()
held = sum(stem.samples.nbytes for stem in take.stems.values()) + take.mixdown.samples.nbytes
print(json.dumps(dict(seconds=seconds, processor_seconds=processor, imported_mb=imported, peak_mb=peak, take_mb=held / 2**20)))
"""
RATES = """
import json, statistics, time
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.progress import Silence
engine = SketchEngine()
def spent(seconds):
    began, worked = time.perf_counter(), time.process_time()
    engine.generate(GenerationRequest("{style}", duration_seconds=seconds, seed=1), Silence())
    return time.perf_counter() - began, time.process_time() - worked
spent(30.0)
runs = [(spent({half}), spent({long})) for _ in range({runs})]
halves, longs = zip(*runs)
def rate(seconds, taken, clock):
    return seconds / statistics.median(run[clock] for run in taken)
print(json.dumps(dict(
    rate_300s=rate({half}, halves, 0), rate_600s=rate({long}, longs, 0),
    processor_rate_300s=rate({half}, halves, 1), processor_rate_600s=rate({long}, longs, 1),
)))
"""
PEER_ALONE = """
import numpy, scipy.signal
scipy.signal.lfilter([0.1], [1.0, -0.9], numpy.zeros(int(48_000 * {seconds})))
"""


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def timed_twice(work: Callable[[], object]) -> tuple[float, float]:
    """Return the time on the clock and that of the processor: on a busy machine the second says more."""
    began = time.process_time()
    clock = timed(work)
    return clock, time.process_time() - began


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def alone(style: str, seconds: float) -> dict[str, float]:
    """Compose in a process of its own; return its time with all imports, and its memory."""
    return told_by(ALONE.format(style=style, seconds=seconds), environment())


def told_by(script: str, variables: dict[str, str]) -> dict[str, float]:
    """Return what a script in a process of its own prints as JSON."""
    out = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=variables
    )
    found: dict[str, float] = json.loads(out.stdout)
    return found


def warm(style: str, engine: SketchEngine, library: StyleLibrary) -> dict[str, float]:
    """Time a new seed in every run after one to warm up, beside the peer with the same notes."""
    seconds, processor, peers = [], [], []
    for seed in range(RUNS + 1):
        request = GenerationRequest(style, duration_seconds=SECONDS, seed=seed)
        plan = make_plan(request, library)
        ours, cpu = timed_twice(lambda request=request: engine.generate(request, Silence()))  # type: ignore[misc]
        peer = timed(lambda plan=plan: plain_render(compose(plan, Silence()), plan.n_frames))  # type: ignore[misc]
        if seed:
            seconds.append(ours)
            processor.append(cpu)
            peers.append(peer)
    mine = statistics.median(seconds)
    return {
        "seconds": mine,
        "best_seconds": min(seconds),
        "processor_seconds": statistics.median(processor),
        "peer_seconds": statistics.median(peers),
        "times_real_time": SECONDS / mine,
    }


def cold(style: str) -> dict[str, float]:
    """Time whole processes, imports included, beside one that only imports SciPy's filter and runs it once."""
    mine, processor, peers = [], [], []
    for _ in range(COLD_RUNS):
        began = time.perf_counter()
        processor.append(alone(style, SECONDS)["processor_seconds"])
        mine.append(time.perf_counter() - began)
        script = PEER_ALONE.format(seconds=SECONDS)
        peers.append(
            timed(lambda: subprocess.run([sys.executable, "-c", script], check=True, env=environment()))  # noqa: B023
        )
    return {
        "seconds": statistics.median(mine),
        "processor_seconds": statistics.median(processor),
        "peer_seconds": statistics.median(peers),
        "times_real_time": SECONDS / statistics.median(mine),
    }


def long_run(style: str) -> dict[str, float]:
    """Measure the memory of a short and a long piece, and the rate of ten minutes against that of five."""
    short, long = alone(style, SECONDS), alone(style, LONG_SECONDS)
    script = RATES.format(style=style, half=HALF_SECONDS, long=LONG_SECONDS, runs=RUNS)
    rates = told_by(script, environment())
    ordinary = told_by(script, {**environment(), "NUMPY_MADVISE_HUGEPAGE": "0"})
    return {
        "memory_30s_mb": short["peak_mb"],
        "imported_mb": short["imported_mb"],
        "memory_600s_mb": long["peak_mb"],
        "take_600s_mb": long["take_mb"],
        "working_600s_mb": long["peak_mb"] - long["take_mb"] - long["imported_mb"],
        **rates,
        **{f"{name}_ordinary_pages": rate for name, rate in ordinary.items()},
    }


def rounded(numbers: dict[str, float]) -> dict[str, float]:
    return {name: round(number, 4) for name, number in numbers.items()}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--styles", nargs="*", help="only these styles")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    library = StyleLibrary.bundled()
    engine = SketchEngine(library)
    names = asked.styles or [style.name for style in library.styles]
    styles = {name: warm(name, engine, library) for name in names}
    print(f"{SECONDS:g} s of music in four stems, a new seed every run, medians of {RUNS}")
    print(f"{'style':16} {'ours':>8} {'x real time':>12} {'processor':>10} {'plain sines':>12}")
    for name, found in styles.items():
        print(
            f"{name:16} {found['seconds']:7.3f}s {found['times_real_time']:11.1f}x {found['processor_seconds']:9.3f}s"
            f" {found['peer_seconds']:11.3f}s"
        )
    first, lengthy = cold(names[0]), long_run(names[0])
    print(f"cold process: {first['seconds']:.2f} s (SciPy's filter alone: {first['peer_seconds']:.2f} s)")
    print(
        f"memory: {lengthy['memory_30s_mb']:.0f} MB for 30 s; {lengthy['memory_600s_mb']:.0f} MB for ten minutes, of which"
        f" the take itself is {lengthy['take_600s_mb']:.0f} MB and the work {lengthy['working_600s_mb']:.0f} MB"
    )
    figures: dict[str, Any] = {
        "warm_times_real_time": statistics.median(found["times_real_time"] for found in styles.values()),
        "slowest_times_real_time": min(found["times_real_time"] for found in styles.values()),
        "times_real_time_by_processor": SECONDS
        / statistics.median(found["processor_seconds"] for found in styles.values()),
        "cold_times_real_time": first["times_real_time"],
        "memory_mb": lengthy["memory_30s_mb"],
        "rate_ratio": lengthy["rate_600s"] / lengthy["rate_300s"],
        "rate_ratio_ordinary_pages": lengthy["rate_600s_ordinary_pages"]
        / lengthy["rate_300s_ordinary_pages"],
    }
    met = {
        name: figures[name] <= bar if name == "memory_mb" else figures[name] >= bar
        for name, bar in BARS.items()
    }
    result = {
        "benchmark": "sketch",
        "audio_seconds": SECONDS,
        "runs": RUNS,
        "peer": "one NumPy sine with scipy.signal.lfilter per note, mono, no effects, the same notes",
        "figures": rounded(figures),
        "styles": {name: rounded(found) for name, found in styles.items()},
        "cold": rounded(first),
        "long": rounded(lengthy),
        "bars": BARS,
        "met": all(met.values()),
        "missed": [name for name, reached in met.items() if not reached],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

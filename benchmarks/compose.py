"""Composing 30 seconds in every style, warm and cold, beside a plain renderer of the same notes, alternately in one run.

The peer is what one would write in an afternoon with the installed libraries: for each note a sine with an exponential
envelope in NumPy, low-passed with `scipy.signal.lfilter`; for each drum stroke a click of `librosa.clicks`' kind (a decaying
sine), all added into one mono buffer. It plays exactly the notes that ours composes, but has no timbres, stereo, effects,
balance or loudness: it does less work, so a ratio near 1 is good.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.choices.length import SAMPLE_RATE
from infinite_studio.engines.sketch.compose.composer import compose
from infinite_studio.engines.sketch.compose.score import Score
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.engines.sketch.plan import make_plan
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.note import frequency_hz
from infinite_studio.progress import Silence

SECONDS = 30.0
RUNS = 5
COLD_RUNS = 3
BAR_TIMES_REAL_TIME = 30.0

COLD_OURS = """
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.progress import Silence
SketchEngine().generate(GenerationRequest("{style}", duration_seconds={seconds}, seed=1), Silence())
"""
COLD_PEER = """
import numpy, scipy.signal
scipy.signal.lfilter([0.1], [1.0, -0.9], numpy.zeros(48_000 * {seconds}))
"""


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def plain_render(score: Score, n_frames: int) -> np.ndarray:
    """Render the notes of a score as simply as possible: the peer."""
    from scipy.signal import lfilter

    mixed = np.zeros(n_frames)
    strokes = [
        (note.start_beat, note.length_beats, frequency_hz(note.pitch))
        for part in score.parts
        for note in part.notes
    ]
    strokes += [(hit.beat, 0.25, 1000.0) for hit in score.hits]
    for beat, length_beats, hz in strokes:
        start = score.tempo.frame_of(beat, SAMPLE_RATE)
        times = (
            np.arange(min(score.tempo.frame_of(length_beats, SAMPLE_RATE), n_frames - start)) / SAMPLE_RATE
        )
        tone = np.sin(2 * np.pi * hz * times) * np.exp(-4.0 * times)
        mixed[start : start + times.size] += lfilter([0.3], [1.0, -0.7], tone)
    return mixed


def measure(style: str, engine: SketchEngine, library: StyleLibrary) -> dict[str, float]:
    request = GenerationRequest(style, duration_seconds=SECONDS, seed=1)
    plan = make_plan(request, library)

    def ours() -> object:
        return engine.generate(request, Silence())

    def peer() -> object:
        return plain_render(compose(plan, Silence()), plan.n_frames)

    ours(), peer()
    pairs = [(timed(ours), timed(peer)) for _ in range(RUNS)]
    seconds, peer_seconds = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "seconds": seconds,
        "peer_seconds": peer_seconds,
        "ratio": statistics.median(a / b for a, b in pairs),
        "times_real_time": SECONDS / seconds,
    }


def cold_seconds(script: str) -> float:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return timed(lambda: subprocess.run([sys.executable, "-c", script], check=True, env=environment))


def measure_cold(seconds: int) -> dict[str, float]:
    """Time a whole process that composes in the default style, beside one that only imports and runs the peer's filter."""
    ours = COLD_OURS.format(style="", seconds=seconds)
    pairs = [(cold_seconds(ours), cold_seconds(COLD_PEER.format(seconds=seconds))) for _ in range(COLD_RUNS)]
    mine, peer = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "audio_seconds": seconds,
        "seconds": mine,
        "peer_seconds": peer,
        "times_real_time": seconds / mine,
    }


def rounded(numbers: dict[str, float]) -> dict[str, float]:
    return {name: round(number, 4) for name, number in numbers.items()}


def main() -> None:
    library = StyleLibrary.bundled()
    engine = SketchEngine(library)
    styles = {style.name: measure(style.name, engine, library) for style in library.styles}
    cold = {f"cold_{seconds}s": measure_cold(seconds) for seconds in (15, 30)}
    print(f"{SECONDS:g} s of music in four stems, medians of {RUNS} alternating runs")
    print(f"{'style':16} {'ours':>8} {'x real time':>12} {'plain sines':>12} {'ratio':>6}")
    for name, found in styles.items():
        print(
            f"{name:16} {found['seconds']:7.3f}s {found['times_real_time']:11.1f}x"
            f" {found['peer_seconds']:11.3f}s {found['ratio']:6.2f}"
        )
    for found in cold.values():
        print(
            f"cold process, {found['audio_seconds']:g} s: {found['seconds']:.2f} s"
            f" (a process that imports scipy.signal and filters once: {found['peer_seconds']:.2f} s)"
        )
    slowest = min(found["times_real_time"] for found in styles.values())
    result = {
        "benchmark": "compose",
        "audio_seconds": SECONDS,
        "runs": RUNS,
        "peer": "one NumPy sine with scipy.signal.lfilter per note, mono, no effects, the same notes",
        "styles": {name: rounded(found) for name, found in styles.items()},
        "median_times_real_time": round(statistics.median(f["times_real_time"] for f in styles.values()), 2),
        "slowest_times_real_time": round(slowest, 2),
        "median_ratio": round(statistics.median(found["ratio"] for found in styles.values()), 3),
        **{name: rounded(found) for name, found in cold.items()},
        "bar_times_real_time": BAR_TIMES_REAL_TIME,
        "met": slowest >= BAR_TIMES_REAL_TIME,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

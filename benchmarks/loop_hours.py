"""Hours of sound, each in a process of its own: time, memory, and what is in the file; one hour beside pydub."""

import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.looping.formats import LoopFormat
from infinite_studio.progress import Silence

Figures = dict[str, Any]

HOURS = """
import os, resource, sys, time
from pathlib import Path
from infinite_studio.audio.sanitise import BitDepth
from infinite_studio.looping.targets import Target
from infinite_studio.progress import Silence
from infinite_studio.services.looping_extending import extend_file
from infinite_studio.services.looping_values import ExtendRequest, LoopPoints, LoopShape
source, output, hours = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
shape = LoopShape(LoopPoints(0.0, float(sys.argv[4])))
syncing, sync = [0.0], os.fsync
def timed_sync(file):
    start = time.perf_counter()
    sync(file)
    syncing[0] += time.perf_counter() - start
os.fsync = timed_sync
began, before = time.perf_counter(), time.process_time()
done = extend_file(source, ExtendRequest(Target(seconds=3600 * hours, is_exact=True), output, shape), Silence())
spent = time.perf_counter() - began
print(spent - syncing[0], spent, time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
print(done.verified.n_frames)
"""


def hours(folder: Path, count: float, chosen: list[LoopFormat]) -> Figures:
    """Print time and memory of many hours in each format, and compare 100 places of the WAV with the source."""
    request = GenerationRequest("lo-fi hip hop", bars=8, seed=1, is_loop=True)
    made = SketchEngine().generate(request, Silence()).mixdown
    audio = Audio(np.array(made.samples), made.sample_rate)
    source = folder / "loop.wav"
    soundfile.write(source, audio.samples, audio.sample_rate, subtype="FLOAT")
    figures: Figures = {}
    for form in chosen:
        output = folder / f"hours.{form.value}"
        command = [
            sys.executable,
            "-c",
            HOURS,
            str(source),
            str(output),
            str(count),
            str(audio.duration_seconds),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        _, seconds, _, memory_mb, frames = (float(word) for word in done.stdout.split())
        print(
            f"hours {form.value}: {count:g} h in {seconds:.1f} s ({3600 * count / seconds:.0f} × real time), "
            f"{memory_mb:.0f} MB, {frames:.0f} frames",
            flush=True,
        )
        figures[form.value] = {"seconds": seconds, "memory_mb": memory_mb, "frames": frames}
        if form is LoopFormat.WAV:
            worst = largest_difference(output, audio)
            figures[form.value]["largest_difference_at_100_places"] = worst
            print(f"hours wav: largest difference at 100 places {worst:.6f}", flush=True)
        output.unlink()
    return figures


def largest_difference(path: Path, audio: Audio) -> float:
    """Compare frames at 100 random places with the loop, away from its last milliseconds."""
    random, worst = np.random.default_rng(0), 0.0
    with soundfile.SoundFile(path) as file:
        for place in random.integers(0, file.frames - 1, 100):
            inside = int(place) % audio.n_frames
            if inside > audio.n_frames - 0.01 * audio.sample_rate:
                continue
            file.seek(int(place))
            found = file.read(1, dtype="float32", always_2d=True)
            worst = max(worst, float(np.abs(found[0] - np.clip(audio.samples[inside], -1, 1)).max()))
    return worst


PYDUB = """
import os, resource, sys, time
from pydub import AudioSegment
began, before = time.perf_counter(), time.process_time()
loop = AudioSegment.from_wav(sys.argv[1])
(loop * int(sys.argv[3])).export(sys.argv[2], format="wav")
spent = time.perf_counter() - began
with open(sys.argv[2], "rb+") as file:
    os.fsync(file.fileno())
print(spent, time.perf_counter() - began, time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def pydub(folder: Path) -> Figures:
    """Print time and memory of one hour beside pydub's ``loop * n``: with and without syncing on both sides."""
    made = SketchEngine().generate(
        GenerationRequest("lo-fi hip hop", bars=8, seed=1, is_loop=True), Silence()
    )
    audio = made.mixdown
    source = folder / "loop16.wav"
    soundfile.write(source, audio.samples, audio.sample_rate, subtype="PCM_16")
    repeats = int(3600 / audio.duration_seconds)
    commands = {
        "ours": [HOURS, str(source), str(folder / "a.wav"), "1", str(audio.duration_seconds)],
        "pydub": [PYDUB, str(source), str(folder / "b.wav"), str(repeats)],
    }
    rows: dict[str, list[list[float]]] = {name: [] for name in commands}
    for _ in range(5):
        for name, words in commands.items():
            done = subprocess.run([sys.executable, "-c", *words], capture_output=True, text=True, check=True)
            rows[name].append([float(word) for word in done.stdout.split()[:4]])
            for path in (folder / "a.wav", folder / "b.wav"):
                path.unlink(missing_ok=True)
    for name, found in rows.items():
        plain, synced, cpu = (statistics.median(row[place] for row in found) for place in range(3))
        memory_mb = max(row[3] for row in found)
        print(
            f"one hour {name}: {plain:.2f} s, synced {synced:.2f} s, processor {cpu:.2f} s, {memory_mb:.0f} MB",
            flush=True,
        )
    pairs = list(zip(rows["ours"], rows["pydub"], strict=True))
    ratios = {
        "as each does it": statistics.median(other[0] / own[1] for own, other in pairs),
        "neither synced": statistics.median(other[0] / own[0] for own, other in pairs),
        "both synced": statistics.median(other[1] / own[1] for own, other in pairs),
        "processor": statistics.median(other[2] / own[2] for own, other in pairs),
    }
    said = ", ".join(f"{name} {ratio:.1f}" for name, ratio in ratios.items())
    print(f"one hour, times pydub's speed, ours always checked: {said}", flush=True)
    return {**rows, "times_faster": ratios}

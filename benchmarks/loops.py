"""Loops beside PyMusicLooper (a process of its own, from a separate environment) and pydub, alternately in one run.

`python -m benchmarks.loops finding` · `speed` · `seams` · `formats` · `hours` · `pydub`, or all of them without a word; the last
line is everything as one JSON object. What is found is judged on 40 files that are built here: sketch pieces cut to a loop that is known to the sample, with and without an
intro, with a fade, noise or lossy coding. Every part takes less than four minutes on
a slow machine; ``--hours 10 --minutes 5`` are the lengths of the table. Options: ``--files N``, ``--peer-seconds S``
(how long PyMusicLooper may look at the files), ``--hours H``, ``--minutes M``, ``--folder DIR`` for a set with published
loop points instead (each sound beside a ``.json`` with ``start_frame`` and ``end_frame``), ``--only wav flac`` for some formats.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.loop_hours import Figures, hours, pydub
from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.encoders import encode, target_of
from infinite_studio.audio.lossy import write_m4a
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.runs import LongSound
from infinite_studio.audio.sanitise import BitDepth, Gate, SoundFormat
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.looping.finding import find_loops
from infinite_studio.looping.form import loop_form
from infinite_studio.looping.formats import FileKind, LoopFormat
from infinite_studio.looping.problems import NoLoopFoundError
from infinite_studio.looping.rendering import sections_of
from infinite_studio.looping.targets import Target, plan_of
from infinite_studio.looping.writing import write_runs
from infinite_studio.progress import Silence

_LOSSLESS = [form for form in LoopFormat if form.is_lossless]
PEER = Path(".tools/peers/bin/pymusiclooper")
PEER_PYTHON = Path(".tools/peers/bin/python")
WITHIN_SECONDS = 0.010
TOP = 3
SEAM_PERCENTILE = 95.0
FLUX_FRAMES = 1_024


@dataclass(frozen=True)
class Known:
    """A file with the loop that is really in it."""

    path: Path
    start_frame: int
    end_frame: int

    @property
    def length_frames(self) -> int:
        """Length of the loop."""
        return self.end_frame - self.start_frame


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def build(folder: Path, count: int) -> list[Known]:
    """Make pieces whose loop is known: every style in turn, four kinds of file, three kinds of damage."""
    engine, random = SketchEngine(), np.random.default_rng(1)
    styles = [style.name for style in engine.styles]
    found = []
    for number in range(count):
        style, bars = styles[number % len(styles)], int(random.choice([4, 8, 8, 12]))
        request = GenerationRequest(style, bars=bars, seed=100 + number, is_loop=True)
        loop = engine.generate(request, Silence()).mixdown
        other = engine.generate(
            GenerationRequest(style, bars=2, seed=500 + number), Silence()
        ).mixdown.samples
        intro = other[: int(random.integers(len(other) // 3, len(other)))] if number % 4 else other[:0]
        rounds = float(random.choice([1.3, 1.6, 2.0, 2.4, 3.0]))
        body = np.concatenate([loop.samples] * 3)[: int(loop.n_frames * rounds)]
        sound = damaged(np.concatenate([intro, body]), number, loop.sample_rate, random)
        path = folder / f"{number:02d}.{('wav', 'mp3', 'ogg', 'flac')[number % 4]}"
        write_plain(path, sound, loop.sample_rate)
        found.append(Known(path, len(intro), len(intro) + loop.n_frames))
    return found


def damaged(samples: Samples, number: int, rate: int, random: np.random.Generator) -> Samples:
    sound = samples.copy()
    if number % 3 == 0:
        fade = min(4 * rate, len(sound) // 4)
        sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, np.newaxis]
    if number % 5 == 0:
        sound += random.standard_normal(sound.shape).astype(np.float32) * 0.1 * float(sound.std())
    return np.clip(sound, -1, 1)


def write_plain(path: Path, samples: Samples, rate: int) -> None:
    with soundfile.SoundFile(path, "w", rate, samples.shape[1]) as file:
        for start in range(0, len(samples), 16_384):
            file.write(samples[start : start + 16_384])


def published(folder: Path) -> list[Known]:
    """Return the files of a folder that lie beside their loop points."""
    found = []
    for note in sorted(folder.glob("*.json")):
        points = json.loads(note.read_text())
        sound = next(path for path in folder.glob(f"{note.stem}.*") if path.suffix != ".json")
        found.append(Known(sound, int(points["start_frame"]), int(points["end_frame"])))
    return found


def ours(path: Path) -> list[tuple[int, int]]:
    try:
        return [(loop.start_frame, loop.end_frame) for loop in find_loops(read_audio(path))]
    except NoLoopFoundError:
        return []


def peers(path: Path) -> list[tuple[int, int]]:
    """Return PyMusicLooper's loops, the best first; it counts the last frame of a loop as inside or not by its own rules."""
    command = [
        str(PEER),
        "export-points",
        "--path",
        str(path),
        "--alt-export-top",
        str(TOP),
        "--fmt",
        "samples",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    rows = [line.split() for line in done.stdout.splitlines()]
    return [(int(row[0]), int(row[1])) for row in rows if len(row) == 5 and row[0].isdigit()]


PEERS = """
import json, sys, warnings
warnings.filterwarnings("ignore")
from pymusiclooper.core import MusicLooper
for name in sys.argv[2:]:
    try:
        pairs = MusicLooper(name).find_loop_pairs()[: int(sys.argv[1])]
        looper = [(int(pair.loop_start), int(pair.loop_end)) for pair in pairs]
    except Exception:
        looper = []
    print(json.dumps([name, looper]), flush=True)
"""


def peers_of(paths: list[Path], seconds: float) -> dict[Path, list[tuple[int, int]]]:
    """Return PyMusicLooper's loops of many files from one process, for as many as it manages in a time."""
    command = [str(PEER_PYTHON), "-c", PEERS, str(TOP), *map(str, paths)]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds).stdout
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode()
    rows = [json.loads(line) for line in said.splitlines() if line.startswith("[") and line.endswith("]")]
    return {Path(name): [(start, end) for start, end in found] for name, found in rows}


def own_process(path: Path) -> None:
    command = [sys.executable, "-m", "infinite_studio.app.main", "loop", "find", str(path), "--json"]
    subprocess.run(command, capture_output=True, check=False, timeout=600)


def is_hit(found: list[tuple[int, int]], known: Known, top: int) -> bool:
    rate = soundfile.info(known.path).samplerate
    return any(
        abs((end - start) - known.length_frames) <= WITHIN_SECONDS * rate for start, end in found[:top]
    )


def finding(files: list[Known], seconds: float) -> Figures:
    """Print how often the true period is among the first; PyMusicLooper on as many files as it manages in a time."""
    tools = {"ours": {known.path: ours(known.path) for known in files}}
    if PEER.exists():
        tools["PyMusicLooper"] = peers_of([known.path for known in files], seconds)
    figures: Figures = {"files": len(files)}
    for name, found in tools.items():
        looked = [known for known in files if known.path in found]
        hits = {top: sum(is_hit(found[known.path], known, top) for known in looked) for top in (1, TOP)}
        shares = ", ".join(f"top {top}: {count}/{len(looked)}" for top, count in hits.items())
        figures[name] = {"of": len(looked)} | {f"top {top}": count for top, count in hits.items()}
        print(f"finding {name}: {shares}", flush=True)
    return figures


def speed(folder: Path, runs: int = 3) -> Figures:
    """Print both tools' time for a sound of three minutes, each as a process of its own, alternately."""
    engine = SketchEngine()
    parts = [
        engine.generate(GenerationRequest("house", bars=16, seed=seed, is_loop=True), Silence()).mixdown
        for seed in (1, 2)
    ]
    rate = parts[0].sample_rate
    sound = np.concatenate([part.samples for part in parts] * 6)[: 180 * rate]
    path = folder / "three minutes.wav"
    write_plain(path, sound, rate)
    own, other = [], []
    for _ in range(runs):
        own.append(timed(lambda: own_process(path)))
        if PEER.exists():
            other.append(timed(lambda: peers(path)))
    print(f"finding in 3 min, whole process: ours {statistics.median(own):.2f} s", end="")
    print(f", PyMusicLooper {statistics.median(other):.2f} s" if other else "", flush=True)
    ratio = statistics.median(b / a for a, b in zip(own, other, strict=True)) if other else None
    return {"ours_seconds": own, "pymusiclooper_seconds": other, "times_faster": ratio}


def flux(samples: Samples) -> NDArray[np.float64]:
    """Return the rise of the spectrum from each moment to the next."""
    mono = samples.mean(axis=1)
    count = len(mono) // FLUX_FRAMES
    spectra = np.abs(np.fft.rfft(mono[: count * FLUX_FRAMES].reshape(count, -1) * np.hanning(FLUX_FRAMES)))
    return np.asarray(np.maximum(np.diff(np.log1p(100 * spectra), axis=0), 0).sum(axis=1), np.float64)


def is_smooth(joined: Samples, seam: int) -> bool:
    """Whether jump and flux at the seam are within the 95th percentile of the rest."""
    steps = np.abs(np.diff(joined, axis=0)).max(axis=1)
    shift = seam % FLUX_FRAMES
    rises = flux(joined[shift:])
    at = seam // FLUX_FRAMES
    jump_fits = steps[seam - 1] <= np.percentile(steps, SEAM_PERCENTILE)
    # The window that begins at the seam against the one before it.
    return bool(jump_fits and rises[max(at - 1, 0)] <= np.percentile(rises, SEAM_PERCENTILE))


def seams(files: list[Known], seconds: float) -> Figures:
    """Print in how many cases nothing stands out at the seam: ours with its crossfade, PyMusicLooper's hard splice."""
    best = {known.path: ours(known.path)[:1] for known in files}
    other = peers_of([known.path for known in files], seconds) if PEER.exists() else {}
    smooth = {"ours": 0, "ours, hard cut": 0, "PyMusicLooper": 0}
    counts = dict.fromkeys(smooth, 0)
    for known in files:
        audio = read_audio(known.path)
        theirs = other.get(known.path, [])[:1]
        for name, loops in (
            ("ours", best[known.path]),
            ("ours, hard cut", best[known.path]),
            ("PyMusicLooper", theirs),
        ):
            for start, end in loops:
                if not 0 <= start < end <= audio.n_frames:
                    continue
                joined = _joined(audio, start, end, is_cut=name != "ours")
                counts[name] += 1
                smooth[name] += is_smooth(joined, len(joined) // 2)
    for name, count in counts.items():
        if count:
            print(
                f"seams {name}: {smooth[name]}/{count} within the {SEAM_PERCENTILE:.0f}th percentile",
                flush=True,
            )
    return {name: {"smooth": smooth[name], "of": count} for name, count in counts.items()}


def _joined(audio: Audio, start: int, end: int, *, is_cut: bool) -> Samples:
    if is_cut:
        return np.concatenate([audio.samples[start:end]] * 2)
    form = loop_form(audio, start, end)
    return np.concatenate([*form.middle, *form.middle])


def plain_blocks(samples: Samples, n_frames: int) -> Iterator[Samples]:
    """Yield a loop again and again in blocks: what everybody would write."""
    done = 0
    while done < n_frames:
        block = samples[: n_frames - done]
        for start in range(0, len(block), 16_384):
            yield block[start : start + 16_384]
        done += len(block)


def plain(path: Path, form: LoopFormat, samples: Samples, rate: int, n_frames: int) -> None:
    blocks = plain_blocks(samples, n_frames)
    if form is LoopFormat.M4A:
        write_m4a(path, blocks, rate, 2)
    elif form is LoopFormat.WAV:
        with soundfile.SoundFile(path, "w", rate, 2, "PCM_16", format="RF64") as file:
            for block in blocks:
                file.write(block)
    elif form is LoopFormat.FLAC:
        with soundfile.SoundFile(path, "w", rate, 2, "PCM_16", format="FLAC") as file:
            for block in blocks:
                file.write(block)
    else:
        target = target_of(SoundFormat(form.value), None, rate, 2, n_frames)
        encode(path, target, blocks, Gate(clips=True), Silence())


def formats(folder: Path, minutes: float, chosen: list[LoopFormat]) -> Figures:
    """Print how many times real time each format is written, ours verified, beside plain block writing."""
    loop = SketchEngine().generate(
        GenerationRequest("lo-fi hip hop", bars=8, seed=1, is_loop=True), Silence()
    )
    audio = loop.mixdown
    form = loop_form(audio, 0, audio.n_frames)
    figures: Figures = {}
    for kind in chosen:
        seconds = minutes * 60 * (10 if kind.is_lossless else 1)
        plan = plan_of(form, Target(seconds=seconds, is_exact=True))
        ratios, rates = [], []
        for _ in range(3):
            for path in folder.glob("speed*"):
                path.unlink()
            own = timed(
                lambda kind=kind, plan=plan: write_runs(  # type: ignore[misc]
                    folder / f"speed.{kind.value}",
                    FileKind(kind, BitDepth.INT_16),
                    LongSound(sections_of(form, plan), audio.sample_rate, 2),
                    Silence(),
                )
            )
            other = timed(
                lambda kind=kind, plan=plan: plain(  # type: ignore[misc]
                    folder / f"speed plain.{kind.value}",
                    kind,
                    audio.samples,
                    audio.sample_rate,
                    plan.n_frames,
                )
            )
            ratios.append(other / own)
            rates.append((seconds / own, seconds / other))
        own_rate, plain_rate = (statistics.median(rate[place] for rate in rates) for place in (0, 1))
        print(
            f"formats {kind.value}: ours, checked, {own_rate:.0f} × real time, plain blocks {plain_rate:.0f} ×, "
            f"ratio {statistics.median(ratios):.2f}",
            flush=True,
        )
        figures[kind.value] = {"ours": own_rate, "plain": plain_rate, "ratio": statistics.median(ratios)}
    for path in folder.glob("speed*"):
        path.unlink()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=[])
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--peer-seconds", type=float, default=100.0)
    parser.add_argument("--only", nargs="+", choices=[form.value for form in LoopFormat])
    chosen = parser.parse_args()
    what = chosen.what or ["finding", "speed", "seams", "formats", "hours", "pydub"]
    forms = [LoopFormat(name) for name in chosen.only or list(LoopFormat)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files: list[Known] = []
        if {"finding", "seams"} & set(what):
            files = published(chosen.folder) if chosen.folder else build(folder, chosen.files)
        parts: dict[str, Callable[[], Figures]] = {
            "finding": lambda: finding(files, chosen.peer_seconds),
            "speed": lambda: speed(folder),
            "seams": lambda: seams(files, chosen.peer_seconds),
            "formats": lambda: formats(folder, chosen.minutes, forms),
            "hours": lambda: hours(folder, chosen.hours, forms if chosen.only else _LOSSLESS),
            "pydub": lambda: pydub(folder),
        }
        figures = {part: work() for part, work in parts.items() if part in what}
    print(f"peak memory of this run {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

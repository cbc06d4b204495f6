"""Stems: our driver beside `demucs.api.Separator` and the `demucs` command line, same sound, same random weights.

Each part runs by itself in at most four minutes on two quiet cores, at the real size of htdemucs, and ends with one
line of JSON. Speed and memory do not depend on what the weights are.

    python -m benchmarks.stems api        # warm, 24 s: ours in both precisions against the API's 32 bits
    python -m benchmarks.stems batch      # ten files of 30 s, warm: against one command per file, and one for all
    python -m benchmarks.stems hour       # memory and pace over an hour; --hours 3 --seconds 10800 for three, real size
    python -m benchmarks.stems quick      # the built-in splitter against librosa's HPSS, SI-SDR of every stem
    python -m benchmarks.stems accuracy   # distance from demucs' own 32-bit output, on real recordings
    python -m benchmarks.stems cancel     # how long a split goes on after it was cancelled

Processes that are compared take turns, and ratios are medians of the ratios within a turn. Processor seconds stand
beside the clock's: on a busy machine they are the steadier of the two. ``--size tiny`` is a dry run.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import soundfile

from benchmarks.mixes import SAMPLE_RATE, made_mix
from benchmarks.stems_accuracy import accuracy
from benchmarks.stems_cancel import cancel
from benchmarks.stems_hours import hours
from benchmarks.stems_weights import make_weights
from benchmarks.stems_workers import API, BFLOAT_16, FLOAT_32, OURS, Worker, difference_db, memory_mb

SHORT_SECONDS = 24.0
WARM_SECONDS = 3.0
TIMES_API = {BFLOAT_16: 1.8, FLOAT_32: 1.2}
TIMES_COMMAND = 3.0
N_FILES = 10


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=[*PARTS, "batch-ours"])
    parser.add_argument("--size", choices=["real", "tiny"], default="real")
    parser.add_argument("--runs", type=int, default=3, help="turns of every process (api)")
    parser.add_argument(
        "--seconds",
        type=float,
        default=0.0,
        help="length of a sound (api, batch, accuracy, the real one of hour)",
    )
    parser.add_argument(
        "--commands", type=int, default=3, help="files given to the command line, at least 2 (batch)"
    )
    parser.add_argument("--hours", type=float, default=1.0, help="length of the long file (hour)")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part == "batch-ours":
        print(json.dumps(split_batch(options.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="stems-benchmark-") as name:
        began = time.perf_counter()
        found = PARTS[options.part](Path(name), options)
        about = {"benchmark": "stems", "part": options.part, "size": options.size}
        took = {"took_seconds": round(time.perf_counter() - began)}
        print(json.dumps(about | found | took, ensure_ascii=False))


def make_sound(path: Path, seconds: float, number: int = 0) -> Path:
    """Write a made song as a 16-bit file."""
    mix = made_mix(path.stem, 90 + 7 * number, number, seconds, number).mixdown
    soundfile.write(path, mix, SAMPLE_RATE, subtype="PCM_16")
    return path


def api(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Compare the warm drivers on one short sound, each in a process of its own that stays alive."""
    make_weights(folder, options.size)
    seconds = options.seconds or SHORT_SECONDS
    sound, warm = make_sound(folder / "song.wav", seconds), make_sound(folder / "warm.wav", WARM_SECONDS)
    kinds = (BFLOAT_16, FLOAT_32, API)
    turns: list[dict[str, dict[str, float]]] = []
    with Worker(BFLOAT_16, folder) as first, Worker(FLOAT_32, folder) as second, Worker(API, folder) as third:
        workers = (first, second, third)
        for worker in workers:
            worker.split(warm)
        for _ in range(options.runs):
            turns.append({worker.kind: worker.split(sound) for worker in workers})
            print(json.dumps({kind: round(turns[-1][kind]["seconds"], 2) for kind in kinds}), flush=True)
        for worker in workers:
            worker.split(sound, folder / f"{worker.kind}.npy")
    peaks = {kind: turns[-1][kind]["peak_mb"] for kind in kinds}
    # What a person's first split takes: both precisions are tried on its first segment.
    with Worker(OURS, folder) as trying:
        peaks["ours-first-split"] = trying.split(warm)["peak_mb"]
    ratios = {kind: ratio_of(turns, API, kind, "seconds") for kind in TIMES_API}
    return {
        "sound_seconds": seconds,
        "seconds": {kind: median_of(turns, kind, "seconds") for kind in kinds},
        "cpu_seconds": {kind: median_of(turns, kind, "cpu_seconds") for kind in kinds},
        "times_api": ratios,
        "times_api_by_cpu": {kind: ratio_of(turns, API, kind, "cpu_seconds") for kind in TIMES_API},
        "peak_mb": {kind: round(peak) for kind, peak in peaks.items()},
        "peak_of_api": {kind: round(peak / peaks[API], 2) for kind, peak in peaks.items() if kind != API},
        "difference_db": {
            kind: difference_db(folder / f"{kind}.npy", folder / f"{API}.npy") for kind in TIMES_API
        },
        "bars_met": {f"{kind} ≥ {bar} × API": ratios[kind] >= bar for kind, bar in TIMES_API.items()}
        | {"peak ≤ API": max(peak for kind, peak in peaks.items() if kind != API) <= peaks[API]},
    }


def median_of(turns: list[dict[str, dict[str, float]]], kind: str, name: str) -> float:
    return round(statistics.median(turn[kind][name] for turn in turns), 2)


def ratio_of(turns: list[dict[str, dict[str, float]]], over: str, under: str, name: str) -> float:
    return round(statistics.median(turn[over][name] / turn[under][name] for turn in turns), 2)


def batch(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Compare ten files in one warm process of ours with the command line, given a file at a time or all at once.

    The bar is for a warm model; from the start of the process on, with loading and the trial of precisions, stands
    beside it. A command on all files loads the model once: it is timed on as many files as single commands are, and its
    start is taken as what the single ones need over it.
    """
    make_weights(folder, options.size)
    seconds = options.seconds or 30.0
    songs = folder / "songs"
    songs.mkdir()
    files = [make_sound(songs / f"song {number}.wav", seconds, number) for number in range(N_FILES)]
    n_timed = max(options.commands, 2)
    ours, seen = timed([sys.executable, "-m", "benchmarks.stems", "batch-ours", "--folder", folder])
    command = [sys.executable, "-m", "demucs", "-n", "htdemucs", "--repo", folder / "theirs", "-d", "cpu"]
    theirs = [timed([*command, "-o", folder / "out", file])[0] for file in files[:n_timed]]
    at_once = timed([*command, "-o", folder / "out at once", *files[:n_timed]])[0]
    told = json.loads(seen.splitlines()[-1])
    one_by_one = statistics.median(theirs) * len(files)
    whole = at_once_for_all(at_once, theirs, len(files))
    return {
        "files": len(files),
        "sound_seconds": seconds,
        "ours_seconds": {"warm": told["warm_seconds"], "with_start": round(ours, 1)},
        "ours": told,
        "command_seconds_per_file": [round(each, 1) for each in theirs],
        "command_measured_on_files": len(theirs),
        "one_command_seconds": {"measured": round(at_once, 1), "for_all_files": round(whole, 1)},
        "times_command_per_file": {
            "warm": round(one_by_one / told["warm_seconds"], 2),
            "with_start": round(one_by_one / ours, 2),
        },
        "times_one_command": {
            "warm": round(whole / told["warm_seconds"], 2),
            "with_start": round(whole / ours, 2),
        },
        "bars_met": {f"≥ {TIMES_COMMAND} × command": one_by_one / told["warm_seconds"] >= TIMES_COMMAND},
    }


def at_once_for_all(at_once: float, one_by_one: list[float], n_files: int) -> float:
    """Return what one command would take for all files: its start once, and each file without a start."""
    n_timed = len(one_by_one)
    start = max(sum(one_by_one) - at_once, 0.0) / (n_timed - 1)
    return start + (at_once - start) / n_timed * n_files


def timed(command: list[Any]) -> tuple[float, str]:
    """Run a program; return how long it took, its start included, and what it said."""
    began = time.perf_counter()
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    return time.perf_counter() - began, done.stdout


def split_batch(folder: Path) -> dict[str, Any]:
    """Split the batch with the studio's own use case, stems written to files, once its model is warm."""
    from tests.tiny_demucs import Folders

    from infinite_studio.engines.registry import separators
    from infinite_studio.progress import Silence
    from infinite_studio.services.split_files import FilesRequest
    from infinite_studio.services.split_wish import SplitWish
    from infinite_studio.services.splitting_files import split_files

    known = separators(Folders(folder / "ours"))
    warm = make_sound(folder / "warm.wav", WARM_SECONDS)
    split_files(FilesRequest((warm,), folder / "warm stems", SplitWish("htdemucs")), known, Silence())
    request = FilesRequest((folder / "songs",), folder / "stems", SplitWish("htdemucs"))
    began, worked = time.perf_counter(), time.process_time()
    report = split_files(request, known, Silence())
    return {
        "warm_seconds": round(time.perf_counter() - began, 2),
        "warm_cpu_seconds": round(time.process_time() - worked, 2),
        "done": len(report.done),
        "stems": sum(len(file.stems) for file in report.done),
        "peak_mb": round(memory_mb()),
    }


def quick(_folder: Path, _options: argparse.Namespace) -> dict[str, Any]:
    """Compare the built-in splitter with HPSS on made mixes and on real pairs of stems."""
    from benchmarks.listening import recordings
    from benchmarks.listening_stems import pair_figures, stem_figures

    audio = recordings()
    made = stem_figures(audio)
    pairs = pair_figures(audio) if audio else {}
    rows: dict[str, Mapping[str, float]] = dict(made["si_sdr_db"])
    for song, values in pairs.items():
        rows |= {f"{song} {name.removesuffix('_si_sdr_db')}": values[name] for name in values}
    return {
        "si_sdr_db": {name: {who: round(v, 2) for who, v in row.items()} for name, row in rows.items()},
        "times_real_time": {who: round(rate, 1) for who, rate in made["times_real_time"].items()},
        "sum_error_db": round(made["sum_error_db"]),
        "recordings": bool(audio),
        "bars_met": {f"{name} ≥ HPSS": row["ours"] >= row["librosa"] for name, row in rows.items()},
    }


PARTS: dict[str, Callable[[Path, argparse.Namespace], dict[str, Any]]] = {
    "api": api,
    "batch": batch,
    "hour": hours,
    "quick": quick,
    "accuracy": accuracy,
    "cancel": cancel,
}

if __name__ == "__main__":
    main()

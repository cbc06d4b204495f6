"""Stems: our driver beside `demucs.api.Separator` and the `demucs` command line, same sound, same random weights.

Every measurement runs in a process of its own, ours and the peers' in turn. Options: ``--runs``, ``--seconds`` of the
short sound, ``--files`` of the batch, ``--long-seconds`` of the long file, ``--size tiny`` for a dry run.
Accuracy is against the peer's own 32-bit result without shifts. `quick` against HPSS is in `listening`.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from tests.tiny_demucs import FOUR, REAL, SIGNATURE, TINY, Folders, write_htdemucs

from benchmarks.mixes import SAMPLE_RATE, made_mix
from infinite_studio.engines.demucs.models import MODELS
from infinite_studio.engines.demucs.separator import DemucsSeparator
from infinite_studio.engines.streams import FileSource
from infinite_studio.progress import Silence

OURS, API, COMMAND, EXACT = "ours", "api", "command", "exact"


def make_weights(folder: Path, size: str) -> None:
    """Write the same random network as safetensors for us, and as a pickle for the peers."""
    from infinite_studio.engines.demucs.loading import read_network

    write_htdemucs(folder / "ours", size=REAL if size == "real" else TINY)
    network: Any = read_network(folder / "ours" / "htdemucs" / f"{SIGNATURE}.safetensors")
    kwargs = network._init_args_kwargs  # noqa: SLF001 - how demucs itself writes its files
    theirs = folder / "theirs"
    theirs.mkdir()
    package = {"klass": type(network), "args": kwargs[0], "kwargs": kwargs[1], "state": network.state_dict()}
    torch.save(package, theirs / f"{SIGNATURE}.th")
    (theirs / "htdemucs.yaml").write_text(f"models: ['{SIGNATURE}']\n", encoding="utf-8")


def make_sounds(folder: Path, seconds: float, n_files: int, long_seconds: float) -> None:
    """Write the short sound, the batch and the long file."""
    (folder / "batch").mkdir()
    for index in range(n_files):
        mix = made_mix(f"song {index}", 90 + 7 * index, index, seconds, index).mixdown
        soundfile.write(folder / "batch" / f"song {index}.wav", mix, SAMPLE_RATE, subtype="PCM_16")
    piece = np.ascontiguousarray(made_mix("long", 100, 2, 60.0, 9).mixdown, np.float32)
    with soundfile.SoundFile(folder / "long.wav", "w", SAMPLE_RATE, 2, "PCM_16", format="RF64") as file:
        for start in range(0, int(long_seconds), 60):
            file.write(piece[: int(min(60.0, long_seconds - start) * SAMPLE_RATE)])


def child(kind: str, folder: Path, files: list[Path]) -> dict[str, float]:
    """Split files twice, the first time to warm up; return the seconds of the second, the load and the memory."""
    began = time.perf_counter()
    run = _ours(folder) if kind == OURS else _api(folder, shifts=0 if kind == EXACT else 1)
    loaded = time.perf_counter() - began
    run(files[0], None)
    before = peak_mb()
    began = time.perf_counter()
    for file in files:
        run(file, folder / f"{kind}.npy" if len(files) == 1 else None)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "load_seconds": loaded, "peak_mb": peak_mb(), "warm_mb": before}


def peak_mb() -> float:
    """Return the most memory this process ever had; what `getrusage` says would include its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def _ours(folder: Path) -> Any:  # noqa: ANN401
    separator = DemucsSeparator(
        MODELS[0], Folders(folder / "ours"), device=lambda: "cpu", memory_file=folder / "precision.json"
    )

    def run(file: Path, target: Path | None) -> None:
        blocks = separator.separate_stream(FileSource.of(file, Silence()), Silence())
        if target is None or file.name == "long.wav":
            for _ in blocks:
                pass
            return
        kept = [np.stack([block[stem] for stem in separator.stem_types]) for block in blocks]
        np.save(target, np.concatenate(kept, axis=1))

    return run


def _api(folder: Path, shifts: int) -> Any:  # noqa: ANN401
    from demucs.api import Separator

    separator = Separator("htdemucs", repo=folder / "theirs", device="cpu", shifts=shifts)

    def run(file: Path, target: Path | None) -> None:
        _, stems = separator.separate_audio_file(file)
        if target is not None:
            order = [FOUR.index(stem.value) for stem in MODELS[0].stem_types]
            np.save(target, np.stack([stems[FOUR[index]].numpy().T for index in order]))

    return run


def measure(kind: str, folder: Path, files: list[Path]) -> dict[str, float]:
    """Run a measurement in a process of its own."""
    if kind == COMMAND:
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "demucs",
            "-n",
            "htdemucs",
            "--repo",
            folder / "theirs",
            "-d",
            "cpu",
        ]
        began = time.perf_counter()
        subprocess.run([*command, "-o", folder / "out", *files], check=True, capture_output=True)
        return {"seconds": time.perf_counter() - began}
    command = [sys.executable, "-m", "benchmarks.stems", "--child", kind, "--folder", folder, *files]
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    values: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return values


def medians(
    kinds: tuple[str, ...], folder: Path, files: list[Path], runs: int
) -> dict[str, dict[str, float]]:
    """Measure all kinds in turn and return the median of each figure."""
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for _ in range(runs):
        for kind in kinds:
            found[kind].append(measure(kind, folder, files))
    return {
        kind: {name: round(statistics.median(v[name] for v in values), 3) for name in values[0]}
        for kind, values in found.items()
    }


def difference_db(found: Path, exact: Path) -> float:
    ours, theirs = np.load(found), np.load(exact)
    return float(10 * np.log10(np.square(ours - theirs).sum() / np.square(theirs).sum()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--child")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--long-seconds", type=float, default=600.0)
    parser.add_argument("--size", choices=["real", "tiny"], default="real")
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(options.child, options.folder, options.files)))
        return
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(compare(Path(name), options), indent=1))


def compare(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    make_weights(folder, options.size)
    make_sounds(folder, options.seconds, options.batch, options.long_seconds)
    batch = sorted((folder / "batch").iterdir())
    short = medians((OURS, API), folder, batch[:1], options.runs)
    measure(EXACT, folder, batch[:1])
    many = medians((OURS, COMMAND), folder, batch, 1)
    one = measure(COMMAND, folder, batch[:1])
    long = measure(OURS, folder, [folder / "long.wav"])
    rate_short = options.seconds / short[OURS]["seconds"]
    return {
        "short": short,
        "batch": many,
        "long": long,
        "times_api": round(short[API]["seconds"] / short[OURS]["seconds"], 2),
        "times_command_on_batch": round(many[COMMAND]["seconds"] / many[OURS]["seconds"], 2),
        "times_command_file_by_file": round(one["seconds"] * len(batch) / many[OURS]["seconds"], 2),
        "peak_of_api": round(short[OURS]["peak_mb"] / short[API]["peak_mb"], 2),
        "long_throughput_of_short": round(options.long_seconds / long["seconds"] / rate_short, 2),
        "difference_db": round(difference_db(folder / f"{OURS}.npy", folder / f"{EXACT}.npy"), 1),
    }


if __name__ == "__main__":
    main()

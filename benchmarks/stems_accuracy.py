"""How far our stems are from demucs' own 32-bit output: at real size on recordings, and tiny for every model."""

import argparse
import os
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.mixes import SAMPLE_RATE, made_mix
from benchmarks.stems_weights import make_tiny_models, make_weights
from benchmarks.stems_workers import API, BFLOAT_16, FLOAT_32, STEMS, Worker, difference_db

GUARD_DB = -40.0
EXCERPT_SECONDS = 10.0
FROM_SECONDS = 8.0
TINY_SECONDS = 3.0
RECORDINGS = (
    "songs/vibe_ace.ogg",
    "songs/lets_go_fishin.ogg",
    "songs/hungarian_dance_5.ogg",
    "stems/metal_madness.guitar.ogg+stems/metal_madness.rest.ogg",
)


def accuracy(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return the distances; the guard holds where every one of them is below −40 dB."""
    make_weights(folder, options.size)
    seconds = options.seconds or EXCERPT_SECONDS
    sounds = excerpts(folder, seconds)
    real = {
        kind: {name: rounded(row) for name, row in rows.items()}
        for kind, rows in compared(folder, "htdemucs", sounds).items()
    }
    tiny_folder = folder / "tiny"
    tiny_folder.mkdir()
    short = made_excerpt(folder / "short.wav", TINY_SECONDS)
    tiny = {
        name: {
            kind: rounded(rows["short"])
            for kind, rows in compared(tiny_folder, name, {"short": short}).items()
        }
        for name in make_tiny_models(tiny_folder)
    }
    # The guard is on the output as a whole, as in the trial on a person's machine it is on every stem.
    worst = max(row["all"] for rows in real.values() for row in rows.values())
    worst_tiny = max(row["all"] for rows in tiny.values() for row in rows.values())
    return {
        "recordings": len(sounds) > 1,
        "excerpt_seconds": seconds,
        "real_size_db": real,
        "tiny_db": tiny,
        "worst_real_size_db": worst,
        "worst_tiny_db": worst_tiny,
        "bars_met": {
            f"real size < {GUARD_DB:.0f} dB": worst < GUARD_DB,
            f"every tiny model < {GUARD_DB:.0f} dB": worst_tiny < GUARD_DB,
        },
    }


def compared(folder: Path, model: str, sounds: dict[str, Path]) -> dict[str, dict[str, dict[str, float]]]:
    """Return for both precisions and every sound how far the stems together and each of them are from the API's."""
    for kind in (API, BFLOAT_16, FLOAT_32):
        with Worker(kind, folder, model) as worker:
            for name, sound in sounds.items():
                worker.split(sound, folder / f"{model} {name} {kind}.npy")
    found: dict[str, dict[str, dict[str, float]]] = {}
    for kind in (BFLOAT_16, FLOAT_32):
        found[kind] = {}
        for name in sounds:
            ours, theirs = (folder / f"{model} {name} {each}.npy" for each in (kind, API))
            found[kind][name] = {"all": difference_db(ours, theirs)} | by_stem(ours, theirs)
    return found


def by_stem(ours: Path, theirs: Path) -> dict[str, float]:
    """Return the distance of each of the four stems that every model has."""
    found, exact = np.load(ours), np.load(theirs)
    return {
        name: float(10 * np.log10(np.square(a - b).sum() / np.square(b).sum()))
        for name, a, b in zip(STEMS, found, exact, strict=False)
    }


def rounded(row: dict[str, float]) -> dict[str, float]:
    """Return figures with one decimal."""
    return {name: round(value, 1) for name, value in row.items()}


def excerpts(folder: Path, seconds: float) -> dict[str, Path]:
    """Write excerpts of the recordings, or of a made song where there are none."""
    audio = Path(os.environ.get("STUDIO_REAL_AUDIO", "../shared/audio"))
    if not (audio / "truth.json").is_file():
        return {"made": made_excerpt(folder / "made.wav", seconds)}
    written = {}
    for names in RECORDINGS:
        parts = [soundfile.read(audio / name, dtype="float32", always_2d=True) for name in names.split("+")]
        rate = parts[0][1]
        first = int(FROM_SECONDS * rate)
        samples = sum(samples[first : first + int(seconds * rate)] for samples, _ in parts)
        title = Path(names.split("+")[0]).stem.split(".")[0]
        written[title] = folder / f"{title}.wav"
        soundfile.write(
            written[title], np.repeat(samples, 2, 1)[:, :2] if samples.shape[1] == 1 else samples, rate
        )
    return written


def made_excerpt(path: Path, seconds: float) -> Path:
    """Write a made song."""
    soundfile.write(path, made_mix("made", 104, 3, seconds, 5).mixdown, SAMPLE_RATE)
    return path

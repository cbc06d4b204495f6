"""How good the built-in composer's pieces are, judged by tools that know nothing of it.

Every style is made with five seeds, 30 seconds each, and heard by librosa (tempo, onsets, chroma, MFCC), by a
Krumhansl–Schmuckler estimate of the key, by pyloudnorm, by libsoxr's oversampling (true peaks), and by a nearest-centroid
classifier that is trained on three seeds and names the other two. Melody in, melody out is measured with the sung notes of
`voice/vocadito_1`, read from `STUDIO_REAL_AUDIO` or `../shared/audio`.
"""

import argparse
import csv
import json
import os
import statistics
import time
import warnings
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.base import GenerationRequest, Take
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note, frequency_hz
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence

SECONDS = 30.0
SEEDS = 5
TRAINED_ON = 3
RATE = 22_050
HOP = 512
TEMPO_TOLERANCE = 0.04
SLOPE_TOLERANCE = 0.002
HIGHEST_PEAK_DB = -1.0 + 0.02
LOUDNESS_LUFS, LOUDNESS_TOLERANCE_LU = -14.0, 0.5
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
Numbers = NDArray[np.floating[Any]]
BARS = {
    "tempo": 0.95,
    "grid": 0.95,
    "key": 0.90,
    "loudness": 1.0,
    "clean": 1.0,
    "no_holes": 1.0,
    "style_named": 0.80,
    "seeds_differ": 1.0,
    "melody_cosine": 0.95,
}


@dataclass(frozen=True)
class Heard:
    """What the tools say about one piece."""

    style: str
    seed: int
    tempo_found_bpm: float | None
    tempo_right: bool | None
    grid_error: float | None
    key_asked: str
    key_found: str
    key_right: bool
    loudness_lufs: float
    true_peak_db: float
    clean: bool
    no_holes: bool
    features: Numbers
    chroma_by_bar: Numbers


def tempo_of(onset_strength: Numbers) -> float:
    import librosa

    tempo, _ = librosa.beat.beat_track(onset_envelope=onset_strength, sr=RATE, hop_length=HOP)
    return float(np.atleast_1d(tempo)[0])


def tempo_right(found: float, asked: float) -> bool:
    return any(abs(found / asked / octave - 1.0) <= TEMPO_TOLERANCE for octave in (0.5, 1.0, 2.0))


def grid_error(drums: Numbers, asked_bpm: float) -> float | None:
    """Return how far the tempo of the drums' onsets is from the asked one, as a share.

    Every onset gets the number of its sixteenth, counted from the first, and a straight line is laid through their
    times; its slope is the length of a sixteenth as it is heard.
    """
    import librosa

    fine_hop = 64
    strength = librosa.onset.onset_strength(y=drums, sr=RATE, hop_length=fine_hop, n_fft=1024)
    times = librosa.onset.onset_detect(
        onset_envelope=strength, sr=RATE, hop_length=fine_hop, units="time", backtrack=False
    )
    if times.size < 16:
        return None
    step = 15.0 / asked_bpm
    numbers = np.round((times - times[0]) / step)
    slope = np.polyfit(numbers, times, 1)[0]
    return abs(float(slope) / step - 1.0)


def key_of(chroma: Numbers) -> Key:
    """Return the key whose Krumhansl–Schmuckler profile goes best with a chroma."""
    scored = [
        (float(np.corrcoef(np.roll(profile, tonic), chroma)[0, 1]), f"{name} {mode}")
        for mode, profile in (("major", MAJOR), ("minor", MINOR))
        for tonic, name in enumerate(("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"))
    ]
    return Key.parse(max(scored)[1])


def same_or_relative(found: Key, asked: Key) -> bool:
    return found == asked or set(found.scale) == set(asked.scale)


def features_of(mono: Numbers, strength: Numbers, chroma: Numbers, tonic: int, tempo_bpm: float) -> Numbers:
    """Return what the classifier goes by: timbre, the pitch classes above the tonic, and how often what begins."""
    import librosa

    mfcc = librosa.feature.mfcc(y=mono, sr=RATE, n_mfcc=20, hop_length=HOP)
    turned = np.roll(chroma.mean(axis=1), -tonic)
    beats = librosa.time_to_frames(60.0 / tempo_bpm, sr=RATE, hop_length=HOP)
    pulse = librosa.autocorrelate(strength - strength.mean(), max_size=4 * int(beats) + 1)
    steps = np.clip(np.round(np.arange(1, 17) * beats / 4).astype(int), 0, pulse.size - 1)
    onsets = librosa.onset.onset_detect(onset_envelope=strength, sr=RATE, hop_length=HOP)
    return np.concatenate(
        [
            mfcc.mean(axis=1),
            mfcc.std(axis=1),
            turned / max(turned.sum(), 1e-9),
            pulse[steps] / max(float(pulse[0]), 1e-9),
            [onsets.size / SECONDS, float(strength.std() / max(strength.mean(), 1e-9))],
            [np.log2(tempo_bpm)],
        ]
    )


def true_peak_db(samples: Numbers) -> float:
    """Return the largest magnitude between the frames, four times oversampled by libsoxr."""
    import soxr

    between = soxr.resample(samples.astype(np.float64), 1, 4, quality="VHQ")
    return float(20 * np.log10(np.abs(between).max() + 1e-12))


def bars_of(mono: Numbers, rate: int, tempo_bpm: float) -> list[Numbers]:
    length = round(240.0 / tempo_bpm * rate)
    return [mono[start : start + length] for start in range(0, mono.size - length + 1, length)]


def hear(take: Take, style: str, seed: int) -> Heard:
    import librosa
    import pyloudnorm

    mix, asked = take.mixdown, take.understanding
    assert asked.tempo_bpm is not None
    mono = librosa.resample(mix.mono(), orig_sr=mix.sample_rate, target_sr=RATE, res_type="soxr_hq")
    strength = librosa.onset.onset_strength(y=mono, sr=RATE, hop_length=HOP)
    chroma = librosa.feature.chroma_stft(y=mono, sr=RATE, n_fft=8192, hop_length=2048, tuning=0.0)
    key_found = key_of(chroma.mean(axis=1))
    drums = take.stems[StemType.DRUMS]
    has_drums = drums.peak > 0.0
    tempo_found = tempo_of(strength) if has_drums else None
    levels = [float(np.sqrt(np.mean(bar**2))) for bar in bars_of(mono, RATE, asked.tempo_bpm)]
    peak_db = true_peak_db(mix.samples)
    offset = float(np.abs(mix.samples.mean(axis=0, dtype=np.float64)).max())
    frames_a_bar = 240.0 / asked.tempo_bpm * RATE / 2048
    edges = np.round(np.arange(0, chroma.shape[1], frames_a_bar)).astype(int)
    by_bar = np.stack([chroma[:, a:b].mean(axis=1) for a, b in pairwise(edges)])
    return Heard(
        style=style,
        seed=seed,
        tempo_found_bpm=tempo_found,
        tempo_right=None if tempo_found is None else tempo_right(tempo_found, asked.tempo_bpm),
        grid_error=grid_error(
            librosa.resample(drums.mono(), orig_sr=drums.sample_rate, target_sr=RATE), asked.tempo_bpm
        )
        if has_drums
        else None,
        key_asked=str(asked.key),
        key_found=str(key_found),
        key_right=asked.key is None or same_or_relative(key_found, asked.key),
        loudness_lufs=float(
            pyloudnorm.Meter(mix.sample_rate).integrated_loudness(mix.samples.astype(np.float64))
        ),
        true_peak_db=peak_db,
        clean=peak_db <= HIGHEST_PEAK_DB and offset <= 1e-3,
        no_holes=min(levels) > 10 ** (-50 / 20),
        features=features_of(
            mono, strength, chroma, asked.key.tonic if asked.key is not None else 0, asked.tempo_bpm
        ),
        chroma_by_bar=by_bar / np.maximum(np.linalg.norm(by_bar), 1e-9),
    )


def named_rightly(heard: list[Heard]) -> dict[str, Any]:
    """Train a nearest-centroid classifier on the first seeds of every style and let it name the others."""
    last = min(piece.seed for piece in heard) + TRAINED_ON - 1
    trained = [piece for piece in heard if piece.seed <= last]
    asked = [piece for piece in heard if piece.seed > last]
    styles = sorted({piece.style for piece in trained})
    if not asked or len(styles) < 2:
        return {"share": None, "confused": {}}
    known = np.stack([piece.features for piece in trained])
    middle, scale = known.mean(axis=0), known.std(axis=0) + 1e-6
    centroids = np.stack(
        [
            np.mean([(p.features - middle) / scale for p in trained if p.style == style], axis=0)
            for style in styles
        ]
    )
    confused: dict[str, str] = {}
    for piece in asked:
        distances = np.linalg.norm(centroids - (piece.features - middle) / scale, axis=1)
        name = styles[int(np.argmin(distances))]
        if name != piece.style:
            confused[f"{piece.style} {piece.seed}"] = name
    return {"share": 1.0 - len(confused) / len(asked), "confused": confused}


def seeds_similarity(heard: list[Heard]) -> dict[str, float]:
    """Return how alike the two most alike seeds of each style are: cosine of their chroma bar by bar."""
    found = {}
    for style in {piece.style for piece in heard}:
        pieces = [piece.chroma_by_bar for piece in heard if piece.style == style]
        pairs = [
            float((a[:n] * b[:n]).sum() / np.sqrt((a[:n] ** 2).sum() * (b[:n] ** 2).sum()))
            for a, b in combinations(pieces, 2)
            for n in (min(len(a), len(b)),)
        ]
        if pairs:
            found[style] = max(pairs)
    return found


def sung_notes() -> tuple[Note, ...]:
    named = os.environ.get("STUDIO_REAL_AUDIO")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "audio"
    path = folder / "voice" / "vocadito_1_notesA1.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8") as file:
        rows = [[float(value) for value in row[:3]] for row in csv.reader(file) if row]
    beat = 0.5
    return tuple(
        Note(round(69 + 12 * np.log2(hz / 440.0)), start / beat, length / beat, 0.8)
        for start, hz, length in rows
    )


def melody_cosine(engine: SketchEngine) -> float | None:
    """Return how well the chroma of the melody stem goes with that of the sung notes that it was given."""
    import librosa

    notes = sung_notes()
    if not notes:
        return None
    request = GenerationRequest("synthwave", melody=notes, tempo_bpm=120.0, seed=1)
    take = engine.generate(request, Silence())
    stem = take.stems[StemType.MELODY]
    mono = librosa.resample(stem.mono(), orig_sr=stem.sample_rate, target_sr=RATE)
    heard = librosa.feature.chroma_cqt(y=mono, sr=RATE, n_octaves=6).mean(axis=1)
    sung = np.zeros(int(RATE * max(note.end_beat for note in notes) * 0.5) + RATE)
    for note in notes:
        start, size = int(note.start_beat * 0.5 * RATE), int(note.length_beats * 0.5 * RATE)
        tone = np.sin(2 * np.pi * frequency_hz(note.pitch) / RATE * np.arange(size))
        sung[start : start + size] += tone
    wanted = librosa.feature.chroma_cqt(y=sung.astype(np.float32), sr=RATE, n_octaves=6).mean(axis=1)
    return float(
        max(
            np.dot(np.roll(wanted, shift), heard) / (np.linalg.norm(wanted) * np.linalg.norm(heard))
            for shift in range(12)
        )
    )


def share(values: list[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def figures(heard: list[Heard], melody: float | None) -> dict[str, Any]:
    similar = seeds_similarity(heard)
    named = named_rightly(heard)
    return {
        "tempo": share([p.tempo_right for p in heard if p.tempo_right is not None]),
        "grid": share([p.grid_error <= SLOPE_TOLERANCE for p in heard if p.grid_error is not None]),
        "key": share([p.key_right for p in heard]),
        "loudness": share([abs(p.loudness_lufs - LOUDNESS_LUFS) <= LOUDNESS_TOLERANCE_LU for p in heard]),
        "clean": share([p.clean for p in heard]),
        "no_holes": share([p.no_holes for p in heard]),
        "style_named": named["share"],
        "seeds_differ": share([value < 0.98 for value in similar.values()]),
        "melody_cosine": melody,
        "confused": named["confused"],
        "most_alike_seeds": dict(sorted(similar.items(), key=lambda item: -item[1])[:5]),
    }


def failures(heard: list[Heard]) -> list[str]:
    lines = []
    for piece in heard:
        where = f"{piece.style} {piece.seed}"
        if piece.tempo_right is False:
            lines.append(f"{where}: tempo {piece.tempo_found_bpm:.1f}")
        if piece.grid_error is not None and piece.grid_error > SLOPE_TOLERANCE:
            lines.append(f"{where}: grid off by {100 * piece.grid_error:.2f} %")
        if not piece.key_right:
            lines.append(f"{where}: key {piece.key_found} for {piece.key_asked}")
        if abs(piece.loudness_lufs - LOUDNESS_LUFS) > LOUDNESS_TOLERANCE_LU:
            lines.append(f"{where}: {piece.loudness_lufs:.2f} LUFS")
        if not (piece.clean and piece.no_holes):
            lines.append(
                f"{where}: clean {piece.clean} ({piece.true_peak_db:.2f} dBTP), no holes {piece.no_holes}"
            )
    return lines


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--styles", nargs="*", help="only these styles")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds of each style")
    parser.add_argument("--first-seed", type=int, default=1, help="the first of them")
    return parser.parse_args()


def main() -> None:
    warnings.simplefilter("ignore")
    asked = arguments()
    engine = SketchEngine()
    styles = asked.styles or [style.name for style in engine.styles]
    heard, seconds = [], []
    began = time.perf_counter()
    for style in styles:
        for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
            started = time.perf_counter()
            take = engine.generate(GenerationRequest(style, duration_seconds=SECONDS, seed=seed), Silence())
            seconds.append(time.perf_counter() - started)
            heard.append(hear(take, style, seed))
    found = figures(heard, melody_cosine(engine))
    print(f"{len(heard)} pieces of {SECONDS:g} s, made in {statistics.median(seconds):.2f} s each")
    for line in failures(heard):
        print("  " + line)
    for name, bar in BARS.items():
        value = found[name]
        shown = "not measured" if value is None else f"{value:.3f}"
        print(f"{name:14} {shown:>12}  bar {bar:g}")
    met = {name: found[name] is None or found[name] >= bar for name, bar in BARS.items()}
    result = {
        "benchmark": "sketch_quality",
        "pieces": len(heard),
        "styles": styles,
        "seeds": asked.seeds,
        "first_seed": asked.first_seed,
        "minutes": round((time.perf_counter() - began) / 60, 2),
        "judges": "librosa, pyloudnorm, Krumhansl-Schmuckler profiles, nearest centroid",
        "figures": found,
        "bars": BARS,
        "met": all(met.values()),
        "missed": [name for name, reached in met.items() if not reached],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""How well the studio listens: tempo, key, loudness, speed, finding and stems, beside librosa in the same run.

Name one part or several to run only those; the last line is one JSON object. `--pieces` says how many pieces are composed.

Recordings are read from `STUDIO_REAL_AUDIO` or from `../shared/audio`; without them only made sounds are measured.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import soundfile

from benchmarks.mixes import SAMPLE_RATE, Samples, made_mix
from infinite_studio.analysis.analysis import analyse
from infinite_studio.analysis.bars import chroma_rows, low_onsets
from infinite_studio.analysis.onsets import onset_strength
from infinite_studio.analysis.passages import SoundStream, passages
from infinite_studio.analysis.pitches import lasting_pitches
from infinite_studio.analysis.timbre import timbre_of
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.loudness import LoudnessMeter, TruePeakMeter, integrated_loudness
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.music.key import Key, Mode
from infinite_studio.progress import Silence
from infinite_studio.services.sound_index import SoundIndex

RUNS = 3
TOLERANCE = 0.04
SONG_SECONDS = 240.0
MADE = (("made 118", 118.0, 2, 1), ("made 92", 92.0, 9, 2), ("made 140", 140.0, 5, 3))
PIECES = 40
TEMPO_SEED = 7_000
BLOCK_FRAMES = 1 << 17
PARTS = ("tempo", "key", "loudness", "speed", "finding", "stems")
SOUNDS_IN = {"songs/hungarian_dance_5.ogg": "G minor"}
"""Recordings that sound in another key than their label names: orchestras play this dance a semitone above the piano's F♯."""
Truth: TypeAlias = Mapping[str, Mapping[str, Any]]
Scores: TypeAlias = dict[str, list[float]]
SOUNDS = 100_000
KRUMHANSL = {
    Mode.MAJOR: (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    Mode.MINOR: (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
EBU_3341 = {
    "1": ((-23.0, 20.0),),
    "2": ((-33.0, 20.0),),
    "3": ((-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)),
    "4": ((-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)),
    "5": ((-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)),
}
"""Level in dBFS and length in seconds of each tone; all are −23 LUFS but case 2, which is −33."""


def recordings() -> Path | None:
    named = os.environ.get("STUDIO_REAL_AUDIO")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "audio"
    return folder if (folder / "truth.json").is_file() else None


def read(folder: Path, names: str) -> Audio:
    parts = [
        soundfile.read(folder / name.strip(), dtype="float32", always_2d=True) for name in names.split("+")
    ]
    return Audio.of(np.sum([samples for samples, _ in parts], axis=0), parts[0][1])


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def librosa_tempo_bpm(audio: Audio) -> float:
    import librosa

    samples = librosa.resample(audio.mono(), orig_sr=audio.sample_rate, target_sr=22_050)
    return float(np.atleast_1d(librosa.beat.beat_track(y=samples, sr=22_050)[0])[0])


def accuracies(found: Mapping[str, float | None], truth: Mapping[str, float]) -> dict[str, Any]:
    def hits(octaves: tuple[float, ...]) -> int:
        return sum(
            bpm is not None and any(abs(bpm / truth[name] / octave - 1) <= TOLERANCE for octave in octaves)
            for name, bpm in found.items()
        )

    return {"acc1": hits((1.0,)), "acc2": hits((0.5, 1.0, 2.0)), "of": len(truth)}


def tempo_figures(folder: Path | None, truth: Truth, n_pieces: int) -> dict[str, Any]:
    """Compare on recordings, and on composed pieces of every style at the tempo that it usually has."""
    figures: dict[str, Any] = {}
    if folder is not None:
        known = {name: float(facts["tempo_bpm"]) for name, facts in truth.items() if "tempo_bpm" in facts}
        sounds = ((name, partial(read, folder, name)) for name in known)
        ours, peer, seconds = tempi_of(sounds, known)
        loops = {name: bpm for name, bpm in known.items() if name.startswith("loops/")}
        for who, found in (("ours", ours), ("librosa", peer)):
            figures[who] = accuracies(found, known) | {"median_seconds": seconds[who]}
            figures[f"{who}_loops"] = accuracies({name: found[name] for name in loops}, loops)
    composed = {f"{style} {seed}": bpm for style, seed, bpm, _ in composed_tempi(n_pieces)}
    made = ((f"{style} {seed}", make) for style, seed, _, make in composed_tempi(n_pieces))
    ours, peer, _ = tempi_of(made, composed)
    figures["composed"] = {"ours": accuracies(ours, composed), "librosa": accuracies(peer, composed)}
    return figures


def tempi_of(
    sounds: Iterable[tuple[str, Callable[[], Audio]]], truth: Mapping[str, float]
) -> tuple[dict[str, float | None], dict[str, float | None], dict[str, float]]:
    """Return what the studio and librosa find, and how long each takes in the middle."""
    ours: dict[str, float | None] = {}
    peer: dict[str, float | None] = {}
    seconds: dict[str, list[float]] = {"ours": [], "librosa": []}
    librosa_tempo_bpm(tones((-20.0, 3.0)))  # its compiler warms up outside of the measurement
    for name, make in sounds:
        audio = make()
        analysis, spent = timed(partial(analyse, audio))
        ours[name] = analysis.tempo_bpm
        seconds["ours"].append(spent)
        peer[name], spent = timed(partial(librosa_tempo_bpm, audio))
        seconds["librosa"].append(spent)
        print(f"{name:66s} true {truth[name]:6.2f}  ours {ours[name]}  librosa {peer[name]:.2f}", flush=True)
    return ours, peer, {who: statistics.median(spent) for who, spent in seconds.items()}


def composed_tempi(count: int) -> Iterator[tuple[str, int, float, Callable[[], Audio]]]:
    """Yield styles in turn with a seed each, the tempo, and what composes the piece."""
    engine = SketchEngine()
    for number in range(count):
        style = engine.styles[number % len(engine.styles)].name
        request = GenerationRequest(style, bars=8, seed=TEMPO_SEED + number)
        tempo_bpm = engine.understand(request).tempo_bpm
        assert tempo_bpm is not None
        yield style, request.seed, tempo_bpm, partial(composed, engine, request)


def composed(engine: SketchEngine, request: GenerationRequest) -> Audio:
    return engine.generate(request, Silence()).mixdown


def librosa_key(audio: Audio) -> Key:
    """Correlate librosa's constant-Q chroma with Krumhansl's profiles: the usual recipe."""
    import librosa

    samples = librosa.resample(audio.mono(), orig_sr=audio.sample_rate, target_sr=22_050)
    chroma = librosa.feature.chroma_cqt(y=samples, sr=22_050).mean(axis=1)
    fits = {
        Key(tonic, mode): float(np.corrcoef(chroma, np.roll(profile, tonic))[0, 1])
        for mode, profile in KRUMHANSL.items()
        for tonic in range(12)
    }
    return max(fits, key=lambda key: fits[key])


def mirex_score(found: Key | None, true: Key) -> float:
    """Weigh as MIREX does: same 1, fifth 0.5, relative 0.3, parallel 0.2."""
    if found is None:
        return 0.0
    if found == true:
        return 1.0
    if found.mode is true.mode and (found.tonic - true.tonic) % 12 in {5, 7}:
        return 0.5
    if found == true.relative:
        return 0.3
    return 0.2 if found.tonic == true.tonic else 0.0


def synthesised_pieces(count: int) -> list[tuple[Key, Audio]]:
    """Compose pieces whose key is known, in as many keys and styles as there are."""
    engine = SketchEngine()
    styles = [style.name for style in engine.styles]
    pieces = []
    for number in range(count):
        key = Key(number * 5 % 12, Mode.MINOR if number % 2 else Mode.MAJOR)
        request = GenerationRequest(styles[number * 7 % len(styles)], key=key, bars=8, seed=number)
        pieces.append((key, engine.generate(request, Silence()).mixdown))
    return pieces


def key_figures(folder: Path | None, truth: Truth, n_pieces: int) -> dict[str, Any]:
    """Score recordings whose key or tonic is known, composed pieces, and both together.

    A tonic says nothing about the mode: either mode on it is right. `as_sounding` takes the key that a recording sounds in
    where its label names the key of the printed music.
    """
    labelled: Scores = {"ours": [], "librosa": []}
    sounding: Scores = {"ours": [], "librosa": []}
    for name, facts in truth.items() if folder else ():
        said = facts.get("key") or facts.get("tonic")
        if said is None or folder is None:
            continue
        audio = read(folder, name)
        for who, found in (("ours", analyse(audio).key), ("librosa", librosa_key(audio))):
            print(f"{name:66s} true {said}  {who} {found}", flush=True)
            for scores, label in ((labelled, str(said)), (sounding, SOUNDS_IN.get(name, str(said)))):
                true = Key.parse(label)
                same_tonic = "key" not in facts and found is not None and found.tonic == true.tonic
                scores[who].append(1.0 if same_tonic else mirex_score(found, true))
    made: Scores = {"ours": [], "librosa": []}
    for true, audio in synthesised_pieces(n_pieces):
        ours, theirs = analyse(audio).key, librosa_key(audio)
        made["ours"].append(mirex_score(ours, true))
        made["librosa"].append(mirex_score(theirs, true))
        print(f"composed in {true!s:10s} ours {ours!s:10s} librosa {theirs}", flush=True)
    everything = {who: labelled[who] + made[who] for who in labelled}
    return {
        "recordings_mirex": means(labelled),
        "recordings_as_sounding_mirex": means(sounding),
        "composed_mirex": means(made),
        "all_mirex": means(everything),
    }


def means(scores: Scores) -> dict[str, Any]:
    return {who: mean(values) for who, values in scores.items()} | {"of": len(scores["ours"])}


def mean(values: list[float]) -> float:
    return statistics.mean(values) if values else float("nan")


def loudness_figures(folder: Path | None) -> dict[str, Any]:
    """Compare with pyloudnorm on recordings, and with EBU Tech 3341's synthetic cases."""
    import pyloudnorm

    off: dict[str, list[float]] = {"DeMan": [], "K-weighting": []}
    for path in sorted(folder.glob("*/*.[fo][lg][ag]*")) if folder else ():
        samples, rate = soundfile.read(path, always_2d=True)
        stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples
        ours = integrated_loudness(Audio.of(stereo, rate))
        for filters, differences in off.items():
            if ours is not None:
                theirs = pyloudnorm.Meter(rate, filter_class=filters).integrated_loudness(stereo)
                differences.append(float(abs(ours - theirs)))
    cases = {name: integrated_loudness(tones(*parts)) for name, parts in EBU_3341.items()}
    worst = max(
        abs((found or -99.0) + 23.0 - (-10.0 if name == "2" else 0.0)) for name, found in cases.items()
    )
    return {
        "largest_difference_to_pyloudnorm_lu": {
            name: max(values, default=None) for name, values in off.items()
        },
        "recordings": len(off["DeMan"]),
        "largest_error_ebu_3341_lu": worst,
        "cases": len(cases),
    }


def tones(*parts: tuple[float, float]) -> Audio:
    """Join 1 kHz stereo tones of some dBFS and seconds."""
    pieces = [
        10 ** (level / 20) * np.sin(2 * np.pi * 1_000 * np.arange(round(seconds * 48_000)) / 48_000)
        for level, seconds in parts
    ]
    return Audio.of(np.repeat(np.concatenate(pieces)[:, np.newaxis], 2, axis=1), 48_000)


def finding_figures(n_sounds: int) -> dict[str, Any]:
    """Time the nearest neighbours among many made-up places."""
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        index = SoundIndex(Path(folder) / "many.vectors", 64)
        record = np.zeros(n_sounds, [("id", "V32"), ("vector", "<f2", (64,))])
        record["id"] = np.frombuffer(random.bytes(32 * n_sounds), "V32")
        places = random.standard_normal((n_sounds, 64)).astype(np.float32)
        record["vector"] = places / np.linalg.norm(places, axis=1, keepdims=True)
        (Path(folder) / "many.vectors").write_bytes(record.tobytes())
        _, loading = timed(lambda: len(index))
        spent = [timed(partial(index.nearest, places[n], 24))[1] for n in range(20)]
    return {
        "sounds": n_sounds,
        "load_seconds": loading,
        "nearest_milliseconds": 1_000 * statistics.median(spent),
    }


def analysis_speed(folder: Path | None) -> dict[str, Any]:
    """Time a song of four minutes, in all and by what is measured in it."""
    source = read(folder, "songs/vibe_ace.ogg").samples if folder else made_mix(*MADE[0][:3], 60.0, 1).mixdown
    repeats = -(-int(SONG_SECONDS * SAMPLE_RATE) // len(source))
    song = Audio.of(np.tile(source, (repeats, 1))[: int(SONG_SECONDS * SAMPLE_RATE)], SAMPLE_RATE)
    spent = [timed(lambda: analyse(song))[1] for _ in range(RUNS)]
    processor = processor_seconds(lambda: analyse(song))
    return {
        "processor_seconds_for_4_minutes": processor,
        "times_real_time_of_one_processor": SONG_SECONDS / processor,
        "seconds_for_4_minutes": statistics.median(spent),
        "times_real_time": SONG_SECONDS / statistics.median(spent),
        "processor_seconds_by_part": speed_by_part(song),
    }


def speed_by_part(song: Audio) -> dict[str, float]:
    (mono,) = (passage.mono for passage in passages(SoundStream.of_audio(song), lambda *_: None, Silence()))
    loudness, peak = LoudnessMeter(song.sample_rate), TruePeakMeter(song.sample_rate)
    starts = range(0, song.n_frames, BLOCK_FRAMES)
    blocks = [(song.samples[start : start + BLOCK_FRAMES], start == starts[-1]) for start in starts]
    works: dict[str, Callable[[], object]] = {
        "resampling": lambda: list(passages(SoundStream.of_audio(song), lambda *_: None, Silence())),
        "loudness": partial(fed, loudness, blocks),
        "true_peak": partial(fed, peak, blocks),
        "onsets": lambda: onset_strength(mono, Silence()),
        "low_onsets": lambda: low_onsets(mono, Silence()),
        "chroma": lambda: chroma_rows(mono, Silence()),
        "timbre": lambda: timbre_of(mono, Silence()),
        "pitches": lambda: lasting_pitches(mono, Silence()),
    }
    return {name: round(processor_seconds(work), 3) for name, work in works.items()}


def fed(meter: LoudnessMeter | TruePeakMeter, blocks: Sequence[tuple[Samples, bool]]) -> None:
    for block, last in blocks:
        meter.add(block, last)


def processor_seconds(work: Callable[[], object]) -> float:
    """Return how long a processor works, which other programs on the machine do not change much."""
    began = time.process_time()
    work()
    return time.process_time() - began


def first_analysis() -> dict[str, float]:
    """Time the first analysis of a fresh process, with everything that it loads."""
    code = (
        "import time; began = time.perf_counter()\n"
        "import numpy as np\n"
        "from infinite_studio.analysis.analysis import analyse\n"
        "from infinite_studio.audio.audio import Audio\n"
        "analyse(Audio.of(np.random.default_rng(0).standard_normal(441_000) * 0.1, 44_100))\n"
        "print(time.perf_counter() - began)"
    )
    spent = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(RUNS)
    ]
    return {"seconds": statistics.median(spent)}


def stems(folder: Path | None) -> dict[str, Any]:
    from benchmarks.listening_stems import pair_figures, stem_figures

    pairs = {} if folder is None else {"pairs": pair_figures(folder)}
    return stem_figures(folder) | pairs


def speed(folder: Path | None) -> dict[str, Any]:
    return {"first_analysis": first_analysis(), **analysis_speed(folder)}


def main() -> None:
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="which parts; all of them without")
    parser.add_argument("--pieces", type=int, default=PIECES)
    asked = parser.parse_args()
    folder = recordings()
    truth = {} if folder is None else json.loads((folder / "truth.json").read_text())
    if folder is None:
        print("No recordings: set STUDIO_REAL_AUDIO. Only made sounds are measured.")
    works: dict[str, Callable[[], dict[str, Any]]] = {
        "tempo": lambda: tempo_figures(folder, truth, asked.pieces),
        "key": lambda: key_figures(folder, truth, asked.pieces),
        "loudness": lambda: loudness_figures(folder),
        "speed": lambda: speed(folder),
        "finding": lambda: finding_figures(SOUNDS),
        "stems": lambda: stems(folder),
    }
    figures: dict[str, Any] = {
        "benchmark": "listening",
        "cores": os.cpu_count(),
        "recordings": folder is not None,
    }
    for part in asked.parts or PARTS:
        figures[part], seconds = timed(works[part])
        figures[part]["seconds_of_benchmark"] = round(seconds, 1)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

"""How well the studio listens: tempo, key and stems, beside librosa in the same run.

Recordings are read from `STUDIO_REAL_AUDIO` or from `../shared/audio`; without them only made sounds are measured.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.mixes import SAMPLE_RATE, KnownMix, Samples, made_mix
from benchmarks.scores import si_sdr_db
from infinite_studio.analysis.analysis import analyse
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.loudness import integrated_loudness
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.quick.separator import QuickSeparator
from infinite_studio.engines.sketch.engine import SketchEngine
from infinite_studio.music.key import Key, Mode
from infinite_studio.progress import Silence
from infinite_studio.services.sound_index import SoundIndex

RUNS = 3
TOLERANCE = 0.04
STEM_SECONDS = 20.0
SONG_SECONDS = 240.0
MADE = (("made 118", 118.0, 2, 1), ("made 92", 92.0, 9, 2), ("made 140", 140.0, 5, 3))
VOICE_PEAK = 0.5
PIECES = 40
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


def librosa_parts(samples: Samples) -> tuple[Samples, Samples]:
    import librosa

    harmonic, percussive = librosa.effects.hpss(np.ascontiguousarray(samples.T))
    return harmonic.T, percussive.T


def accuracies(found: Mapping[str, float | None], truth: Mapping[str, float]) -> dict[str, Any]:
    def hits(octaves: tuple[float, ...]) -> int:
        return sum(
            bpm is not None and any(abs(bpm / truth[name] / octave - 1) <= TOLERANCE for octave in octaves)
            for name, bpm in found.items()
        )

    return {"acc1": hits((1.0,)), "acc2": hits((0.5, 1.0, 2.0)), "of": len(truth)}


def tempo_figures(folder: Path, truth: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: float(facts["tempo_bpm"]) for name, facts in truth.items() if "tempo_bpm" in facts}
    sounds = {name: read(folder, name) for name in known}
    ours: dict[str, float | None] = {}
    peer: dict[str, float | None] = {}
    seconds: dict[str, list[float]] = {"ours": [], "librosa": []}
    librosa_tempo_bpm(next(iter(sounds.values())))  # its compiler warms up outside of the measurement
    for name, audio in sounds.items():
        analysis, spent = timed(partial(analyse, audio))
        ours[name] = analysis.tempo_bpm
        seconds["ours"].append(spent)
        peer[name], spent = timed(partial(librosa_tempo_bpm, audio))
        seconds["librosa"].append(spent)
        print(f"{name:66s} true {known[name]:6.2f}  ours {ours[name]}  librosa {peer[name]:.2f}")
    loops = {name: bpm for name, bpm in known.items() if name.startswith("loops/")}
    return {
        "ours": accuracies(ours, known)
        | {"median_seconds_whole_analysis": statistics.median(seconds["ours"])},
        "librosa": accuracies(peer, known) | {"median_seconds": statistics.median(seconds["librosa"])},
        "ours_loops": accuracies({name: ours[name] for name in loops}, loops),
        "librosa_loops": accuracies({name: peer[name] for name in loops}, loops),
    }


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


def key_figures(folder: Path | None, truth: Mapping[str, Any], n_pieces: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    scores: dict[str, list[float]] = {"ours": [], "librosa": []}
    for name, facts in truth.items() if folder else ():
        said = facts.get("key") or facts.get("tonic")
        if said is None or folder is None:
            continue
        audio = read(folder, name)
        true = Key.parse(said)
        for who, found in (("ours", analyse(audio).key), ("librosa", librosa_key(audio))):
            same_tonic = "key" not in facts and found is not None and found.tonic == true.tonic
            scores[who].append(1.0 if same_tonic else mirex_score(found, true))
            print(f"{name:66s} true {said}  {who} {found}")
    figures["recordings_mirex"] = {who: mean(values) for who, values in scores.items()} | {
        "of": len(scores["ours"])
    }
    made: dict[str, list[float]] = {"ours": [], "librosa": []}
    for true, audio in synthesised_pieces(n_pieces):
        ours, theirs = analyse(audio).key, librosa_key(audio)
        made["ours"].append(mirex_score(ours, true))
        made["librosa"].append(mirex_score(theirs, true))
        print(f"composed in {true!s:10s} ours {ours!s:10s} librosa {theirs}")
    figures["composed_mirex"] = {who: mean(values) for who, values in made.items()} | {"of": n_pieces}
    return figures


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


def analysis_speed(folder: Path | None) -> dict[str, float]:
    source = read(folder, "songs/vibe_ace.ogg").samples if folder else made_mix(*MADE[0][:3], 60.0, 1).mixdown
    repeats = -(-int(SONG_SECONDS * SAMPLE_RATE) // len(source))
    song = Audio.of(np.tile(source, (repeats, 1))[: int(SONG_SECONDS * SAMPLE_RATE)], SAMPLE_RATE)
    spent = [timed(lambda: analyse(song))[1] for _ in range(RUNS)]
    return {
        "seconds_for_4_minutes": statistics.median(spent),
        "times_real_time": SONG_SECONDS / statistics.median(spent),
    }


def real_mix(folder: Path) -> KnownMix:
    """Sing over a drum loop and a guitar; the bass is made."""
    n_frames = int(STEM_SECONDS * SAMPLE_RATE)

    def looped(name: str) -> Samples:
        samples = read(folder, name).samples
        stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples
        return np.tile(stereo, (-(-n_frames // len(stereo)), 1))[:n_frames]

    voice = looped("voice/vocadito_1.flac")
    return KnownMix(
        "recorded",
        drums=looped("loops/loop_amen_full.flac") * 0.5,
        bass=made_mix("bass", 95.0, 2, STEM_SECONDS, 4).bass,
        vocals=voice * (VOICE_PEAK / np.abs(voice).max()),
        other=looped("stems/feelings.guitar.ogg"),
    )


def split_ours(samples: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    separation = QuickSeparator().separate(Audio.of(samples, SAMPLE_RATE), Silence())
    return {stem_type.value: stem.samples for stem_type, stem in separation.stems.items()}


def stem_figures(folder: Path | None) -> dict[str, Any]:
    mixes = [made_mix(name, bpm, tonic, STEM_SECONDS, seed) for name, bpm, tonic, seed in MADE]
    if folder:
        mixes.append(real_mix(folder))
    ours: dict[str, list[float]] = {}
    peer: dict[str, list[float]] = {}
    seconds: dict[str, list[float]] = {"ours": [], "librosa": []}
    for mix in mixes:
        stems, spent = timed(partial(split_ours, mix.mixdown))
        seconds["ours"].append(spent)
        (harmonic, percussive), spent = timed(partial(librosa_parts, mix.mixdown))
        seconds["librosa"].append(spent)
        for name, truth in mix.stems.items():
            ours.setdefault(name, []).append(si_sdr_db(stems[name], truth))
            peer.setdefault(name, []).append(si_sdr_db(percussive if name == "drums" else harmonic, truth))
            print(
                f"{mix.name:12s} {name:8s} SI-SDR ours {ours[name][-1]:6.2f} dB  librosa {peer[name][-1]:6.2f} dB"
            )
    summed = sum(stem.astype(np.float64) for stem in stems.values())
    error = np.square(summed - mix.mixdown).sum() / np.square(mix.mixdown, dtype=np.float64).sum()
    return {
        "si_sdr_db": {name: {"ours": statistics.mean(ours[name]), "librosa": statistics.mean(peer[name])} for name in ours},
        "times_real_time": {who: STEM_SECONDS / statistics.median(spent) for who, spent in seconds.items()},
        "sum_error_db": float(10 * np.log10(error + 1e-30)),
    }  # fmt: skip


def pair_figures(folder: Path) -> dict[str, Any]:
    """Compare on bands of which two groups are known; the group nearest in kind stands for each."""
    figures = {}
    for song in ("feelings", "metal_madness"):
        guitar, rest = (read(folder, f"stems/{song}.{part}.ogg").samples for part in ("guitar", "rest"))
        stems, (harmonic, percussive) = split_ours(guitar + rest), librosa_parts(guitar + rest)
        figures[song] = {
            "guitar_si_sdr_db": {
                "ours": si_sdr_db(stems["vocals"] + stems["other"], guitar),
                "librosa": si_sdr_db(harmonic, guitar),
                "mixdown": si_sdr_db(guitar + rest, guitar),
            },
            "rest_si_sdr_db": {
                "ours": si_sdr_db(stems["drums"] + stems["bass"], rest),
                "librosa": si_sdr_db(percussive, rest),
                "mixdown": si_sdr_db(guitar + rest, rest),
            },
        }
    return figures


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


def main() -> None:
    warnings.simplefilter("ignore")
    pieces = int(sys.argv[1]) if len(sys.argv) > 1 else PIECES
    figures: dict[str, Any] = {
        "benchmark": "listening",
        "cores": os.cpu_count(),
        "first_analysis": first_analysis(),
    }
    folder, truth = recordings(), {}
    if folder is None:
        print("No recordings: set STUDIO_REAL_AUDIO. Only made sounds are measured.")
        figures["recordings"] = False
    else:
        truth = json.loads((folder / "truth.json").read_text())
        figures |= {
            "recordings": True,
            "tempo": tempo_figures(folder, truth),
        }
        figures["pairs"] = pair_figures(folder)
    figures["key"] = key_figures(folder, truth, pieces)
    figures["loudness"] = loudness_figures(folder)
    figures["finding"] = finding_figures(SOUNDS)
    figures["analysis_speed"] = analysis_speed(folder)
    figures["stems"] = stem_figures(folder)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

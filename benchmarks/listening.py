"""How well the studio listens: tempo, key and stems, beside librosa in the same run.

Recordings are read from `STUDIO_REAL_AUDIO` or from `../shared/audio`; without them only made sounds are measured.
"""

import json
import os
import statistics
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
from infinite_studio.analysis.analysis import Analysis, analyse
from infinite_studio.audio.audio import Audio
from infinite_studio.engines.quick.separator import QuickSeparator
from infinite_studio.music.key import Key
from infinite_studio.progress import Silence

RUNS = 3
TOLERANCE = 0.04
STEM_SECONDS = 20.0
SONG_SECONDS = 240.0
MADE = (("made 118", 118.0, 2, 1), ("made 92", 92.0, 9, 2), ("made 140", 140.0, 5, 3))
VOICE_PEAK = 0.5


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


def key_figures(folder: Path, truth: Mapping[str, Any]) -> dict[str, Any]:
    tonics, exact, near = {}, 0, 0
    for name, facts in truth.items():
        if "tonic" in facts:
            found = analyse(read(folder, name)).key
            tonics[name] = found is not None and found.tonic == Key.parse(facts["tonic"]).tonic
        if "key" in facts:
            found, true = analyse(read(folder, name)).key, Key.parse(facts["key"])
            exact += found == true
            near += found in {true, true.relative}
            print(f"{name:66s} true {true}  ours {found}")
    return {
        "tonic_hits": sum(tonics.values()), "tonics": len(tonics), "key_hits": exact,
        "key_hits_or_relative": near, "keys": sum("key" in facts for facts in truth.values()),
    }  # fmt: skip


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
    """Time the first analysis of a process, with everything that it loads."""
    sound = Audio.of(made_mix(*MADE[0][:3], 10.0, 1).mixdown, SAMPLE_RATE)
    found, spent = timed(lambda: analyse(sound))
    assert isinstance(found, Analysis)
    return {"seconds": spent}


def main() -> None:
    warnings.simplefilter("ignore")
    figures: dict[str, Any] = {
        "benchmark": "listening",
        "cores": os.cpu_count(),
        "first_analysis": first_analysis(),
    }
    folder = recordings()
    if folder is None:
        print("No recordings: set STUDIO_REAL_AUDIO. Only made sounds are measured.")
        figures["recordings"] = False
    else:
        truth = json.loads((folder / "truth.json").read_text())
        figures |= {
            "recordings": True,
            "tempo": tempo_figures(folder, truth),
            "key": key_figures(folder, truth),
        }
        figures["pairs"] = pair_figures(folder)
    figures["analysis_speed"] = analysis_speed(folder)
    figures["stems"] = stem_figures(folder)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

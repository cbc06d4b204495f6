"""How well the quick separator splits, beside librosa in the same run: a part of `benchmarks.listening`."""

import statistics
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.listening import MADE, read, timed
from benchmarks.mixes import SAMPLE_RATE, KnownMix, Samples, made_mix
from benchmarks.scores import si_sdr_db
from infinite_studio.audio.audio import Audio
from infinite_studio.engines.quick.separator import QuickSeparator
from infinite_studio.progress import Silence

STEM_SECONDS = 20.0
VOICE_PEAK = 0.5


def librosa_parts(samples: Samples) -> tuple[Samples, Samples]:
    import librosa

    harmonic, percussive = librosa.effects.hpss(np.ascontiguousarray(samples.T))
    return harmonic.T, percussive.T


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

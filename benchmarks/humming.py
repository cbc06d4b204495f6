"""Humming: notes and pitch of a real voice against its annotation, made hums, and speed, beside torchcrepe as it comes and pYIN.

The recording is `voice/vocadito_1` (CC-BY, Bittner et al. 2021), read from `STUDIO_REAL_AUDIO` or from
`../shared/audio`; figures are mir_eval's. Peers run in the same process on the same sound, alternately; their pitch
tracks are given to our own segmentation, because neither of them writes notes.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np

from infinite_studio.analysis.melody_notes import notes_of_curve
from infinite_studio.analysis.pitch_curve import HOP_SECONDS, TRACK_RATE, PitchCurve
from infinite_studio.analysis.pitch_frames import Mono, gate_db, levels_db
from infinite_studio.analysis.pitch_track import pitch_curve_of
from infinite_studio.analysis.pitch_yin import yin_salience
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.resampling import resample
from infinite_studio.engines.crepe.tracker import CrepeTracker
from infinite_studio.music.note import frequency_hz
from infinite_studio.music.singing import SungNote
from infinite_studio.progress import Silence

Tracker = Callable[[Mono], PitchCurve]
LOWEST_HZ, HIGHEST_HZ = 50.0, 1_100.0


def ours_built_in(mono: Mono) -> PitchCurve:
    levels = levels_db(mono)
    return pitch_curve_of(yin_salience(mono, levels > gate_db(levels) - 8.0), levels)


def ours_crepe(crepe: CrepeTracker) -> Tracker:
    def track(mono: Mono) -> PitchCurve:
        levels = levels_db(mono)
        return pitch_curve_of(crepe.salience(mono, levels > gate_db(levels) - 8.0, Silence()), levels)

    return track


def torchcrepe_as_it_comes(mono: Mono) -> PitchCurve:
    import torch
    import torchcrepe

    pitch, periodicity = torchcrepe.predict(
        torch.from_numpy(mono.copy())[None],
        TRACK_RATE,
        160,
        LOWEST_HZ,
        HIGHEST_HZ,
        "tiny",
        batch_size=512,
        device="cpu",
        return_periodicity=True,
    )
    return _curve(mono, pitch[0].numpy(), periodicity[0].numpy(), periodicity[0].numpy() > 0.3)


def librosa_pyin(mono: Mono) -> PitchCurve:
    import librosa

    hz, voiced, probability = librosa.pyin(
        mono, fmin=LOWEST_HZ, fmax=HIGHEST_HZ, sr=TRACK_RATE, frame_length=1_024, hop_length=160, fill_na=None
    )
    return _curve(mono, hz, probability, voiced)


def _curve(mono: Mono, hz: Any, confidence: Any, voiced: Any) -> PitchCurve:  # noqa: ANN401
    levels = levels_db(mono)
    n = min(levels.size, len(hz))
    pitches = 69.0 + 12.0 * np.log2(np.maximum(np.asarray(hz[:n], np.float64), 1.0) / 440.0)
    return PitchCurve(
        pitches, np.asarray(confidence[:n], np.float64), levels[:n], np.asarray(voiced[:n], bool)
    )


def pitch_figures(curve: PitchCurve, truth: Path) -> dict[str, float]:
    wanted = np.loadtxt(truth, delimiter=",")
    wanted = wanted[wanted[:, 0] < curve.n_moments * HOP_SECONDS]
    hz = np.array([frequency_hz(pitch) for pitch in curve.pitches]) * np.where(curve.is_voiced, 1, -1)
    found = mir_eval.melody.evaluate(wanted[:, 0], wanted[:, 1], curve.times_seconds, hz)
    return {"raw_pitch": found["Raw Pitch Accuracy"], "overall": found["Overall Accuracy"]}


def note_f(notes: tuple[SungNote, ...], wanted: list[SungNote]) -> float:
    def values(line: "tuple[SungNote, ...] | list[SungNote]") -> tuple[Any, Any]:
        spans = np.array([[n.start_seconds, n.start_seconds + n.length_seconds] for n in line])
        return spans, np.array([frequency_hz(note.pitch) for note in line])

    if not notes:
        return 0.0
    pairs = (*values(wanted), *values(notes))
    return float(mir_eval.transcription.precision_recall_f1_overlap(*pairs, offset_ratio=None)[2])


def annotated(path: Path, until_seconds: float) -> list[SungNote]:
    rows = np.loadtxt(path, delimiter=",")
    rows = rows[rows[:, 0] < until_seconds]
    return [SungNote(69 + 12 * float(np.log2(hz / 440)), start, length) for start, hz, length in rows]


def made_hums(track: Tracker, n_tunes: int) -> dict[str, float]:
    from tests.hums import SINGERS, hum, tune

    scores: dict[str, list[float]] = {}
    for name, singer in SINGERS.items():
        for seed in range(n_tunes):
            notes = tune(seed + 100, centre=(48, 55, 62, 69)[seed % 4])
            audio = resample(hum(notes, singer, seed), TRACK_RATE)
            scores.setdefault(name, []).append(
                note_f(notes_of_curve(track(audio.samples[:, 0])), list(notes))
            )
    return {name: round(statistics.mean(values), 3) for name, values in scores.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=1e9, help="use only the beginning")
    arguments.add_argument("--tunes", type=int, default=8, help="made hums a singer")
    arguments.add_argument("--out", type=Path)
    chosen = arguments.parse_args()
    named = os.environ.get("STUDIO_REAL_AUDIO")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "audio"
    voice = folder / "voice" / "vocadito_1.flac"
    mono = resample(read_audio(voice, Silence()), TRACK_RATE).samples[:, 0]
    mono = mono[: round(min(chosen.seconds, mono.size / TRACK_RATE) * TRACK_RATE)]
    trackers: dict[str, Tracker] = {
        "ours, CREPE tiny": ours_crepe(CrepeTracker("tiny", "cpu")),
        "ours, built in": ours_built_in,
        "torchcrepe tiny as it comes": torchcrepe_as_it_comes,
        "librosa pYIN": librosa_pyin,
    }
    for track in trackers.values():
        track(mono[: 2 * TRACK_RATE])
    spent: dict[str, list[float]] = {name: [] for name in trackers}
    curves: dict[str, PitchCurve] = {}
    for _ in range(chosen.runs):
        for name, track in trackers.items():
            began = time.perf_counter()
            curves[name] = track(mono)
            spent[name].append(time.perf_counter() - began)
    rows = {}
    for name, curve in curves.items():
        notes = notes_of_curve(curve)
        rows[name] = {
            **pitch_figures(curve, voice.with_name("vocadito_1_f0.csv")),
            "notes_f_a1": note_f(
                notes, annotated(voice.with_name("vocadito_1_notesA1.csv"), mono.size / TRACK_RATE)
            ),
            "notes_f_a2": note_f(
                notes, annotated(voice.with_name("vocadito_1_notesA2.csv"), mono.size / TRACK_RATE)
            ),
            "times_real_time": mono.size / TRACK_RATE / statistics.median(spent[name]),
        }
    report = {
        "hop_seconds": HOP_SECONDS,
        "voice": rows,
        "made hums, built in": made_hums(ours_built_in, chosen.tunes),
    }
    print(f"{'':30}{'raw pitch':>10}{'overall':>9}{'F (A1)':>8}{'F (A2)':>8}{'× real time':>13}")
    for name, row in rows.items():
        figures = (
            row["raw_pitch"],
            row["overall"],
            row["notes_f_a1"],
            row["notes_f_a2"],
            row["times_real_time"],
        )
        print("{:30}{:10.3f}{:9.3f}{:8.3f}{:8.3f}{:13.1f}".format(name, *figures))
    print("made hums, built in:", report["made hums, built in"])
    if chosen.out:
        chosen.out.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()

"""The verb that turns a hum into notes, and notes into a take."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.cli.terminal import JsonOption, TerminalProgress, table, tell
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.crepe.tracker import CrepeTracker
from infinite_studio.engines.registry import built_in_generators
from infinite_studio.progress import Part
from infinite_studio.services.composing import compose, tune_kept
from infinite_studio.services.files import write_take
from infinite_studio.services.humming import save_melody, transcribe_file
from infinite_studio.services.humming_recording import record_for
from infinite_studio.services.humming_values import Hum, Writing, key_of_hum, written
from infinite_studio.services.styles import styles_folder
from infinite_studio.settings.folders import Folders


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command()(hum)


def hum(
    file: Annotated[Path | None, typer.Argument(help="A recording of one voice.")] = None,
    record: Annotated[
        float | None, typer.Option(min=0.5, max=600, help="Record so many seconds from a microphone instead.")
    ] = None,
    device: Annotated[str, typer.Option(help="Which microphone records; the system's default without.")] = "",
    keep: Annotated[Path | None, typer.Option(help="Where to keep what was recorded, as WAV.")] = None,
    midi: Annotated[Path | None, typer.Option(help="Write the notes as a MIDI file.")] = None,
    quantise: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="How far notes move to sixteenths: 0 (as sung) to 1.")
    ] = 1.0,
    tempo: Annotated[
        float | None, typer.Option(min=30, max=300, help="The tempo that was sung at, in BPM.")
    ] = None,
    generate: Annotated[
        str | None, typer.Option(help="Also make a take from this description that plays the tune.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File for the take: .wav or .flac.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the take.")] = 0,
    built_in: Annotated[
        bool, typer.Option("--built-in", help="Use the built-in pitch tracker even where CREPE is installed.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Find the notes of a hum, and let a take play them."""
    if (file is None) == (record is None):
        raise typer.BadParameter("give either a file or --record SECONDS")
    progress = TerminalProgress()
    crepe = None if built_in else CrepeTracker()
    with tempfile.TemporaryDirectory(prefix="hum-") as folder:
        source = file or keep or Path(folder) / "hum.wav"
        if record is not None:
            _recorded(source, record, device)
        found = transcribe_file(source, Part(progress, 0.0, 0.7), crepe)
    writing = Writing(quantise, tempo or found.tempo_bpm)
    values = _values(found, writing)
    text = _text(found, writing)
    if midi is not None:
        values["midi"] = save_melody(midi, found.notes, writing, key_of_hum(found.notes), progress)
        text += f"\n{midi}: {len(found.notes)} notes"
    if generate is not None:
        values["take"], line = _take(found, writing, generate, seed, output, Part(progress, 0.7, 1.0))
        text += f"\n{line}"
    progress.finish()
    tell(values, text, as_json=json)


def _recorded(path: Path, seconds: float, device: str) -> None:
    typer.echo(f"Recording {seconds:g} s…", err=True)
    recorded = record_for(path, seconds, device, wait=time.sleep)
    if recorded.sentence:
        typer.echo(f"{recorded.sentence} {recorded.hint}".strip(), err=True)
    if sys.stderr.isatty():
        typer.echo("Listening…", err=True)


def _take(
    found: Hum, writing: Writing, prompt: str, seed: int, output: Path | None, progress: Part
) -> tuple[dict[str, Any], str]:
    notes = written(found.notes, writing)
    request = GenerationRequest(prompt, tempo_bpm=writing.tempo_bpm, melody=notes, seed=seed)
    generators = built_in_generators(styles_folder(Folders.standard()))
    take = compose(request, "sketch", generators, Part(progress, 0.0, 0.8))
    made = write_take(take, request, output, None, None, Part(progress, 0.8, 0.9))
    kept = tune_kept(take, request, Part(progress, 0.9, 1.0))
    values: dict[str, Any] = {
        "path": made.path,
        "tempo_bpm": made.understanding.tempo_bpm,
        "key": str(made.understanding.key),
        "duration_seconds": made.duration_seconds,
    }
    line = f"{made.path}: {made.understanding.style}, {made.duration_seconds:.2f} s"
    if kept is not None:
        values |= {"tune_kept": kept.score, "chroma": kept.chroma, "onsets": kept.onsets}
        line += f", tune kept {kept.score:.0%}"
    return values, line


def _values(found: Hum, writing: Writing) -> dict[str, Any]:
    key = key_of_hum(found.notes)
    return {
        "label": found.label,
        "tracker": found.tracker,
        "duration_seconds": found.audio.duration_seconds,
        "tempo_bpm": writing.tempo_bpm,
        "key": str(key) if key else None,
        "tuning_cents": round(100 * found.tuning, 1),
        "remarks": list(found.remarks),
        "notes": [
            {
                "pitch": round(note.pitch),
                "start_seconds": round(note.start_seconds, 3),
                "length_seconds": round(note.length_seconds, 3),
                "velocity": round(note.velocity, 3),
            }
            for note in found.notes
        ],
        "melody": [
            {"pitch": note.pitch, "start_beat": note.start_beat, "length_beats": note.length_beats}
            for note in written(found.notes, writing)
        ],
    }


def _text(found: Hum, writing: Writing) -> str:
    rows = [
        (str(round(note.pitch)), f"{note.start_seconds:.2f} s", f"{note.length_seconds:.2f} s")
        for note in found.notes
    ]
    key = key_of_hum(found.notes) or "no key"
    head = f"{found.label}: {len(found.notes)} notes, {key}, {writing.tempo_bpm:g} BPM, heard by the {found.tracker}"
    return "\n".join([head, *found.remarks, table(rows)])

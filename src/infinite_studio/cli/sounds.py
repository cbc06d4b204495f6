"""The verbs that make, split and analyse sound."""

from pathlib import Path
from typing import Annotated

import typer

from infinite_studio.cli.terminal import JsonOption, TerminalProgress, tell
from infinite_studio.engines.base import GenerationRequest
from infinite_studio.music.key import Key
from infinite_studio.services import files
from infinite_studio.services.importing import analyse_path
from infinite_studio.services.projects import add_split, add_take
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command()(generate)
    app.command()(split)
    app.command()(analyze)


def generate(
    prompt: Annotated[str, typer.Argument(help="What to make, such as “dark trap, 140 bpm, in F minor”.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write: .wav or .flac.")
    ] = None,
    engine: Annotated[str, typer.Option(help="Which engine makes it.")] = "sketch",
    tempo: Annotated[float | None, typer.Option(help="Beats per minute, 30 to 300.")] = None,
    key: Annotated[str | None, typer.Option(help="Such as “F minor”.")] = None,
    bars: Annotated[int | None, typer.Option(help="Exact length in bars.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Exact length in seconds.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same take.")] = 0,
    stems: Annotated[Path | None, typer.Option(help="Folder for one file a stem.")] = None,
    project: Annotated[
        str | None, typer.Option("--project", "-p", help="Also put the take into a project.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make a take from a description."""
    request = GenerationRequest(
        prompt,
        tempo_bpm=tempo,
        key=Key.parse(key) if key else None,
        bars=bars,
        duration_seconds=seconds,
        seed=seed,
    )
    progress = TerminalProgress()
    if project is not None:
        with opened_studio(Folders.standard()) as studio:
            add_take(project, request, engine, studio, progress)
    made = files.generate_to_file(request, engine, output, stems, progress)
    progress.finish()
    take = made.understanding
    values = {
        "engine": engine,
        "seed": seed,
        "tempo_bpm": take.tempo_bpm,
        "key": str(take.key),
        "bars": take.bars,
        "duration_seconds": made.duration_seconds,
        "sample_rate": made.sample_rate,
        "path": made.path,
        "stems": {stem.value: path for stem, path in made.stems.items()},
        "style": take.style,
        "understood": list(take.chips),
        "unknown_words": list(take.unknown_words),
    }
    text = f"{made.path}: {take.style}, {take.tempo_bpm:g} BPM, {take.key}, {made.duration_seconds:.2f} s, seed {seed}"
    if take.unknown_words:
        text += f"\nNot understood: {', '.join(take.unknown_words)}"
    tell(values, text, as_json=json)


def split(
    file: Annotated[Path, typer.Argument(help="The sound to split.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the stems.")],
    model: Annotated[str, typer.Option(help="Which separator splits it.")] = "quick",
    project: Annotated[
        str | None, typer.Option("--project", "-p", help="Also put the stems into a project.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Split a sound into stems."""
    progress = TerminalProgress()
    if project is not None:
        with opened_studio(Folders.standard()) as studio:
            add_split(project, file, model, studio, progress)
    stems = files.split_to_files(file, model, output, progress)
    progress.finish()
    named = {stem.value: path for stem, path in stems.items()}
    tell({"model": model, "stems": named}, "\n".join(str(path) for path in named.values()), as_json=json)


def analyze(
    file: Annotated[Path, typer.Argument(help="The sound to listen to.")],
    json: JsonOption = False,
) -> None:
    """Find tempo, key and loudness of a sound."""
    progress = TerminalProgress()
    found = analyse_path(file, progress)
    progress.finish()
    values = {
        "tempo_bpm": found.tempo_bpm,
        "tempo_confidence": found.tempo_confidence,
        "key": str(found.key) if found.key else None,
        "key_confidence": found.key_confidence,
        "duration_seconds": found.duration_seconds,
        "sample_rate": found.sample_rate,
        "channels": found.n_channels,
        "loudness_lufs": found.loudness_lufs,
    }
    tempo = f"{found.tempo_bpm:.2f} BPM" if found.tempo_bpm else "no clear tempo"
    loudness = f"{found.loudness_lufs:.1f} LUFS" if found.loudness_lufs is not None else "no loudness"
    text = f"{file.name}: {tempo}, {found.key or 'no clear key'}, {loudness}, {found.duration_seconds:.2f} s"
    tell(values, text, as_json=json)

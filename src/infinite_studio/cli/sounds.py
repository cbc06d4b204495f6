"""The verbs that split and analyse sound."""

from pathlib import Path
from typing import Annotated

import typer

from infinite_studio.cli.terminal import JsonOption, TerminalProgress, tell
from infinite_studio.services import files
from infinite_studio.services.importing import analyse_path
from infinite_studio.services.projects import add_split
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command()(split)
    app.command()(analyze)


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

"""The verb that splits sound."""

from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.audio.writing import SoundFormat
from infinite_studio.cli.fetching import DownloadOption, fetch_missing
from infinite_studio.cli.terminal import JsonOption, TerminalProgress, tell
from infinite_studio.music.stems import StemType
from infinite_studio.services.projects import add_split
from infinite_studio.services.split_files import FilesReport, FilesRequest
from infinite_studio.services.split_wish import PRESETS, Care, wish_of
from infinite_studio.services.splitting_files import split_file, split_files
from infinite_studio.services.stem_names import BATCH_TEMPLATE, SINGLE_TEMPLATE
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders
from infinite_studio.weights.catalogue import CATALOGUE, WeightsUse


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command()(split)


def split(
    files: Annotated[list[Path], typer.Argument(help="Sounds to split, or folders with sounds.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the stems.")] = Path(),
    engine: Annotated[
        str, typer.Option("--engine", "--model", help="Which separator splits them.")
    ] = "quick",
    stems: Annotated[
        list[StemType] | None, typer.Option("--stem", help="Only this stem; may be given more than once.")
    ] = None,
    preset: Annotated[
        str, typer.Option(help=f"One of: {', '.join(preset.name.lower() for preset in PRESETS)}.")
    ] = "",
    minus: Annotated[
        bool,
        typer.Option("--minus", help="Write the original without the chosen stems, instead of the stems."),
    ] = False,
    care: Annotated[Care, typer.Option(help="Quality or speed.")] = Care.BALANCED,
    template: Annotated[
        str, typer.Option(help="Names of the files: {title}, {stem}, {tempo} and {key} are filled in.")
    ] = "",
    sound_format: Annotated[
        SoundFormat, typer.Option("--format", help="Format of the files.")
    ] = SoundFormat.WAV,
    project: Annotated[
        str | None, typer.Option("--project", "-p", help="Also put the stems into a project.")
    ] = None,
    download: DownloadOption = None,
    json: JsonOption = False,
) -> None:
    """Split sounds into stems; existing files are never overwritten.

    Of many files the good ones are split and the others named with the reason; exits with 1 where there are such.
    """
    wish = wish_of(engine, tuple(stems or ()), preset, care, minus=minus)
    is_single = len(files) == 1 and not files[0].is_dir()
    chosen = template or (SINGLE_TEMPLATE if is_single else BATCH_TEMPLATE)
    folders = Folders.standard()
    request = FilesRequest(tuple(files), output, wish, chosen, sound_format, folders.library)
    progress = TerminalProgress()
    fetch_missing(_weights_of(engine), progress, wanted=download)
    with opened_studio(folders) as studio:
        if is_single:
            report = FilesReport((split_file(files[0], request, studio.separators, progress),), ())
        else:
            report = split_files(request, studio.separators, progress)
        if project is not None:
            for file in report.done:
                add_split(project, file.source, wish, studio, progress)
    progress.finish()
    _tell_split(report, wish.separator, is_single=is_single, as_json=json)
    if report.failed:
        raise typer.Exit(1)


def _weights_of(separator: str) -> tuple[str, ...]:
    """Return what a separator loads; nothing for those without weights, and for names of other models."""
    entry = CATALOGUE.get(separator)
    return (separator,) if entry is not None and entry.use is WeightsUse.STEMS else ()


def _tell_split(report: FilesReport, model: str, *, is_single: bool, as_json: bool) -> None:
    values: dict[str, Any]
    if is_single:
        values = {"model": model, "stems": report.done[0].stems, "silent": report.done[0].silent}
    else:
        done = [{"source": f.source, "stems": f.stems, "silent": f.silent} for f in report.done]
        failed = [{"source": f.source, "reason": f.sentence, "hint": f.hint} for f in report.failed]
        values = {"model": model, "done": done, "failed": failed}
    lines = [str(path) for file in report.done for path in file.stems.values()]
    if not is_single:
        lines += _summary(report)
    tell(values, "\n".join(lines), as_json=as_json)


def _summary(report: FilesReport) -> list[str]:
    """Return how many files were split, and why the others were not."""
    total = len(report.done) + len(report.failed)
    silent = sum(len(file.silent) for file in report.done)
    heard = f"; {silent} silent {'stem' if silent == 1 else 'stems'}" if silent else ""
    failed = [f"Not split: {file.source}: {file.sentence} {file.hint}".rstrip() for file in report.failed]
    return [f"{len(report.done)} of {total} files are split{heard}.", *failed]

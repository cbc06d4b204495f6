"""The verbs about projects."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.cli.terminal import JsonOption, TerminalProgress, table, tell
from infinite_studio.history.values import RepositoryInfo
from infinite_studio.services.exporting import export
from infinite_studio.services.projects import OpenedProject, add_file, new_project, open_project
from infinite_studio.services.sharing import (
    UNSAVED_LEFT_OUT,
    BundleRange,
    bundle_sentence,
    commits_of_range,
    export_project_bundle,
    import_project_bundle,
)
from infinite_studio.services.studio import Studio, opened_studio
from infinite_studio.services.values import ExportRequest, ExportWhat
from infinite_studio.services.versions import fork_version, version_of
from infinite_studio.settings.folders import Folders

NameArgument = Annotated[str, typer.Argument(help="Name or id of the project.")]


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Make, list, fill, render, fork and share projects.")
    group.command("new")(new)
    group.command("list")(list_all)
    group.command("show")(show)
    group.command("add")(add)
    group.command("render")(render)
    group.command("fork")(fork)
    group.command("export")(export_bundle)
    group.command("import")(import_bundle)
    app.add_typer(group, name="project")


def new(name: Annotated[str, typer.Argument(help="What to call it.")], json: JsonOption = False) -> None:
    """Make an empty project."""
    with opened_studio(Folders.standard()) as studio:
        repository = new_project(name, studio).repository
    tell(_row(repository), f"Made “{repository.name}”.", as_json=json)


def list_all(json: JsonOption = False) -> None:
    """List the projects in the library, the one used last first."""
    with opened_studio(Folders.standard()) as studio:
        rows = [_row(repository) for repository in studio.library.repositories()]
    text = table([(row["name"], row["branch"], row["created"][:10], row["project_id"]) for row in rows])
    tell(
        {"projects": rows},
        text or "No projects yet. Make one: infinite-studio project new NAME",
        as_json=json,
    )


def show(name: NameArgument, json: JsonOption = False) -> None:
    """Show what is in a project."""
    with opened_studio(Folders.standard()) as studio:
        opened = open_project(name, studio)
    values = _contents(opened)
    rows = [(track["name"], track["stem_type"], f"{len(track['clips'])} clips") for track in values["tracks"]]
    project = opened.project
    head = f"{project.name}: {project.tempo_bpm:g} BPM, {project.key or 'no key'}, {values['duration_seconds']:.2f} s"
    tell(values, f"{head}\n{table(rows)}".rstrip(), as_json=json)


def add(
    name: NameArgument,
    files: Annotated[list[Path], typer.Argument(help="The sounds to put on new tracks.")],
    json: JsonOption = False,
) -> None:
    """Put sound files into a project, each on a track of its own."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        sounds = [add_file(name, file, studio, progress) for file in files]
    progress.finish()
    rows = [{"sound": sound.name, "object_id": sound.object_id} for sound in sounds]
    text = "\n".join(f"Added “{sound.name}”." for sound in sounds)
    tell({**rows[0], "sounds": rows}, text, as_json=json)


def render(
    name: NameArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the files.")],
    stems: Annotated[
        bool, typer.Option("--stems", help="One file for each track instead of the mixdown.")
    ] = False,
    flac: Annotated[bool, typer.Option("--flac", help="FLAC instead of WAV.")] = False,
    bit_depth: Annotated[int, typer.Option(help="16, 24 or 32 (float, WAV only).")] = 24,
    json: JsonOption = False,
) -> None:
    """Write the mixdown or all stems of a project. Existing files are never overwritten."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        project = open_project(name, studio).project
        what = ExportWhat.STEMS if stems else ExportWhat.MIXDOWN
        request = ExportRequest(what, output, project.name, ".flac" if flac else ".wav", bit_depth)
        exported = export(project, request, studio, progress)
    progress.finish()
    values = {
        "paths": list(exported.paths),
        "clipped_samples": exported.clipped_samples,
        "licences": list(exported.licences),
    }
    tell(values, "\n".join(str(path) for path in exported.paths), as_json=json)


def fork(
    name: NameArgument,
    new_name: Annotated[str, typer.Argument(help="What to call the new project.")],
    at: Annotated[str | None, typer.Option(help="The version; without it, where the work stands.")] = None,
    json: JsonOption = False,
) -> None:
    """Make a new project that goes on from a version of this one."""
    with opened_studio(Folders.standard()) as studio:
        repository = fork_version(name, new_name, at, studio).repository
    origin = (repository.forked_from or "")[:8]
    tell(_row(repository), f"“{repository.name}” goes on from {origin}.", as_json=json)


def export_bundle(
    name: NameArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="The .studio file to write.")],
    version: Annotated[
        list[str] | None, typer.Option("--version", help="Only the sounds of these versions.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="Only the sounds of this version and what came of it.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Only the sounds of this version and what led to it.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write a project with its whole history as one file. An existing file is never overwritten.

    With --version, --from or --to the other versions are only named, so that the file stays small.
    """
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        opened = open_project(name, studio)
        commit_ids = _chosen_commits(name, version or (), (first, last), studio)
        report = export_project_bundle(opened.repository.repository_id, output, studio, progress, commit_ids)
    progress.finish()
    is_unsaved = opened.project != opened.committed
    values = {
        "path": report.path,
        "commits": report.n_commits,
        "commits_with_sounds": report.n_complete,
        "objects": report.n_objects,
        "size_bytes": report.size_bytes,
        "unsaved_left_out": is_unsaved,
    }
    text = bundle_sentence(report)
    tell(values, f"{text}\n{UNSAVED_LEFT_OUT}" if is_unsaved else text, as_json=json)


def import_bundle(
    file: Annotated[Path, typer.Argument(help="The .studio file.")],
    name: Annotated[str | None, typer.Option(help="What to call the project.")] = None,
    json: JsonOption = False,
) -> None:
    """Take a .studio file in; a second time adds nothing."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        imported = import_project_bundle(file, studio, progress, name)
        repository = studio.library.repository(imported.repository_id)
    progress.finish()
    values = {
        **_row(repository),
        "new_commits": imported.new_commits,
        "new_objects": imported.new_objects,
    }
    text = f"“{repository.name}”: {imported.new_commits} new versions, {imported.new_objects} new sounds."
    tell(values, text, as_json=json)


def _chosen_commits(
    name: str, versions: Sequence[str], ends: tuple[str | None, str | None], studio: Studio
) -> list[str] | None:
    """Return the commits whose sounds are wanted; None for those of all."""
    chosen = [version_of(name, each, studio).commit_id for each in versions]
    first, last = ends
    if first is not None or last is not None:
        first_id = None if first is None else version_of(name, first, studio).commit_id
        last_id = version_of(name, last, studio).commit_id
        chosen += commits_of_range(BundleRange(first_id, last_id), studio)
    return chosen or None


def _row(repository: RepositoryInfo) -> dict[str, Any]:
    return {
        "project_id": repository.repository_id,
        "name": repository.name,
        "branch": repository.current_branch,
        "created": repository.created.isoformat(),
        "forked_from": repository.forked_from,
        "is_public": repository.is_public,
    }


def _contents(opened: OpenedProject) -> dict[str, Any]:
    project = opened.project
    return {
        **_row(opened.repository),
        "tempo_bpm": project.tempo_bpm,
        "key": str(project.key) if project.key else None,
        "duration_seconds": project.length_frames / project.sample_rate,
        "base_commit_id": opened.base_commit_id,
        "unsaved": project != opened.committed,
        "tracks": [
            {
                "name": track.name,
                "stem_type": track.stem_type.value,
                "gain_db": track.gain_db,
                "muted": track.muted,
                "soloed": track.soloed,
                "clips": [{"name": clip.name, "object_id": clip.object_id} for clip in track.clips],
            }
            for track in project.tracks
        ],
    }

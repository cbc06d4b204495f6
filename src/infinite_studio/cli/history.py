"""The verbs about commits and branches."""

from typing import Annotated, Any

import typer

from infinite_studio.cli.terminal import JsonOption, ProjectOption, TerminalProgress, table, tell
from infinite_studio.history.values import Commit
from infinite_studio.services.studio import opened_studio
from infinite_studio.services.versions import begin_branch, commit_working, go_to
from infinite_studio.settings.folders import Folders


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Keep versions of a project and go back to them.")
    group.command()(log)
    group.command()(commit)
    group.command()(checkout)
    group.command()(branch)
    app.add_typer(group, name="history")


def log(
    project: ProjectOption,
    limit: Annotated[int, typer.Option(help="How many commits at most.")] = 50,
    json: JsonOption = False,
) -> None:
    """List the commits of a project, newest first."""
    with opened_studio(Folders.standard()) as studio:
        repository = studio.library.repository(project)
        commits = [_values(c) for c in studio.library.log(repository.repository_id, limit=limit)]
    rows = [
        (c["commit_id"][:8], c["created"][:16].replace("T", " "), c["author"], c["message"]) for c in commits
    ]
    tell({"project": repository.name, "commits": commits}, table(rows) or "No commits yet.", as_json=json)


def commit(
    project: ProjectOption,
    message: Annotated[str, typer.Option("--message", "-m", help="What changed, in a few words.")],
    json: JsonOption = False,
) -> None:
    """Keep the present state of a project."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        kept = commit_working(project, message, studio, progress)
    progress.finish()
    values = {**_values(kept.commit), "branch": kept.branch}
    tell(values, f"{kept.commit.short_id} on {kept.branch}: {kept.commit.message}", as_json=json)


def checkout(
    project: ProjectOption,
    version: Annotated[str, typer.Argument(help="A commit id (its beginning is enough) or a branch.")],
    json: JsonOption = False,
) -> None:
    """Go to a commit or branch; unsaved work is kept on a branch of its own first."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        result = go_to(project, version, studio, progress)
    progress.finish()
    kept = result.kept.branch if result.kept else None
    text = f"At {result.commit_id[:8]}." + (f" Unsaved work is kept on {kept}." if kept else "")
    tell({"commit_id": result.commit_id, "kept_branch": kept}, text, as_json=json)


def branch(
    project: ProjectOption,
    name: Annotated[str | None, typer.Argument(help="The branch to begin; none to list them.")] = None,
    at: Annotated[str | None, typer.Option(help="The commit to begin it at.")] = None,
    json: JsonOption = False,
) -> None:
    """List the branches of a project, or begin one."""
    with opened_studio(Folders.standard()) as studio:
        if name is not None:
            begin_branch(project, name, at, studio)
        repository = studio.library.repository(project)
        branches = studio.library.branches(repository.repository_id)
    rows = [("*" if b.name == repository.current_branch else " ", b.name, b.commit_id[:8]) for b in branches]
    values = {
        "current": repository.current_branch,
        "branches": [{"name": b.name, "commit_id": b.commit_id} for b in branches],
    }
    tell(values, table(rows) or "No branches yet: the first commit makes one.", as_json=json)


def _values(commit: Commit) -> dict[str, Any]:
    return {
        "commit_id": commit.commit_id,
        "parent_ids": list(commit.parent_ids),
        "author": commit.author.name,
        "created": commit.created.isoformat(),
        "message": commit.message,
        "tempo_bpm": commit.tempo_bpm,
        "key": commit.key,
        "stems": [
            {"name": s.name, "type": s.stem_type.value, "object_id": s.object_id} for s in commit.stems
        ],
    }

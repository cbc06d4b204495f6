"""The verbs about commits, branches and tags."""

from typing import Annotated

import typer

from infinite_studio.cli import care, merging
from infinite_studio.cli.commit_values import commit_row, commit_text, commit_values, diff_values
from infinite_studio.cli.terminal import JsonOption, ProjectOption, TerminalProgress, table, tell
from infinite_studio.services.studio import opened_studio
from infinite_studio.services.versions import begin_branch, commit_working, go_to, show_version, tag_version
from infinite_studio.settings.folders import Folders

VersionArgument = Annotated[
    str, typer.Argument(help="A commit id (its beginning is enough), a branch or a tag.")
]
AtOption = Annotated[str | None, typer.Option(help="The version; without it, where the work stands.")]


def register(app: typer.Typer) -> None:
    """Add the verb group to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Keep versions of a project and go back to them.")
    for verb in (log, show, commit, checkout, branch, tag):
        group.command()(verb)
    merging.register(group)
    care.register(group)
    app.add_typer(group, name="history")


def log(
    project: ProjectOption,
    limit: Annotated[int, typer.Option(min=1, help="How many commits at most.")] = 50,
    search: Annotated[str, typer.Option(help="Only commits with these words, tempo or key.")] = "",
    json: JsonOption = False,
) -> None:
    """List the commits of a project, newest first."""
    with opened_studio(Folders.standard()) as studio:
        repository = studio.library.repository(project)
        found = (
            studio.library.search(search, repository_id=repository.repository_id, limit=limit)
            if search
            else studio.library.log(repository.repository_id, limit=limit)
        )
    values = {"project": repository.name, "commits": [commit_values(c) for c in found]}
    tell(values, table([commit_row(c) for c in found]) or "No commits yet.", as_json=json)


def show(
    project: ProjectOption,
    version: Annotated[
        str | None, typer.Argument(help="A commit id, branch or tag; without it, where the work stands.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show what a commit holds and what it changed."""
    with opened_studio(Folders.standard()) as studio:
        shown = show_version(project, version, studio)
    values = {**commit_values(shown.commit), "changes": diff_values(shown.diff)}
    tell(values, commit_text(shown.commit, shown.diff), as_json=json)


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
    values = {**commit_values(kept.commit), "branch": kept.branch}
    tell(values, f"{kept.commit.short_id} on {kept.branch}: {kept.commit.message}", as_json=json)


def checkout(project: ProjectOption, version: VersionArgument, json: JsonOption = False) -> None:
    """Go to a commit, branch or tag. Unsaved work is kept on a branch of its own first."""
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
    at: AtOption = None,
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


def tag(
    project: ProjectOption,
    name: Annotated[str | None, typer.Argument(help="The tag to give; none to list them.")] = None,
    at: AtOption = None,
    delete: Annotated[bool, typer.Option("--delete", help="Take the tag away; the commit stays.")] = False,
    json: JsonOption = False,
) -> None:
    """List the tags of a project, or name a version for good."""
    with opened_studio(Folders.standard()) as studio:
        repository_id = studio.library.repository(project).repository_id
        if name is not None and delete:
            studio.library.delete_tag(repository_id, name)
        elif name is not None:
            tag_version(project, name, at, studio)
        tags = studio.library.tags(repository_id)
    values = {"tags": [{"name": t.name, "commit_id": t.commit_id} for t in tags]}
    tell(values, table([(t.name, t.commit_id[:8]) for t in tags]) or "No tags yet.", as_json=json)

"""The verbs that compare versions and make one of two."""

from collections.abc import Sequence
from typing import Annotated

import typer

from infinite_studio.cli.commit_values import (
    comparison_text,
    comparison_values,
    conflicts_text,
    conflicts_values,
    merged_text,
    merged_values,
)
from infinite_studio.cli.terminal import JsonOption, ProjectOption, TerminalProgress, tell
from infinite_studio.errors import StudioError
from infinite_studio.project.merging import Side
from infinite_studio.project.model import PROJECT_SAMPLE_RATE
from infinite_studio.services.merging import Conflicts, StemPick
from infinite_studio.services.studio import opened_studio
from infinite_studio.services.versions import compare_versions, merge_version, take_stems
from infinite_studio.settings.folders import Folders

VersionArgument = Annotated[str, typer.Argument(help="A commit id, a branch or a tag.")]
MessageOption = Annotated[str, typer.Option("--message", "-m", help="Message of the new commit.")]


class BadChoiceError(StudioError):
    """A choice that is not written as NAME=SIDE."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” is no choice.", hint="Write NAME=ours, NAME=theirs or NAME=both.")
        self.text = text


class UnresolvedError(StudioError):
    """A merge that waits for choices."""

    def __init__(self, conflicts: Conflicts) -> None:
        choices = " ".join(f'--take "{conflict.name}=theirs"' for conflict in conflicts.conflicts)
        super().__init__(conflicts_text(conflicts), hint=f"Choose, such as: {choices}")
        self.conflicts = conflicts


def register(group: typer.Typer) -> None:
    """Add the verbs to the group about history."""
    group.command()(diff)
    group.command()(merge)
    group.command("cherry-pick")(cherry_pick)


def diff(
    project: ProjectOption,
    first: VersionArgument,
    second: Annotated[
        str | None, typer.Argument(help="The later version; without it, where the work stands.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Say what changed between two versions, stem by stem."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        comparison = compare_versions(project, first, second, studio, progress)
    progress.finish()
    tell(comparison_values(comparison), comparison_text(comparison), as_json=json)


def merge(
    project: ProjectOption,
    version: VersionArgument,
    take: Annotated[
        list[str] | None, typer.Option(help="What both changed: NAME=ours, NAME=theirs or NAME=both.")
    ] = None,
    message: MessageOption = "",
    json: JsonOption = False,
) -> None:
    """Merge a version into the present one. What both changed is yours to choose."""
    choices = dict(_choice(text) for text in take or ())
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        result = merge_version(project, version, choices, studio, progress, message)
    progress.finish()
    if isinstance(result, Conflicts):
        if json:
            tell(conflicts_values(result), "", as_json=True)
        raise UnresolvedError(result)
    tell(merged_values(result), merged_text(result), as_json=json)


def cherry_pick(
    project: ProjectOption,
    version: VersionArgument,
    stems: Annotated[list[str], typer.Argument(help="The stems to take, by name or type.")],
    stretch: Annotated[bool, typer.Option("--stretch", help="Bring them to the present tempo.")] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="Put them below the present stems instead of replacing them.")
    ] = False,
    at: Annotated[
        float | None, typer.Option(min=0.0, help="Where the first of them begins, in seconds.")
    ] = None,
    message: MessageOption = "",
    json: JsonOption = False,
) -> None:
    """Take stems of a version into the present one."""
    progress = TerminalProgress()
    at_frame = None if at is None else round(at * PROJECT_SAMPLE_RATE)
    pick = StemPick("", _plain(stems), stretch, at_frame, beside)
    with opened_studio(Folders.standard()) as studio:
        merged = take_stems(project, version, pick, studio, progress, message)
    progress.finish()
    tell(merged_values(merged), merged_text(merged), as_json=json)


def _choice(text: str) -> tuple[str, Side]:
    name, found, side = text.rpartition("=")
    if not found or side not in set(Side):
        raise BadChoiceError(text)
    return name, Side(side)


def _plain(stems: Sequence[str]) -> tuple[str, ...]:
    return tuple(stem.strip() for stem in stems)

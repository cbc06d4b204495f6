"""The history of a project for callers without a session: the command line and the tour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from infinite_studio.errors import StudioError
from infinite_studio.history.values import BranchInfo, Commit, TagInfo
from infinite_studio.progress import Part, Progress
from infinite_studio.project.diff import ProjectDiff
from infinite_studio.project.merging import Conflict, Side
from infinite_studio.project.model import Project
from infinite_studio.services import comparing, merging
from infinite_studio.services.committing import CommitRequest, Kept, commit_project
from infinite_studio.services.comparing import Comparison
from infinite_studio.services.merging import Conflicts, Merged, StemPick
from infinite_studio.services.opening import KEPT_MESSAGE, CheckedOut, checkout, open_with_sounds
from infinite_studio.services.projects import OpenedProject, fork, open_project, save_working
from infinite_studio.services.studio import Studio


class NoVersionError(StudioError):
    """A project without any commit."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” has no version yet.", hint="Commit it first.")
        self.name = name


class UnknownChoiceError(StudioError):
    """A choice for something that is in no conflict."""

    def __init__(self, name: str, conflicts: Sequence[Conflict]) -> None:
        names = ", ".join(conflict.name for conflict in conflicts) or "nothing"
        super().__init__(
            f"“{name}” was not changed in both versions.", hint=f"There is a choice for: {names}."
        )
        self.name = name


@dataclass(frozen=True)
class Shown:
    """A commit, and what it changed since its first parent."""

    commit: Commit
    diff: ProjectDiff


def request_for(opened: OpenedProject, message: str, project: Project | None = None) -> CommitRequest:
    """Return the request that keeps a project as it is open."""
    return CommitRequest(
        opened.repository.repository_id,
        project or opened.project,
        message,
        opened.repository.current_branch,
        opened.base_commit_id,
    )


def version_of(name_or_id: str, version: str | None, studio: Studio) -> Commit:
    """Return a commit by branch, tag, id or the beginning of one; where the work stands where none is given.

    Commits of other projects are found by their id.
    """
    from infinite_studio.history.queries import UnknownCommitError

    opened = open_project(name_or_id, studio)
    repository_id = opened.repository.repository_id
    if version is None:
        if opened.base_commit_id is None:
            raise NoVersionError(opened.repository.name)
        return studio.library.commit_of(opened.base_commit_id)
    named = {tag.name: tag.commit_id for tag in studio.library.tags(repository_id)}
    named |= {branch.name: branch.commit_id for branch in studio.library.branches(repository_id)}
    try:
        return studio.library.commit_of(named.get(version, version), repository_id)
    except UnknownCommitError:
        return studio.library.commit_of(version)


def commit_working(name_or_id: str, message: str, studio: Studio, progress: Progress) -> Kept:
    """Keep the unsaved work of a project."""
    return commit_project(request_for(open_project(name_or_id, studio), message), studio, progress)


def show_version(name_or_id: str, version: str | None, studio: Studio) -> Shown:
    """Say what a commit holds and what it changed."""
    commit = version_of(name_or_id, version, studio)
    return Shown(commit, comparing.changes_of_commit(commit, studio))


def go_to(name_or_id: str, version: str, studio: Studio, progress: Progress) -> CheckedOut:
    """Check out a commit, a tag, or the end of a branch; unsaved work is kept first."""
    opened = open_project(name_or_id, studio)
    repository_id = opened.repository.repository_id
    branches = {branch.name: branch.commit_id for branch in studio.library.branches(repository_id)}
    found = version_of(name_or_id, version, studio).commit_id
    commit_id = studio.library.commit_of(found, repository_id).commit_id
    is_unsaved = opened.project != opened.committed
    result = checkout(request_for(opened, KEPT_MESSAGE), commit_id, is_unsaved, studio, progress)
    branch = branch_at(commit_id, version, opened.repository.current_branch, branches)
    studio.library.set_current_branch(repository_id, branch)
    save_working(repository_id, replace(result.project, name=opened.repository.name), commit_id, studio)
    return result


def branch_at(commit_id: str, wished: str, current: str, branches: Mapping[str, str]) -> str:
    """Return the branch to stand on at a commit: the wished or current one where it ends there, else any that does."""
    ends_here = [name for name, tip in branches.items() if tip == commit_id]
    return next((name for name in (wished, current, *ends_here) if name in ends_here), current)


def begin_branch(name_or_id: str, branch: str, at: str | None, studio: Studio) -> BranchInfo:
    """Begin a branch at a version, or where the work stands."""
    repository_id = studio.library.repository(name_or_id).repository_id
    commit = version_of(name_or_id, at, studio)
    return studio.library.create_branch(repository_id, branch, commit.commit_id)


def tag_version(name_or_id: str, tag: str, at: str | None, studio: Studio) -> TagInfo:
    """Give a version a name that stays."""
    repository_id = studio.library.repository(name_or_id).repository_id
    commit = version_of(name_or_id, at, studio)
    return studio.library.create_tag(repository_id, tag, commit.commit_id)


def compare_versions(
    name_or_id: str, first: str, second: str | None, studio: Studio, progress: Progress
) -> Comparison:
    """Compare two versions; the second is where the work stands where none is given."""
    a, b = (version_of(name_or_id, version, studio) for version in (first, second))
    return comparing.compare_commits(a.commit_id, b.commit_id, studio, progress)


def fork_version(name_or_id: str, name: str, version: str | None, studio: Studio) -> OpenedProject:
    """Make a new project that goes on from a version."""
    return fork(version_of(name_or_id, version, studio).commit_id, name, studio)


def take_stems(
    name_or_id: str, version: str, pick: StemPick, studio: Studio, progress: Progress, message: str = ""
) -> Merged:
    """Take stems of a version into the present one."""
    opened = open_with_sounds(open_project(name_or_id, studio), studio, Part(progress, 0.0, 0.2))
    picked = replace(pick, commit_id=version_of(name_or_id, version, studio).commit_id)
    return merging.cherry_pick(picked, opened, studio, Part(progress, 0.2, 1.0), message)


def merge_version(
    name_or_id: str,
    version: str,
    choices: Mapping[str, Side],
    studio: Studio,
    progress: Progress,
    message: str = "",
) -> Merged | Conflicts:
    """Merge a version into the present one; choices go by the name of a stem, ``tempo`` or ``key``."""
    theirs_id = version_of(name_or_id, version, studio).commit_id
    opened = open_with_sounds(open_project(name_or_id, studio), studio, Part(progress, 0.0, 0.2))
    result = merging.merge_commits(opened, theirs_id, {}, studio, Part(progress, 0.2, 0.5), message)
    if isinstance(result, Merged):
        return result
    by_id = {_choice_id(name, result.conflicts): side for name, side in choices.items()}
    if len(by_id) < len(result.conflicts):
        return result
    kept = open_project(name_or_id, studio)
    return merging.merge_commits(kept, theirs_id, by_id, studio, Part(progress, 0.5, 1.0), message)


def _choice_id(name: str, conflicts: Sequence[Conflict]) -> str:
    for conflict in conflicts:
        if name.casefold() in {conflict.name.casefold(), conflict.choice_id}:
            return conflict.choice_id
    raise UnknownChoiceError(name, conflicts)

"""The history of a project for callers without a session: the command line and the tour."""

from dataclasses import replace

from infinite_studio.history.values import BranchInfo, Commit
from infinite_studio.progress import Progress
from infinite_studio.project.model import Project
from infinite_studio.services.committing import CommitRequest, Kept, commit_project
from infinite_studio.services.opening import KEPT_MESSAGE, CheckedOut, checkout
from infinite_studio.services.projects import OpenedProject, open_project, save_working
from infinite_studio.services.studio import Studio


def request_for(opened: OpenedProject, message: str, project: Project | None = None) -> CommitRequest:
    """Return the request that keeps a project as it is open."""
    return CommitRequest(
        opened.repository.repository_id,
        project or opened.project,
        message,
        opened.repository.current_branch,
        opened.base_commit_id,
    )


def commit_working(name_or_id: str, message: str, studio: Studio, progress: Progress) -> Kept:
    """Keep the unsaved work of a project."""
    return commit_project(request_for(open_project(name_or_id, studio), message), studio, progress)


def go_to(name_or_id: str, commit_or_branch: str, studio: Studio, progress: Progress) -> CheckedOut:
    """Check out a commit, or the end of a branch; unsaved work is kept first."""
    opened = open_project(name_or_id, studio)
    repository_id = opened.repository.repository_id
    branches = {branch.name: branch.commit_id for branch in studio.library.branches(repository_id)}
    commit_id = (
        branches.get(commit_or_branch) or studio.library.commit_of(commit_or_branch, repository_id).commit_id
    )
    is_unsaved = opened.project != opened.committed
    result = checkout(request_for(opened, KEPT_MESSAGE), commit_id, is_unsaved, studio, progress)
    branch = branch_at(commit_id, commit_or_branch, opened.repository.current_branch, branches)
    studio.library.set_current_branch(repository_id, branch)
    save_working(repository_id, replace(result.project, name=opened.repository.name), commit_id, studio)
    return result


def branch_at(commit_id: str, wished: str, current: str, branches: dict[str, str]) -> str:
    """Return the branch to stand on at a commit: the wished or current one where it ends there, else any that does."""
    ends_here = [name for name, tip in branches.items() if tip == commit_id]
    return next((name for name in (wished, current, *ends_here) if name in ends_here), current)


def begin_branch(name_or_id: str, branch: str, at: str | None, studio: Studio) -> BranchInfo:
    """Begin a branch at a commit, or where the work stands."""
    opened = open_project(name_or_id, studio)
    repository_id = opened.repository.repository_id
    start = at or opened.base_commit_id or ""
    commit: Commit = studio.library.commit_of(start, repository_id)
    return studio.library.create_branch(repository_id, branch, commit.commit_id)

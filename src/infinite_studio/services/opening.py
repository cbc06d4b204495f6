"""Open the library and a project, and go to a commit: what the session does before it can do anything else."""

from dataclasses import dataclass, field, replace

from infinite_studio.history.values import (
    BranchInfo,
    Commit,
    JobRecord,
    RepositoryInfo,
    Sound,
    TagInfo,
    User,
)
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Project
from infinite_studio.services.committing import CommitRequest, Kept, keep_present, prepare_tracks, project_at
from infinite_studio.services.projects import OpenedProject, new_project, open_project
from infinite_studio.services.restoring import restore_sounds
from infinite_studio.services.studio import Studio, open_studio
from infinite_studio.settings.folders import Folders

LOADED_COMMITS = 200
FIRST_PROJECT = "First project"
KEPT_MESSAGE = "Kept before going elsewhere"


@dataclass(frozen=True)
class Shelf:
    """What the library holds around the open project, as views list it."""

    repositories: tuple[RepositoryInfo, ...] = ()
    sounds: tuple[Sound, ...] = ()
    commits: tuple[Commit, ...] = ()
    branches: tuple[BranchInfo, ...] = ()
    tags: tuple[TagInfo, ...] = ()
    n_commits: int = 0
    author: User = field(default_factory=lambda: User("Musician"))


NOTHING_READ = Shelf()


@dataclass(frozen=True)
class Opened:
    """An open library with a project on the desk, what views list around it, and the jobs that were left over."""

    studio: Studio
    project: OpenedProject
    shelf: Shelf
    unfinished: tuple[JobRecord, ...] = ()


@dataclass(frozen=True)
class CheckedOut:
    """The project as it was at a commit, and what was kept of the present before going there."""

    project: Project
    commit_id: str
    kept: Kept | None


def open_library(folders: Folders, last_project: str, progress: Progress) -> Opened:
    """Open the library and the project worked on last; make a first one in an empty library."""
    progress.report(0.1, "Opening the library")
    studio = open_studio(folders)
    unfinished = studio.library.jobs(unfinished_only=True)
    opened = with_shelf(_project_to_open(studio, last_project), studio, Part(progress, 0.3, 1.0))
    return replace(opened, unfinished=unfinished)


def with_shelf(opened: OpenedProject, studio: Studio, progress: Progress) -> Opened:
    """Decode what a project needs to be heard, and read what views list around it."""
    project = open_with_sounds(opened, studio, progress)
    return Opened(studio, project, read_shelf(project.repository.repository_id, studio))


def open_with_sounds(opened: OpenedProject, studio: Studio, progress: Progress) -> OpenedProject:
    """Decode what the project needs to be heard."""
    restore_sounds(opened.project, studio, Part(progress, 0.0, 0.3))
    prepare_tracks(opened.project.tracks, studio, Part(progress, 0.3, 1.0))
    return opened


def read_shelf(
    repository_id: str, studio: Studio, before: Shelf = NOTHING_READ, *, with_sounds: bool = True
) -> Shelf:
    """Return the lists that views show for a project; commits that were read ``before`` are not read again."""
    library = studio.library
    known = {commit.commit_id: commit for commit in before.commits}
    return Shelf(
        repositories=library.repositories(),
        sounds=library.sounds() if with_sounds else before.sounds,
        commits=library.log(repository_id, limit=LOADED_COMMITS, known=known),
        branches=library.branches(repository_id),
        tags=library.tags(repository_id),
        n_commits=library.count_commits(repository_id),
        author=library.user(),
    )


def checkout(
    request: CommitRequest, commit_id: str, is_unsaved: bool, studio: Studio, progress: Progress
) -> CheckedOut:
    """Keep unsaved work on a branch of its own, then return the project as it was at the commit."""
    kept = keep_present(request, studio, Part(progress, 0.0, 0.5)) if is_unsaved else None
    project = project_at(commit_id, studio, Part(progress, 0.5, 1.0))
    return CheckedOut(project, commit_id, kept)


def _project_to_open(studio: Studio, last_project: str) -> OpenedProject:
    known = {repository.repository_id for repository in studio.library.repositories()}
    if last_project in known:
        return open_project(last_project, studio)
    if known:
        return open_project(studio.library.repositories()[0].repository_id, studio)
    return new_project(FIRST_PROJECT, studio)

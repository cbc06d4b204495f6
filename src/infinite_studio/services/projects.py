"""Projects in the library: make, open, fork, and the work that is not committed yet."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from infinite_studio.engines.base import GenerationRequest, Take
from infinite_studio.history.values import RepositoryInfo, Sound, WorkingState
from infinite_studio.progress import Part, Progress
from infinite_studio.project.model import Project
from infinite_studio.project.snapshots import project_of, snapshot_of
from infinite_studio.project.steps import AddStems, AddTracks, Step
from infinite_studio.services.composing import compose_and_store, store_take
from infinite_studio.services.importing import analyse_sound, import_sound, track_of_sound
from infinite_studio.services.placing import place_take
from infinite_studio.services.split_wish import SplitWish
from infinite_studio.services.splitting import StoredSplit, split_and_store, tracks_of_split
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import StoredTake


@dataclass(frozen=True)
class OpenedProject:
    """A project as it was left.

    Parameters
    ----------
    repository : RepositoryInfo
        Its row in the library.
    project : Project
        The work as it was left, committed or not.
    committed : Project
        The state of ``base_commit_id``; an empty project before the first commit.
    base_commit_id : str or None
        The commit that the work began from.
    """

    repository: RepositoryInfo
    project: Project
    committed: Project
    base_commit_id: str | None


def new_project(name: str, studio: Studio) -> OpenedProject:
    """Make an empty project."""
    repository = studio.library.create_repository(name)
    empty = Project(name=repository.name)
    return OpenedProject(repository, empty, empty, None)


def open_project(name_or_id: str, studio: Studio) -> OpenedProject:
    """Open a project as it was left, unsaved work included."""
    repository = studio.library.repository(name_or_id)
    working = studio.library.working(repository.repository_id)
    head = studio.library.head(repository.repository_id)
    base_commit_id = working.base_commit_id if working else (head.commit_id if head else None)
    committed = (
        replace(project_of(studio.library.snapshot(base_commit_id)), name=repository.name)
        if base_commit_id
        else Project(name=repository.name)
    )
    project = replace(project_of(working.snapshot), name=repository.name) if working else committed
    return OpenedProject(repository, project, committed, base_commit_id)


def save_working(repository_id: str, project: Project, base_commit_id: str | None, studio: Studio) -> None:
    """Keep unsaved work, so that it is there after a crash or the next start."""
    studio.library.save_working(repository_id, WorkingState(snapshot_of(project), base_commit_id))


def fork(commit_id: str, name: str, studio: Studio) -> OpenedProject:
    """Make a new project that begins with a commit of any project."""
    return open_project(studio.library.fork(commit_id, name).repository_id, studio)


def add_take(
    name_or_id: str, request: GenerationRequest, engine: str, studio: Studio, progress: Progress
) -> StoredTake:
    """Make a take and put it into a project's unsaved work."""
    take = compose_and_store(request, engine, studio, progress)
    _place(name_or_id, take, studio)
    return take


def add_made_take(
    name_or_id: str, made: Take, request: GenerationRequest, engine: str, studio: Studio, progress: Progress
) -> StoredTake:
    """Keep a take and put it into a project's unsaved work."""
    take = store_take(made, request, engine, studio, progress)
    _place(name_or_id, take, studio)
    return take


def add_file(name_or_id: str, path: Path, studio: Studio, progress: Progress) -> Sound:
    """Import a file, listen to it, and put it on a new track of a project's unsaved work."""
    sound = import_sound(path, studio, Part(progress, 0.0, 0.6))
    analysis = analyse_sound(sound, studio, Part(progress, 0.6, 1.0))
    track = track_of_sound(sound.name, sound.object_id, studio.bank.prepare(sound.object_id))

    def step(project: Project) -> Step:
        if project.tracks:
            return AddTracks((track,))
        return AddTracks((track,), tempo_bpm=analysis.tempo_bpm, key=analysis.key)

    _change(name_or_id, step, studio)
    return sound


def add_split(
    name_or_id: str, path: Path, wish: SplitWish | str, studio: Studio, progress: Progress
) -> StoredSplit:
    """Import a file, split it, and put its stems into a project's unsaved work."""
    sound = import_sound(path, studio, Part(progress, 0.0, 0.3))
    result = split_and_store(sound.object_id, sound.name, wish, studio, Part(progress, 0.3, 1.0))
    _change(name_or_id, lambda _: AddStems(None, tracks_of_split(result)), studio)
    return result


def _place(name_or_id: str, take: StoredTake, studio: Studio) -> None:
    _change(name_or_id, lambda project: place_take(project, take, studio.generators.names), studio)


def _change(name_or_id: str, step_for: Callable[[Project], Step], studio: Studio) -> None:
    opened = open_project(name_or_id, studio)
    project = step_for(opened.project).apply(opened.project)
    save_working(opened.repository.repository_id, project, opened.base_commit_id, studio)

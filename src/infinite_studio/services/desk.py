"""The desk: the open project, where it stands in the history, and its undoable steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from infinite_studio.history.values import BranchInfo, RepositoryInfo
from infinite_studio.project.model import Project
from infinite_studio.project.steps import Step
from infinite_studio.project.undo import UndoStack
from infinite_studio.services.committing import CommitRequest
from infinite_studio.services.projects import OpenedProject


@dataclass(frozen=True)
class Place:
    """Where the work stands in the history."""

    branch: str
    base_commit_id: str | None


class Desk:
    """What is open; plain state without threads, files or Qt."""

    def __init__(self, opened: OpenedProject) -> None:
        self.repository: RepositoryInfo = opened.repository
        self.place = Place(opened.repository.current_branch, opened.base_commit_id)
        self._undo = UndoStack(opened.project)
        self._undo.mark_kept(opened.committed)

    @property
    def project(self) -> Project:
        """The project now."""
        return self._undo.project

    @property
    def undo_stack(self) -> UndoStack:
        """Its undoable steps."""
        return self._undo

    def apply(self, step: Step) -> bool:
        """Make a change and say whether it changed anything."""
        before = self._undo.project
        return self._undo.apply(step) != before

    def amend(self, change: Callable[[Project], Project]) -> None:
        """Correct the project and everything that undo would bring back."""
        self._undo.amend(change)

    def renamed(self, repository: RepositoryInfo) -> None:
        """Take over the project's new name, which is no undoable step."""
        self.repository = repository
        self._undo.amend(lambda project: replace(project, name=repository.name))

    def commit_request(self, message: str) -> CommitRequest:
        """Return the request that keeps the present state."""
        return CommitRequest(
            self.repository.repository_id, self.project, message, self.place.branch, self.place.base_commit_id
        )

    def as_opened(self) -> OpenedProject:
        """Return what is open with the place where it stands, for use cases that need no desk."""
        repository = replace(self.repository, current_branch=self.place.branch)
        return OpenedProject(repository, self.project, self._undo.kept, self.place.base_commit_id)

    def committed(self, kept: Project, place: Place) -> None:
        """Count unsaved steps from the state that was committed; later steps stay unsaved."""
        self._undo.mark_kept(kept)
        self.place = place

    def checked_out(
        self, project: Project, commit_id: str, branches: Sequence[BranchInfo], branch: str
    ) -> None:
        """Stand at a commit: on the wished branch, else on one that ends there, else where the next commit branches off."""
        named = replace(project, name=self.repository.name)
        ends_here = [b.name for b in branches if b.commit_id == commit_id]
        fallback = ends_here[0] if ends_here else self.place.branch
        self.place = Place(branch if branch in ends_here else fallback, commit_id)
        self._undo = UndoStack(named)

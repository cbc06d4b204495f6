"""Undo and redo: a line of project values, and where one stands on it."""

from collections.abc import Callable
from dataclasses import dataclass

from infinite_studio.project.model import Project
from infinite_studio.project.steps import Step

MAX_STEPS = 500


@dataclass(frozen=True)
class _Done:
    label: str
    merge_key: str
    before: Project
    after: Project


class UndoStack:
    """The project now, and the steps that led to it.

    Parameters
    ----------
    project : Project
        The state that counts as kept: zero unsaved steps.

    Notes
    -----
    Projects are frozen values that share their parts, so keeping whole states costs little and
    undo cannot differ from what was before.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._kept = project
        self._done: list[_Done] = []
        self._undone: list[_Done] = []
        self._steps_since_kept = 0

    @property
    def project(self) -> Project:
        """The project now."""
        return self._project

    @property
    def kept(self) -> Project:
        """The state that was committed or checked out last."""
        return self._kept

    @property
    def unsaved_steps(self) -> int:
        """Number of steps away from the kept state; 0 exactly when nothing differs from it."""
        return 0 if self._project == self._kept else max(1, abs(self._steps_since_kept))

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What redo would bring back; empty where there is nothing."""
        return self._undone[-1].label if self._undone else ""

    def apply(self, step: Step) -> Project:
        """Make a change; whatever was undone before is forgotten."""
        before, after = self._project, step.apply(self._project)
        if after == before:
            return before
        last = self._done[-1] if self._done else None
        if last is not None and step.merge_key and last.merge_key == step.merge_key and not self._undone:
            self._done[-1] = _Done(last.label, last.merge_key, last.before, after)
        else:
            self._done.append(_Done(step.label, step.merge_key, before, after))
            self._steps_since_kept += 1
            del self._done[:-MAX_STEPS]
        self._undone.clear()
        self._project = after
        return after

    def undo(self) -> Project:
        """Take the last step back; nothing happens where there is none."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._project = step.before
            self._steps_since_kept -= 1
        return self._project

    def redo(self) -> Project:
        """Bring the last undone step back; nothing happens where there is none."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._project = step.after
            self._steps_since_kept += 1
        return self._project

    def amend(self, change: Callable[[Project], Project]) -> Project:
        """Correct every state on the line at once, outside of undo: a length that was only estimated, say.

        Parameters
        ----------
        change : callable
            Returns the corrected project; must leave projects that it does not concern as they are.
        """
        self._project, self._kept = change(self._project), change(self._kept)
        for line in (self._done, self._undone):
            line[:] = [_Done(d.label, d.merge_key, change(d.before), change(d.after)) for d in line]
        return self._project

    def mark_kept(self, project: Project) -> None:
        """Count from this state on: it was committed or checked out."""
        self._kept = project
        self._steps_since_kept = 0
        self.end_gesture()

    def end_gesture(self) -> None:
        """Let the next step be one of its own, even where it could be merged with the last: the fader was let go."""
        if self._done:
            last = self._done[-1]
            self._done[-1] = _Done(last.label, "", last.before, last.after)

    def object_ids(self) -> frozenset[str]:
        """Return every object that the project plays now, or after any number of undos and redos."""
        steps = (*self._done, *self._undone)
        states = (
            self._project,
            self._kept,
            *(state for step in steps for state in (step.before, step.after)),
        )
        return frozenset(clip.object_id for state in states for _, clip in state.clips())

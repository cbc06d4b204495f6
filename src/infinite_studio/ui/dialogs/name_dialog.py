"""Asking for a name: of a new project, a branch or a fork."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from infinite_studio.errors import StudioError
from infinite_studio.history.names import DuplicateNameError, checked_branch_name, checked_name, name_key
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog, labelled
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.labels import Caption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infinite_studio.services.session import StudioSession


class NameDialog(StudioDialog):
    """One line of text that is checked while it is typed; emits ``named`` with the name that was accepted."""

    named = Signal(str)

    def __init__(
        self,
        title: str,
        button: str,
        check: Callable[[str], str],
        parent: QWidget | None = None,
        *,
        first: str = "",
        note: str = "",
    ) -> None:
        super().__init__(title, parent, confirm=button, width_px=420)
        self._check = check
        self.name = QLineEdit(first)
        self.name.setMinimumHeight(38)
        self.name.setAccessibleName("Name")
        label = QLabel("&Name")
        label.setBuddy(self.name)
        self.problem = InlineProblem()
        self.body.addLayout(labelled(label, self.name, self.problem))
        if note:
            self.body.addWidget(Caption(note, "tertiary"))
        self.body.addStretch(1)
        self.name.textChanged.connect(self._on_edited)
        self._on_edited()
        self.name.setFocus()
        self.name.selectAll()

    @classmethod
    def for_project(cls, session: StudioSession, parent: QWidget | None = None) -> NameDialog:
        """Ask for the name of a new project."""
        taken = [repository.name for repository in session.repositories]
        dialog = cls("New project", "Create", _project_check(taken), parent, first=_free("Untitled", taken))
        dialog.named.connect(session.new_project)
        return dialog

    @classmethod
    def for_rename(cls, session: StudioSession, parent: QWidget | None = None) -> NameDialog:
        """Ask for another name of the open project."""
        own = session.project.name
        taken = [repository.name for repository in session.repositories if repository.name != own]
        dialog = cls("Rename project", "Rename", _project_check(taken), parent, first=own)
        dialog.named.connect(session.rename_project)
        return dialog

    @classmethod
    def for_fork(cls, session: StudioSession, commit_id: str, parent: QWidget | None = None) -> NameDialog:
        """Ask for the name of a project that starts from a commit."""
        taken = [repository.name for repository in session.repositories]
        first = _free(f"{session.project.name} fork", taken)
        note = "A fork is a project of its own that starts from this commit. The original stays as it is."
        dialog = cls("Fork", "Fork", _project_check(taken), parent, first=first, note=note)
        dialog.named.connect(lambda name: session.fork_commit(commit_id, name))
        return dialog

    @classmethod
    def for_branch(cls, session: StudioSession, commit_id: str, parent: QWidget | None = None) -> NameDialog:
        """Ask for the name of a branch at a commit."""
        taken = [branch.name for branch in session.branches]
        note = "A branch is another line of work in the same project."
        dialog = cls("New branch", "Create", _branch_check(taken), parent, note=note)
        dialog.name.setPlaceholderText("slower-drums")
        dialog.named.connect(lambda name: session.create_branch(name, commit_id))
        return dialog

    def confirmed(self) -> None:
        """Hand the name over, or say why it cannot be used."""
        try:
            name = self._check(self.name.text())
        except StudioError as error:
            self.problem.show_problem(str(error), error.hint)
            self.name.setFocus()
            return
        self.named.emit(name)
        self.accept()

    @Slot()
    def _on_edited(self) -> None:
        reason = hint = ""
        try:
            self._check(self.name.text())
        except StudioError as error:
            reason, hint = str(error), error.hint
        self.confirm.set_available(reason, "Return")
        if self.name.text():
            self.problem.show_problem(reason, hint)
        else:
            self.problem.clear()


def _project_check(taken: Iterable[str]) -> Callable[[str], str]:
    keys = {name_key(name) for name in taken}

    def check(text: str) -> str:
        name = checked_name(text)
        if name_key(name) in keys:
            raise DuplicateNameError(name)
        return name

    return check


def _branch_check(taken: Iterable[str]) -> Callable[[str], str]:
    keys = {name_key(name) for name in taken}

    def check(text: str) -> str:
        name = checked_branch_name(text.strip())
        if name_key(name) in keys:
            raise DuplicateNameError(name)
        return name

    return check


def _free(name: str, taken: Iterable[str]) -> str:
    """Return the name, or the first of ``name 2``, ``name 3`` … that nothing has yet."""
    keys = {name_key(other) for other in taken}
    candidate, count = name, 1
    while name_key(candidate) in keys:
        count += 1
        candidate = f"{name} {count}"
    return candidate

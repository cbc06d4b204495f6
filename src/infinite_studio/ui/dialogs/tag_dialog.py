"""Asking for the name of a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from infinite_studio.history.names import DuplicateNameError, checked_branch_name, name_key
from infinite_studio.ui.dialogs.name_dialog import NameDialog

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit
    from infinite_studio.services.session import StudioSession

NOTE = "A tag is a name that stays at this version, such as demo-1."


def tag_dialog(session: StudioSession, commit: Commit, parent: QWidget | None = None) -> NameDialog:
    """Return the dialog that names a commit."""
    taken = {name_key(tag.name) for tag in session.tags}

    def check(text: str) -> str:
        name = checked_branch_name(text.strip())
        if name_key(name) in taken:
            raise DuplicateNameError(name)
        return name

    dialog = NameDialog("Tag", "Tag", check, parent, note=NOTE)
    dialog.name.setPlaceholderText("demo-1")
    dialog.named.connect(lambda name: session.tag_commit(commit.commit_id, name))
    return dialog

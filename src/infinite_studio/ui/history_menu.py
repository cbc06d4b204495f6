"""What can be done with one commit, as a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from infinite_studio.ui.actions import READ_ONLY
from infinite_studio.ui.popups import open_dialog

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit, StemRecord
    from infinite_studio.services.session import StudioSession

YOU_ARE_HERE = "You are here."
NO_SOUND = "This version has no sound."
NOT_HERE = "Go somewhere else first: this is the version you are on."
NO_BASE = "Commit the present state first."
ONLY_ONE = "There is no other version yet."


class CommitActions:
    """The things a person can do with commits; each begins where it is chosen and ends in the session."""

    def __init__(self, session: StudioSession, panel: QWidget, compare: Callable[[str, str], object]) -> None:
        self._session = session
        self._panel = panel
        self._compare = compare

    def menu(self, commit: Commit) -> QMenu:
        """Return the menu of a commit."""
        session, menu = self._session, QMenu(self._panel)
        menu.setToolTipsVisible(True)
        here = commit.commit_id == session.base_commit_id
        writes = READ_ONLY if session.is_read_only else ""
        stays = YOU_ARE_HERE if here and not session.unsaved_steps else ""
        add = partial(_add, menu)
        add("Check out", partial(session.checkout, commit.commit_id), stays)
        add(self._hear_text(commit), partial(self.hear, commit), "" if commit.mixdown_object_id else NO_SOUND)
        menu.addSeparator()
        add("Compare with current", partial(self.compare_with_current, commit), self._why_alone(commit))
        add("Compare with…", partial(self.choose_other, commit), "" if len(session.commits) > 1 else ONLY_ONE)
        menu.addSeparator()
        away = writes or (NOT_HERE if here else "" if session.base_commit_id else NO_BASE)
        no_stems = away or ("" if commit.stems else NO_SOUND)
        add("Cherry-pick stems…", partial(self.cherry_pick, commit), no_stems)
        add("Merge into current…", partial(self.merge, commit), away)
        menu.addSeparator()
        add("New branch here…", partial(self.ask_branch, commit), writes)
        add("Tag…", partial(self.ask_tag, commit), writes)
        self._add_names(menu, commit, writes)
        add("Fork into a new project…", partial(self.ask_fork, commit), writes)
        menu.addSeparator()
        add("Export bundle of this version…", partial(self.export_bundle, commit))
        return menu

    def stem_menu(self, commit: Commit, stem: StemRecord) -> QMenu:
        """Return the menu of one stem of a commit."""
        session, menu = self._session, QMenu(self._panel)
        menu.setToolTipsVisible(True)
        writes = READ_ONLY if session.is_read_only else ""
        heard = session.auditioned_object_id == stem.object_id
        _add(menu, "Stop" if heard else f"Hear {stem.name}", partial(session.audition, stem.object_id))
        place = partial(
            session.place_stem_of_commit, commit.commit_id, stem.name, session.playhead_frame, None
        )
        _add(menu, "Place at playhead", place)
        here = commit.commit_id == session.base_commit_id
        away = writes or (NOT_HERE if here else "" if session.base_commit_id else NO_BASE)
        _add(menu, "Cherry-pick…", partial(self.cherry_pick, commit, (stem.name,)), away)
        return menu

    def hear(self, commit: Commit) -> None:
        """Play the mixdown of a commit, or stop it."""
        self._session.audition_commit(commit.commit_id)

    def compare_with_current(self, commit: Commit) -> None:
        """Compare a commit with the checked-out one; that one with what it was made from."""
        other = self.other_for(commit)
        if other is not None:
            self._compare(*other)

    def other_for(self, commit: Commit | None) -> tuple[str, str] | None:
        """Return before and after of the comparison that is meant by a commit, or None where there is none."""
        session = self._session
        here = session.base_commit_id
        if commit is not None and here is not None and commit.commit_id != here:
            return commit.commit_id, here
        at = commit or next((c for c in session.commits if c.commit_id == here), None)
        if at is None or not at.parent_ids:
            return None
        return at.parent_ids[0], at.commit_id

    def choose_other(self, commit: Commit) -> None:
        """Ask which other version to compare with."""
        from infinite_studio.ui.history_list import ago_text
        from infinite_studio.ui.palette import Command, CommandPalette

        session = self._session
        lines = [
            Command(
                other.message or "No message",
                ago_text(other.created),
                partial(self._compare, commit.commit_id, other.commit_id),
            )
            for other in session.commits
            if other.commit_id != commit.commit_id
        ]
        palette = CommandPalette(
            self._panel.window(), lines, f"Compare “{commit.message}” with which version?"
        )
        palette.open()

    def cherry_pick(self, commit: Commit, chosen: tuple[str, ...] = ()) -> None:
        """Ask which stems to take."""
        from infinite_studio.ui.dialogs.cherry_pick_dialog import CherryPickDialog

        open_dialog(CherryPickDialog(self._session, commit, self._panel.window(), chosen=chosen))

    def merge(self, commit: Commit) -> None:
        """Ask how to bring a version into this one."""
        from infinite_studio.ui.dialogs.merge_dialog import MergeDialog

        open_dialog(MergeDialog(self._session, commit, self._panel.window()))

    def ask_branch(self, commit: Commit) -> None:
        """Ask for the name of a branch."""
        from infinite_studio.ui.dialogs.name_dialog import NameDialog

        open_dialog(NameDialog.for_branch(self._session, commit.commit_id, self._panel.window()))

    def ask_tag(self, commit: Commit) -> None:
        """Ask for the name of a tag."""
        from infinite_studio.ui.dialogs.tag_dialog import tag_dialog

        open_dialog(tag_dialog(self._session, commit, self._panel.window()))

    def ask_fork(self, commit: Commit) -> None:
        """Ask for the name of a project that begins here."""
        from infinite_studio.ui.dialogs.name_dialog import NameDialog

        open_dialog(NameDialog.for_fork(self._session, commit.commit_id, self._panel.window()))

    def export_bundle(self, commit: Commit | None = None) -> None:
        """Ask what goes into a bundle, at first only this commit, and where to write it."""
        from infinite_studio.ui.history_bundles import ask_export

        ask_export(self._session, self._panel.window(), commit)

    def _hear_text(self, commit: Commit) -> str:
        heard = self._session.auditioned_object_id
        return "Stop" if heard is not None and heard == commit.mixdown_object_id else "Audition"

    def _why_alone(self, commit: Commit) -> str:
        return "" if self.other_for(commit) is not None else ONLY_ONE

    def _add_names(self, menu: QMenu, commit: Commit, writes: str) -> None:
        """Offer to switch to branches that end here and to take tags away again."""
        session = self._session
        for branch in session.branches:
            if branch.commit_id == commit.commit_id and branch.name != session.branch:
                _add(menu, f"Switch to branch {branch.name}", partial(session.switch_branch, branch.name))
        for tag in session.tags:
            if tag.commit_id == commit.commit_id:
                _add(menu, f"Remove tag {tag.name}", partial(session.delete_tag, tag.name), writes)


def _add(menu: QMenu, text: str, run: Callable[[], object], reason: str = "") -> QAction:
    action = menu.addAction(text.replace("&", "&&"))
    action.triggered.connect(lambda _checked=False: run())
    action.setEnabled(not reason)
    action.setToolTip(reason)
    return action

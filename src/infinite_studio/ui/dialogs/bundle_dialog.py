"""What goes into a bundle: everything, or only the sounds of a range of versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from infinite_studio.services.sharing import BundleRange
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog
from infinite_studio.ui.history_list import ago_text
from infinite_studio.ui.kit.fields import ComboField
from infinite_studio.ui.kit.labels import Caption

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit
    from infinite_studio.services.session import StudioSession

BEGINNING = "The beginning"
ALL = "Every version goes with all its sounds."
ALL_UP_TO = "Everything that led to this version goes with all its sounds."
UNSAVED = "Unsaved work does not go with it: commit first to share that too."
REST_IS_NAMED = "What {they} grew from is only named: it is listed, and heard once its sounds are there too."


class BundleDialog(StudioDialog):
    """Emits ``chosen`` with the range, or with None for everything; where the file goes is asked next."""

    chosen = Signal(object)

    def __init__(
        self, session: StudioSession, parent: QWidget | None = None, commit: Commit | None = None
    ) -> None:
        super().__init__("Export bundle", parent, confirm="Choose file…", width_px=460)
        listed = session.commits if commit is None else _with(session.commits, commit)
        self._commits: dict[str, Commit] = {each.commit_id: each for each in listed}
        self.what = ChoiceRow("What goes in", (("Everything", False), ("Some versions", True)))
        self.first, self.last = ComboField("From"), ComboField("To")
        self.note = Caption()
        self.unsaved = Caption(UNSAVED, "attention")
        self.unsaved.setVisible(session.unsaved_steps > 0)
        for widget in (self.what, self.first, self.last, self.note, self.unsaved):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.last.set_options([(_line(each), each.commit_id) for each in listed])
        self.last.choose(session.base_commit_id if commit is None else commit.commit_id)
        self._offer_firsts()
        self.what.chosen.connect(self._on_edited)
        self.first.chosen.connect(self._on_edited)
        self.last.chosen.connect(self._on_last)
        if commit is not None:
            self.what.choose(True)  # noqa: FBT003
            self.first.choose(commit.commit_id)
        self._on_edited()

    @property
    def wanted(self) -> BundleRange | None:
        """What the fields say; None for everything."""
        last = self.last.value()
        if not self.what.value() or last is None:
            return None
        first = self.first.value()
        return BundleRange(None if first is None else str(first), str(last))

    def confirmed(self) -> None:
        """Hand the range over."""
        chosen = self.wanted
        self.accept()
        self.chosen.emit(chosen)

    @Slot()
    def _on_last(self, _value: object = None) -> None:
        self._offer_firsts()
        self._on_edited()

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        chosen = self.wanted
        for field in (self.first, self.last):
            field.setVisible(chosen is not None)
        self.note.setText(self._note(chosen))

    def _offer_firsts(self) -> None:
        """Offer the beginning and whatever the last version grew from."""
        grown = _grown(self._commits, str(self.last.value()))
        lines: list[tuple[str, object]] = [
            (_line(each), commit_id) for commit_id, each in self._commits.items() if commit_id in grown
        ]
        self.first.set_options([(BEGINNING, None), *lines])

    def _note(self, chosen: BundleRange | None) -> str:
        if chosen is None:
            return ALL
        if chosen.first_commit_id is None:
            return ALL_UP_TO
        grown = _grown(self._commits, chosen.last_commit_id)
        before = _grown(self._commits, chosen.first_commit_id) - {chosen.first_commit_id}
        n = len(grown - before)
        they = "it" if n == 1 else "they"
        heard = "1 version goes with all its sounds" if n == 1 else f"{n} versions go with all their sounds"
        return f"{heard}. {REST_IS_NAMED.format(they=they)}"


def _with(commits: Iterable[Commit], commit: Commit) -> tuple[Commit, ...]:
    """Return the commits, newest first, with one that may be older than all of them."""
    found = {each.commit_id: each for each in commits} | {commit.commit_id: commit}
    return tuple(sorted(found.values(), key=lambda each: each.created, reverse=True))


def _grown(commits: Mapping[str, Commit], commit_id: str) -> set[str]:
    """Return what a commit grew from, itself included, as far as the list knows."""
    found: set[str] = set()
    waiting = [commit_id]
    while waiting:
        each = commits.get(waiting.pop())
        if each is not None and each.commit_id not in found:
            found.add(each.commit_id)
            waiting += each.parent_ids
    return found


def _line(commit: Commit) -> str:
    return f"{commit.message.split(chr(10), 1)[0] or 'No message'} · {ago_text(commit.created)}"

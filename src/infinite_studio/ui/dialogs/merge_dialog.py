"""Merge: bring another version into this one; what both changed is a choice to hear, never decided here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QWidget

from infinite_studio.project.merging import Side
from infinite_studio.ui.commit_words import contents_text
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog
from infinite_studio.ui.hear_button import HearButton
from infinite_studio.ui.history_list import ago_text
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.surfaces import Card, ProgressLine, ScrollColumn
from infinite_studio.ui.stem_row import StemRow

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit
    from infinite_studio.project.merging import Conflict
    from infinite_studio.services.merging import Conflicts
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

HOW = "A stem that only one version changed is taken from that version. Where both changed the same, you choose by ear."
KEEPS = "Your present work is committed first; both versions stay in the history."
MOST_ROWS_PX = 420
_LABELS = {Side.OURS: "Yours", Side.THEIRS: "Theirs", Side.BOTH: "Both"}


class ConflictCard(Card):
    """One conflict: each side with its sound and its words; nothing is chosen until a person does."""

    chosen = Signal()
    heard = Signal(str)

    def __init__(self, conflict: Conflict, conflicts: Conflicts) -> None:
        super().__init__()
        self.conflict = conflict
        self.body.setSpacing(6)
        self._group = QButtonGroup(self)
        self.options: dict[Side, QRadioButton] = {}
        self.buttons: list[HearButton] = []
        track = conflict.ours or conflict.theirs or conflict.base
        name: QWidget = (
            StemRow(conflict.name, track.stem_type) if track is not None else _strong(conflict.name)
        )
        self.body.addWidget(name)
        self._add(Side.OURS, conflict.ours_text, conflicts.heard.get((conflict.choice_id, Side.OURS)))
        self._add(Side.THEIRS, conflict.theirs_text, conflicts.heard.get((conflict.choice_id, Side.THEIRS)))
        if conflict.ours is not None and conflict.theirs is not None:
            self._add(Side.BOTH, "one below the other", None)
        self._group.buttonToggled.connect(self._on_toggled)

    @property
    def side(self) -> Side | None:
        """What was chosen."""
        return next((side for side, option in self.options.items() if option.isChecked()), None)

    def choose(self, side: Side) -> None:
        """Choose a side."""
        self.options[side].setChecked(True)

    def set_heard(self, object_id: str | None) -> None:
        """Mark what is heard now."""
        for button in self.buttons:
            button.set_heard(object_id)

    def _add(self, side: Side, text: str, object_id: str | None) -> None:
        label = _LABELS[side]
        option = QRadioButton(label)
        option.setAccessibleName(f"{self.conflict.name}: {label}, {text}")
        option.setMinimumWidth(84)
        self._group.addButton(option)
        self.options[side] = option
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(option)
        row.addWidget(ElidedLabel(text, token="text_secondary", caption=True), 1)
        if object_id is not None:
            button = HearButton("Hear", object_id, f"{label.lower()} {self.conflict.name}")
            button.clicked.connect(partial(self._on_hear, object_id))
            self.buttons.append(button)
            row.addWidget(button)
        self.body.addLayout(row)

    def _on_toggled(self) -> None:
        self.setProperty("decided", self.side is not None)
        self.chosen.emit()

    def _on_hear(self, object_id: str, _checked: bool = False) -> None:
        self.heard.emit(object_id)


class MergeDialog(StudioDialog):
    """Says what a merge does, runs it, and asks only where both versions changed the same."""

    def __init__(self, session: StudioSession, commit: Commit, parent: QWidget | None = None) -> None:
        super().__init__("Merge", parent, confirm="Merge", width_px=540)
        self._session = session
        self._commit = commit
        self._follower = JobFollower(session.jobs, self)
        self.cards: list[ConflictCard] = []
        self.explanation = Caption(HOW)
        self.problem = InlineProblem()
        self.stage = Caption()
        self.progress = ProgressLine(height_px=6)
        self._column = ScrollColumn()
        self._column.body.setSpacing(8)
        self._lay_out()
        session.changed.connect(self._on_changed)
        self._follower.changed.connect(self._on_progress)
        self._follower.finished.connect(self._on_finished)
        self._refresh()

    @property
    def choices(self) -> dict[str, Side]:
        """What was chosen, by the conflicts' ids."""
        chosen = ((card.conflict.choice_id, card.side) for card in self.cards)
        return {choice_id: side for choice_id, side in chosen if side is not None}

    def confirmed(self) -> None:
        """Merge, with the choices made so far."""
        if self._follower.is_running or self._undecided():
            return
        self.problem.clear()
        job_id = self._session.merge(self._commit.commit_id, self.choices)
        if job_id is not None:
            self._follower.follow((job_id,))

    def reject(self) -> None:
        """Leave without merging; work that runs is cancelled first."""
        if self._follower.is_running:
            self._follower.cancel()
            return
        if self._session.pending_merge is not None:
            self._session.dismiss_merge()
        super().reject()

    def done(self, result: int) -> None:
        """Stop what is heard from here when the dialog goes."""
        if any(button.is_heard for card in self.cards for button in card.buttons):
            self._session.stop()
        super().done(result)

    def _lay_out(self) -> None:
        session, commit = self._session, self._commit
        message = commit.message.split("\n", 1)[0]
        self.body.addWidget(ElidedLabel(f"“{message}” into {session.branch}", weight=QFont.Weight.Medium))
        facts = f"{contents_text(commit)} · {ago_text(commit.created)} · {commit.author.name}"
        self.body.addWidget(ElidedLabel(facts, token="text_secondary", caption=True))
        self.body.addWidget(self.explanation)
        self.body.addWidget(self._column, 1)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.stage)
        self.body.addWidget(self.progress)
        self.body.addWidget(Caption(KEEPS, "tertiary"))
        self._column.hide()
        self.stage.hide()
        self.progress.hide()

    def _undecided(self) -> str:
        """Name the first conflict that nobody has chosen for; empty where there is none."""
        return next((card.conflict.name for card in self.cards if card.side is None), "")

    def _refresh(self) -> None:
        undecided = self._undecided()
        self.confirm.set_available(f"Choose for {undecided} first." if undecided else "", "Return")
        for card in self.cards:
            card.set_heard(self._session.auditioned_object_id)

    def _show_conflicts(self, conflicts: Conflicts) -> None:
        kept = self.choices
        while (item := self._column.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.cards = [ConflictCard(conflict, conflicts) for conflict in conflicts.conflicts]
        for card in self.cards:
            self._column.body.addWidget(card)
            card.heard.connect(self._on_heard)
            card.chosen.connect(self._refresh)
            if card.conflict.choice_id in kept:
                card.choose(kept[card.conflict.choice_id])
        self._column.body.addStretch(1)
        n = len(self.cards)
        self.explanation.setText(
            f"Both versions changed {'this' if n == 1 else f'these {n}'}. Listen, then choose what to keep."
        )
        wanted = sum(card.sizeHint().height() + 8 for card in self.cards)
        self._column.setMinimumHeight(min(wanted, MOST_ROWS_PX))
        self._column.show()
        self._refresh()
        self.adjustSize()

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.takes or changes.sounds:
            self._refresh()

    def _on_heard(self, object_id: str) -> None:
        self._session.audition(object_id)

    @Slot()
    def _on_progress(self) -> None:
        current = self._follower.current
        was_working = not self.progress.isHidden()
        for widget in (self.stage, self.progress):
            widget.setVisible(current is not None)
        if was_working is not (current is not None):
            self.adjustSize()
        self._column.setEnabled(current is None)
        if current is not None:
            self.confirm.set_available("The versions are being merged.")
            self.stage.setText(current.stage or current.title)
            self.progress.set_fraction(self._follower.fraction)

    @Slot()
    def _on_finished(self) -> None:
        # The session learns of the outcome only after everyone who follows the job has.
        QTimer.singleShot(0, self._settle)

    @Slot()
    def _settle(self) -> None:
        failed, was_cancelled = self._follower.failure, self._follower.was_cancelled
        self._follower.forget()
        pending = self._session.pending_merge
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)
        elif pending is not None:
            self._show_conflicts(pending)
        elif not was_cancelled:
            self.accept()
            return
        self._refresh()


def _strong(text: str) -> QLabel:
    label = QLabel(text[:1].upper() + text[1:])
    label.setProperty("kind", "strong")
    return label

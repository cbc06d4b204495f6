"""Cherry-pick: which stems to take from another version, how they come, and both sides to hear first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.commit_words import contents_text
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog
from infinite_studio.ui.hear_button import HearButton
from infinite_studio.ui.history_list import ago_text
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.surfaces import Card, ScrollColumn
from infinite_studio.ui.kit.time_text import tempo_text
from infinite_studio.ui.stem_row import StemRow
from infinite_studio.ui.toggle_switch import ToggleSwitch

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit, StemRecord
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

NOTHING_CHOSEN = "Choose at least one stem."
KEEPS = "Your present work is committed first, so nothing that a stem replaces is lost."
MOST_ROWS_PX = 320
SAME_TEMPO_BPM = 0.05


class StemPickRow(Card):
    """One stem to take or leave, with its sound and that of the track it would stand in for."""

    def __init__(self, stem: StemRecord, own_object_id: str | None, session: StudioSession) -> None:
        super().__init__()
        self.stem = stem
        self.check = QCheckBox()
        self.check.setAccessibleName(f"Take {stem.name}")
        self.buttons = [HearButton("Theirs", stem.object_id, f"{stem.name} of that version")]
        if own_object_id is not None:
            self.buttons.append(HearButton("Yours", own_object_id, f"your {stem.name}"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.check)
        row.addWidget(StemRow(stem.name, stem.stem_type), 1)
        for button in self.buttons:
            row.addWidget(button)
            button.clicked.connect(partial(_hear, session, button.object_id or ""))
        self.body.addLayout(row)

    def set_heard(self, object_id: str | None) -> None:
        """Mark what is heard now."""
        for button in self.buttons:
            button.set_heard(object_id)


class CherryPickDialog(StudioDialog):
    """Nothing is chosen beforehand; stretching happens only where it is asked for."""

    def __init__(
        self,
        session: StudioSession,
        commit: Commit,
        parent: QWidget | None = None,
        *,
        chosen: tuple[str, ...] = (),
    ) -> None:
        super().__init__("Cherry-pick stems", parent, confirm="Take stems", width_px=500)
        self._session = session
        self._commit = commit
        self._follower = JobFollower(session.jobs, self)
        own = _own_stems(session)
        self.rows = [StemPickRow(stem, own.get(stem.name), session) for stem in commit.stems]
        self.how = ChoiceRow("How they come", (("In place of mine", False), ("Beside mine", True)))
        self.stretch = ToggleSwitch(self._stretch_text())
        self.problem = InlineProblem()
        self._lay_out()
        for row in self.rows:
            row.check.setChecked(row.stem.name in chosen)
            row.check.toggled.connect(self._on_toggled)
        session.changed.connect(self._on_changed)
        self._follower.finished.connect(self._on_finished)
        self._on_toggled()
        self._show_heard()
        if self.rows:
            self.rows[0].check.setFocus()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of the stems to take."""
        return tuple(row.stem.name for row in self.rows if row.check.isChecked())

    def confirmed(self) -> None:
        """Take the stems."""
        if not self.chosen or self._follower.is_running:
            return
        self.problem.clear()
        stretch = self.stretch.isVisibleTo(self) and self.stretch.isChecked()
        job_id = self._session.cherry_pick(
            self._commit.commit_id, self.chosen, stretch, beside=bool(self.how.value())
        )
        if job_id is not None:
            self._follower.follow((job_id,))
            self.confirm.set_available("The stems are being taken.")

    def reject(self) -> None:
        """Leave; work that runs is cancelled first."""
        if self._follower.is_running:
            self._follower.cancel()
            return
        super().reject()

    def done(self, result: int) -> None:
        """Stop what is heard from here when the dialog goes."""
        if any(button.is_heard for row in self.rows for button in row.buttons):
            self._session.stop()
        super().done(result)

    def _lay_out(self) -> None:
        commit = self._commit
        self.body.addWidget(ElidedLabel(f"From “{commit.message.split(chr(10), 1)[0]}”"))
        facts = f"{contents_text(commit)} · {ago_text(commit.created)} · {commit.author.name}"
        self.body.addWidget(ElidedLabel(facts, token="text_secondary", caption=True))
        column = ScrollColumn()
        column.body.setSpacing(8)
        for row in self.rows:
            column.body.addWidget(row)
        column.body.addStretch(1)
        wanted = sum(row.sizeHint().height() + 8 for row in self.rows)
        column.setMinimumHeight(min(wanted, MOST_ROWS_PX))
        self.body.addWidget(column, 1)
        self.body.addWidget(self.how)
        self.body.addWidget(self.stretch)
        self.stretch.setVisible(self._tempo_differs())
        self.body.addWidget(Caption(KEEPS, "tertiary"))
        self.body.addWidget(self.problem)

    def _tempo_differs(self) -> bool:
        tempo = self._commit.tempo_bpm
        return tempo is not None and abs(tempo - self._session.project.tempo_bpm) > SAME_TEMPO_BPM

    def _stretch_text(self) -> str:
        theirs = tempo_text(self._commit.tempo_bpm or 0.0).removesuffix(" BPM")
        return f"Stretch them from {theirs} to {tempo_text(self._session.project.tempo_bpm)}"

    def _show_heard(self) -> None:
        for row in self.rows:
            row.set_heard(self._session.auditioned_object_id)

    @Slot()
    def _on_toggled(self, _checked: object = None) -> None:
        n = len(self.chosen)
        self.confirm.setText("Take stems" if n == 0 else "Take 1 stem" if n == 1 else f"Take {n} stems")
        self.confirm.set_available("" if n else NOTHING_CHOSEN, "Return")

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.takes or changes.sounds:
            self._show_heard()

    @Slot()
    def _on_finished(self) -> None:
        failed, was_cancelled = self._follower.failure, self._follower.was_cancelled
        self._follower.forget()
        if failed is None and not was_cancelled:
            self.accept()
            return
        self._on_toggled()
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)


def _own_stems(session: StudioSession) -> dict[str, str]:
    """Return the stems of the version one is on, by name."""
    base = session.commit_of(session.base_commit_id) if session.base_commit_id else None
    return {} if base is None else {stem.name: stem.object_id for stem in base.stems}


def _hear(session: StudioSession, object_id: str, _checked: bool = False) -> None:
    session.audition(object_id)

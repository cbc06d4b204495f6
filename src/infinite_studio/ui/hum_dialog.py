"""The window in which a tune is hummed, corrected, heard and handed to the lead of the next take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from infinite_studio.audio.files import safe_filename
from infinite_studio.services.humming_state import HumPhase, HumSound
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog
from infinite_studio.ui.hum_record_row import HumRecordRow
from infinite_studio.ui.hum_roll import HumRoll
from infinite_studio.ui.hum_tools import HumEditRow, HumWriteRow
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.surfaces import EmptyState
from infinite_studio.ui.timeline.drops import dropped_paths
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

EMPTY_SENTENCE = "Hum, sing or whistle a tune."
EMPTY_HINT = "Press R to record, or drop a recording here. Its notes appear as soon as it was listened to."
RECORDING_HINT = "Press R or Escape when the tune is over."
LISTENING_SENTENCE = "Listening for the notes…"
NO_NOTES = "There are no notes yet: record or open a hum first."
HEARD_MS = 33
_SIZE = (820, 620)


class HumDialog(StudioDialog):
    """Stays open beside the studio; ``used`` says that the melody was handed over."""

    used = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__("Hum a melody", parent, confirm="Use as melody", leave="Close", width_px=560)
        self._session = session
        self._follower = JobFollower(session.jobs, self)
        self.setModal(False)
        self.setAcceptDrops(True)
        self.record = HumRecordRow(session)
        self.roll = HumRoll()
        self.edit = HumEditRow(session, self.roll)
        self.write = HumWriteRow(session)
        self.empty = EmptyState(IconName.MUSIC, EMPTY_SENTENCE, EMPTY_HINT, "Open the interrupted recording")
        self.work = WorkButton("Listen", self._follower)
        self.problem = InlineProblem()
        self.remarks = Caption("", "attention")
        self.save = QuietButton("Save as MIDI…")
        self.clear = QuietButton("Start over")
        self._heard = QTimer(self)
        self._heard.setInterval(HEARD_MS)
        self._lay_out()
        self._connect()
        self.resize(*_SIZE)
        self.record.record.setFocus()
        session.look_for_interrupted_hums()
        self._refresh()
        QTimer.singleShot(0, self.record.look_for_inputs)

    def begin(self) -> None:
        """Record at once, as the key R asks for."""
        if not self.record.is_active:
            self.record.toggle()

    def load(self, path: Path) -> None:
        """Listen to a file."""
        self._session.load_hum(path)

    def confirmed(self) -> None:
        """Let the lead of the next take play the notes."""
        self._session.use_hum()
        self.used.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome a recording."""
        if dropped_paths(event.mimeData()) and not self._session.hum.is_busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.load(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """End a recording, which is kept, and fall silent."""
        self._leave()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape stops a recording first, and closes the window otherwise."""
        if self.record.is_active:
            self._session.stop_hum()
            return
        self._leave()
        super().reject()

    def _leave(self) -> None:
        self._heard.stop()
        self._session.stop_hum()
        if self._session.hum.heard is not None:
            self._session.play_hum(self._session.hum.heard)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.edit)
        column.addWidget(self.roll, 1)
        column.addWidget(self.write)
        self._middle = middle
        self._stack.addWidget(middle)
        for widget in (self.record, self.problem, self.work, self.remarks):
            self.body.addWidget(widget)
        self.body.addWidget(self._stack, 1)
        self.add_button(self.save)
        self.add_button(self.clear)

    def _connect(self) -> None:
        session = self._session
        session.changed.connect(self._on_changed)
        self.record.load_requested.connect(self._on_load)
        self.roll.edited.connect(session.edit_hum)
        self.save.clicked.connect(self._on_save)
        self.clear.clicked.connect(session.clear_hum)
        self.empty.pressed.connect(session.recover_hum)
        self._heard.timeout.connect(self._on_heard)
        for keys, action in (
            ("R", self.record.toggle),
            ("Space", self._on_space),
            ("Ctrl+Z", session.undo_hum),
            ("Ctrl+Shift+Z", session.redo_hum),
            ("Ctrl+Y", session.redo_hum),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.hum or changes.repositories:
            self._refresh()

    def _refresh(self) -> None:
        state = self._session.hum
        self.record.show_state(state)
        if state.phase is HumPhase.WORKING and state.job_id is not None and not self._follower.is_running:
            self._follower.follow((state.job_id,))
        self.work.setVisible(state.phase is HumPhase.WORKING)
        problem = state.problem
        self.problem.show_problem(problem.sentence if problem else "", problem.hint if problem else "")
        self.remarks.setText(" ".join(state.remarks))
        self.remarks.setVisible(bool(state.remarks))
        self._show_empty(state.phase)
        self._stack.setCurrentIndex(0 if state.hum is None else 1)
        self._middle.setEnabled(not state.is_busy)
        if self.empty.button is not None:
            self.empty.button.setVisible(bool(state.interrupted) and not state.is_busy)
        self.roll.show_state(state)
        self.edit.show_state(state)
        self.write.show_state(state)
        reason = "" if state.notes and not state.is_busy else NO_NOTES
        self.confirm.set_available(reason, "Let the lead of the next take play these notes")
        self.save.set_available(reason, "Write the notes as a MIDI file")
        self.clear.set_available("" if state.hum is not None and not state.is_busy else NO_NOTES)
        if state.heard is not None and not self._heard.isActive():
            self._heard.start()

    def _show_empty(self, phase: HumPhase) -> None:
        """Say what to do before, during and after a recording."""
        if self.record.is_active:
            self.empty.set_texts(EMPTY_SENTENCE, RECORDING_HINT)
        elif phase is HumPhase.WORKING:
            self.empty.set_texts(LISTENING_SENTENCE)
        else:
            self.empty.set_texts(EMPTY_SENTENCE, EMPTY_HINT)

    @Slot()
    def _on_heard(self) -> None:
        self.roll.show_heard(self._session.hum_seconds)
        if self._session.hum.heard is None:
            self._heard.stop()

    @Slot()
    def _on_space(self) -> None:
        state = self._session.hum
        if state.hum is not None and not state.is_busy:
            self._session.play_hum(state.heard or HumSound.BOTH)

    @Slot(str)
    def _on_load(self, path: str) -> None:
        self.load(Path(path))

    @Slot()
    def _on_save(self) -> None:
        hum = self._session.hum.hum
        name = safe_filename(hum.label if hum is not None else "hum", ".mid")
        path, _filter = QFileDialog.getSaveFileName(self, "Save as MIDI", name, "MIDI files (*.mid)")
        if path:
            chosen = Path(path)
            self._session.save_hum(chosen if chosen.suffix else chosen.with_suffix(".mid"))

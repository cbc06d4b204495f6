"""The models: which there are, which are here, and how they come and go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from infinite_studio.ui import models_words as words
from infinite_studio.ui.dialogs.open_folder import open_folder
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption, ElidedLabel, SectionLabel
from infinite_studio.ui.kit.surfaces import EmptyState, ProgressLine, ScrollColumn
from infinite_studio.ui.models_row import ModelRow
from infinite_studio.weights.catalogue import CATALOGUE, WeightsUse
from infinite_studio.weights.status import WeightsStatus

if TYPE_CHECKING:
    from infinite_studio.jobs.job import JobView
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

MOVING = ""
"""The name under which the session's work on the whole folder runs."""


class ModelsDialog(StudioDialog):
    """A list that stays true while downloads run; closing it stops none of them."""

    def __init__(
        self,
        session: StudioSession,
        parent: QWidget | None = None,
        *,
        show_folder: Callable[[Path], bool] = open_folder,
    ) -> None:
        super().__init__("Models", parent, leave="Done", width_px=760)
        self._session = session
        self._show_folder = show_folder
        self.rows: dict[str, ModelRow] = {}
        self.folder = ElidedLabel(token="text_secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.room = Caption(tone="tertiary")
        self.room.setWordWrap(False)
        self.open_button = QuietButton("Open folder")
        self.move_button = QuietButton("Move folder…")
        self.moving = Caption()
        self.moving_line = ProgressLine()
        self.cancel_button = QuietButton("Cancel")
        self.problem = InlineProblem()
        self.removed = Caption()
        self.undo_button = QuietButton("Undo", IconName.UNDO)
        self.column = ScrollColumn()
        self.empty = EmptyState(IconName.DROP, words.NOT_OPEN)
        self._lay_out()
        self._connect()
        self.refresh()
        self.leave.setFocus()

    def lead_to(self, name: str) -> None:
        """Show one model and put the focus where it can be downloaded."""
        # The rows have no place before the dialog is laid out.
        QTimer.singleShot(0, self, lambda: self._lead(name))

    def refresh(self) -> None:
        """Show every model as it stands now."""
        session = self._session
        statuses = session.weights()
        self._place_rows(statuses)
        free_bytes = session.weights_free_bytes()
        views = {view.job_id: view for view in session.jobs.views()}
        moving = views.get(session.weights_job(MOVING) or 0)
        busy = words.WORKING if moving is not None and not moving.state.is_finished else ""
        for status in statuses:
            name = status.entry.name
            row = self.rows[name]
            no_room = words.no_room_text(status.missing_bytes, free_bytes)
            row.show_status(status, session.verified_weights(name), no_room, busy)
            row.show_job(views.get(session.weights_job(name) or 0))
        self._show_folder_facts(statuses, free_bytes, busy)
        self._show_moving(moving)
        removed = CATALOGUE.get(session.removed_weights)
        self.removed.setText(words.removed_text(removed) if removed else "")
        for widget in (self.removed, self.undo_button):
            widget.setVisible(removed is not None)

    # --- building --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.body.addWidget(Caption(words.INTRODUCTION))
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.folder, 1)
        for widget in (self.room, self.open_button, self.move_button):
            place.addWidget(widget)
        self.body.addLayout(place)
        self.body.addLayout(_line(self.moving, self.cancel_button))
        self.body.addWidget(self.moving_line)
        self.body.addWidget(self.problem)
        self.column.setMinimumHeight(280)
        self.column.body.setContentsMargins(0, 0, 8, 0)
        self.column.body.setSpacing(8)
        self.column.body.addStretch(1)
        self.body.addWidget(self.column, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addLayout(_line(self.removed, self.undo_button))
        self.resize(760, 640)

    def _connect(self) -> None:
        session = self._session
        self.open_button.clicked.connect(self._on_open_folder)
        self.move_button.clicked.connect(self._on_move)
        self.cancel_button.clicked.connect(self._on_cancel_moving)
        self.undo_button.clicked.connect(self._on_undo)
        session.changed.connect(self._on_changed)
        session.jobs.changed.connect(self._on_job_changed)

    def _place_rows(self, statuses: tuple[WeightsStatus, ...]) -> None:
        self.empty.setVisible(not statuses)
        self.column.setVisible(bool(statuses))
        if self.rows or not statuses:
            return
        column = self.column.body
        for use in WeightsUse:
            column.insertWidget(column.count() - 1, SectionLabel(use.value))
            for status in statuses:
                if status.entry.use is use:
                    row = self._row_for(status)
                    column.insertWidget(column.count() - 1, row)

    def _row_for(self, status: WeightsStatus) -> ModelRow:
        row = self.rows[status.entry.name] = ModelRow(status)
        row.download_pressed.connect(self._session.download_weights)
        row.verify_pressed.connect(self._session.verify_weights)
        row.remove_pressed.connect(self._session.remove_weights)
        row.cancel_pressed.connect(self._on_cancel)
        return row

    # --- showing ---------------------------------------------------------------------------------

    def _show_folder_facts(self, statuses: tuple[WeightsStatus, ...], free_bytes: int, busy: str) -> None:
        folder = self._session.weights_folder
        used_bytes = sum(status.size_bytes for status in statuses if not status.state.is_elsewhere)
        self.folder.set_text(str(folder))
        self.room.setText(words.room_text(used_bytes, free_bytes))
        self.open_button.set_available("" if folder.is_dir() else words.NOT_YET)
        works = any(self._session.weights_job(name) is not None for name in self.rows)
        self.move_button.set_available(busy or ("Wait until the downloads are over." if works else ""))

    def _show_moving(self, view: JobView | None) -> None:
        works = view is not None and not view.state.is_finished
        for widget in (self.moving, self.moving_line, self.cancel_button):
            widget.setVisible(works)
        if view is not None and works:
            self.moving.setText(words.work_text(view))
            self.moving_line.set_fraction(view.fraction)

    def _lead(self, name: str) -> None:
        row = self.rows.get(name)
        if row is not None:
            self.column.ensureWidgetVisible(row)
            row.lead()

    # --- what happens ----------------------------------------------------------------------------

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.weights or changes.repositories:
            self.refresh()

    def _on_job_changed(self, view: JobView) -> None:
        if view.job_id == self._session.weights_job(MOVING):
            self._show_moving(view)
            if view.sentence:
                self.problem.show_problem(view.sentence, view.hint)
            return
        for name, row in self.rows.items():
            if self._session.weights_job(name) == view.job_id:
                row.show_job(view)

    def _on_cancel(self, name: str) -> None:
        job_id = self._session.weights_job(name)
        if job_id is not None:
            self._session.jobs.cancel(job_id)

    @Slot()
    def _on_cancel_moving(self) -> None:
        self._on_cancel(MOVING)

    @Slot()
    def _on_undo(self) -> None:
        self._session.restore_weights()

    @Slot()
    def _on_open_folder(self) -> None:
        self.problem.clear()
        folder = self._session.weights_folder
        if not self._show_folder(folder):
            self.problem.show_problem("The system could not open the folder.", str(folder))

    @Slot()
    def _on_move(self) -> None:
        self.problem.clear()
        chosen = QFileDialog.getExistingDirectory(
            self, "Move the models to", str(self._session.weights_folder)
        )
        if chosen:
            self._session.move_weights(Path(chosen))


def _line(text: QWidget, button: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(text, 1)
    row.addWidget(button)
    return row

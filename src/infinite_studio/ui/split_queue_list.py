"""Many files on their way through a separator: a row each, pause, reorder, take out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.services.split_queue import QueuedFile, QueueState
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.surfaces import Card
from infinite_studio.ui.kit.time_text import eta_text
from infinite_studio.ui.split_queue_row import QueueRow

if TYPE_CHECKING:
    from pathlib import Path

    from infinite_studio.ui.job_follower import JobFollower

SHOWN_ROWS = 40
_FIRST = (QueueState.RUNNING, QueueState.FAILED, QueueState.WAITING, QueueState.CANCELLED, QueueState.DONE)


class SplitQueueList(Card):
    """Hidden while there is nothing in the queue; rows of files that stand as before stay as they are."""

    paused = Signal(bool)
    cleared = Signal()
    moved_up = Signal(object)
    dropped = Signal(object)

    def __init__(self, follower: JobFollower, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._follower = follower
        self.summary = Caption()
        self.more = Caption("", "tertiary")
        self.pause = QuietButton("Pause")
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self.paused)
        self.clear = QuietButton("Clear")
        self.clear.setToolTip("Empty this list; files and stems stay where they are")
        self.clear.clicked.connect(self._on_clear)
        head = QHBoxLayout()
        head.addWidget(self.summary, 1)
        head.addWidget(self.pause)
        head.addWidget(self.clear)
        self.body.addLayout(head)
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        self.body.addLayout(self._column)
        self.body.addWidget(self.more)
        self._rows: list[QueueRow] = []
        follower.changed.connect(self._show_progress)
        self.hide()

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """The files that are shown."""
        return tuple(self._rows)

    def show_queue(self, files: tuple[QueuedFile, ...], *, is_paused: bool) -> None:
        """Show these files: what is being split and what failed comes first, what is done last."""
        self.setVisible(bool(files))
        self.summary.setText(summary_of(files, is_paused=is_paused))
        self.pause.blockSignals(True)  # noqa: FBT003
        self.pause.setChecked(is_paused)
        self.pause.blockSignals(False)  # noqa: FBT003
        self.pause.setText("Go on" if is_paused else "Pause")
        goes_on = any(file.state in {QueueState.WAITING, QueueState.RUNNING} for file in files)
        self.pause.setVisible(goes_on)
        self.clear.setVisible(not goes_on)
        self._show_rows(sorted(files, key=lambda file: _FIRST.index(file.state))[:SHOWN_ROWS])
        hidden = len(files) - len(self._rows)
        self.more.setText(f"and {hidden} more")
        self.more.setVisible(hidden > 0)
        self._show_progress()

    def _show_rows(self, files: list[QueuedFile]) -> None:
        if files == [row.file for row in self._rows]:
            return
        kept = {row.file.path: row for row in self._rows if row.file in files}
        for row in self._rows:
            self._column.removeWidget(row)
            if row.file.path not in kept:
                row.hide()
                row.deleteLater()
        self._rows = [kept.get(file.path) or self._row_of(file) for file in files]
        for row in self._rows:
            self._column.addWidget(row)

    def _row_of(self, file: QueuedFile) -> QueueRow:
        row = QueueRow(file)
        row.up.clicked.connect(partial(self._on_up, file.path))
        row.out.clicked.connect(partial(self._on_out, file.path))
        return row

    @Slot()
    def _show_progress(self) -> None:
        view = self._follower.current
        text = stage = ""
        if view is not None:
            text = f"{view.fraction:.0%}"
            stage = " · ".join(part for part in (view.stage, eta_text(view.eta_seconds)) if part)
        for row in self._rows:
            if row.file.state is QueueState.RUNNING:
                row.show_progress(text, stage)

    @Slot()
    def _on_clear(self) -> None:
        self.cleared.emit()

    def _on_up(self, path: Path) -> None:
        self.moved_up.emit(path)

    def _on_out(self, path: Path) -> None:
        self.dropped.emit(path)


def summary_of(files: tuple[QueuedFile, ...], *, is_paused: bool = False) -> str:
    """Return how the files stand, such as ``12 of 20 done, 2 failed``."""
    done = sum(file.state is QueueState.DONE for file in files)
    failed = sum(file.state is QueueState.FAILED for file in files)
    waits = any(file.state is QueueState.WAITING for file in files)
    text = f"{done} of {len(files)} done" + (f", {failed} failed" if failed else "")
    return f"{text} · paused" if is_paused and waits else text

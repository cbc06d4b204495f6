"""Many files on their way through a separator: a row each, pause, reorder, take out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.services.split_queue import QueuedFile, QueueState
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton, QuietButton
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.surfaces import Card

if TYPE_CHECKING:
    from pathlib import Path

SHOWN_ROWS = 60
_MARKS = {
    QueueState.WAITING: ("waiting", "text_secondary"),
    QueueState.RUNNING: ("splitting", "accent"),
    QueueState.DONE: ("✓ done", "good"),
    QueueState.FAILED: ("failed", "danger"),
    QueueState.CANCELLED: ("cancelled", "text_tertiary"),
}


class SplitQueueList(Card):
    """Hidden while there is nothing in the queue."""

    paused = Signal(bool)
    moved_up = Signal(object)
    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = Caption()
        self.pause = QuietButton("Pause")
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self.paused)
        head = QHBoxLayout()
        head.addWidget(self.summary, 1)
        head.addWidget(self.pause)
        self.body.addLayout(head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.body.addLayout(self._rows)
        self._shown: tuple[QueuedFile, ...] = ()
        self.hide()

    def show_queue(self, files: tuple[QueuedFile, ...], *, is_paused: bool) -> None:
        """Show these files."""
        self.setVisible(bool(files))
        self.summary.setText(summary_of(files))
        self.pause.blockSignals(True)  # noqa: FBT003
        self.pause.setChecked(is_paused)
        self.pause.blockSignals(False)  # noqa: FBT003
        self.pause.setText("Go on" if is_paused else "Pause")
        self.pause.setVisible(any(file.state in {QueueState.WAITING, QueueState.RUNNING} for file in files))
        if files != self._shown:
            self._shown = files
            self._rebuild(files[:SHOWN_ROWS])

    def _rebuild(self, files: tuple[QueuedFile, ...]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for file in files:
            row = QueueRow(file)
            row.up.clicked.connect(partial(self._on_up, file.path))
            row.out.clicked.connect(partial(self._on_out, file.path))
            self._rows.addWidget(row)

    def _on_up(self, path: Path) -> None:
        self.moved_up.emit(path)

    def _on_out(self, path: Path) -> None:
        self.dropped.emit(path)


class QueueRow(QWidget):
    """One file: its name, how it stands, and what can be done about it."""

    def __init__(self, file: QueuedFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        text, token = _MARKS[file.state]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        name = ElidedLabel(file.path.name)
        self.state = ElidedLabel("")
        self.state.set_text(text, token)
        self.up = IconButton(IconName.CHEVRON_UP, f"Split {file.path.name} earlier")
        self.out = IconButton(IconName.CLOSE, f"Take {file.path.name} out")
        keeps_room = self.up.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self.up.setSizePolicy(keeps_room)
        self.up.setVisible(file.state is QueueState.WAITING)
        row.addWidget(name, 2)
        row.addWidget(self.state, 1)
        row.addWidget(self.up)
        row.addWidget(self.out)
        self.setToolTip(file.sentence or str(file.path))
        self.setAccessibleName(f"{file.path.name}, {text}. {file.sentence}".strip())


def summary_of(files: tuple[QueuedFile, ...]) -> str:
    """Return how the files stand, such as ``12 of 20 done, 2 failed``."""
    done = sum(file.state is QueueState.DONE for file in files)
    failed = sum(file.state is QueueState.FAILED for file in files)
    return f"{done} of {len(files)} done" + (f", {failed} failed" if failed else "")

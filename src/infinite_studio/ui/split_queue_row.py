"""One file in the queue of splits: its name, how it stands, why it failed, and what can be done about it."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.services.split_queue import QueuedFile, QueueState
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton
from infinite_studio.ui.kit.labels import Caption, ElidedLabel

_MARKS = {
    QueueState.WAITING: ("waiting", "text_secondary"),
    QueueState.RUNNING: ("splitting", "accent"),
    QueueState.DONE: ("✓ done", "good"),
    QueueState.FAILED: ("✕ failed", "danger"),
    QueueState.CANCELLED: ("cancelled", "text_tertiary"),
}


class QueueRow(QWidget):
    """A failed file tells its reason below its name; the one that is being split, how far it is."""

    def __init__(self, file: QueuedFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = file
        self.name = ElidedLabel(file.path.name)
        self.state = ElidedLabel("", caption=True)
        self.reason = Caption(file.sentence, "secondary")
        self.up = IconButton(IconName.CHEVRON_UP, f"Split {file.path.name} earlier")
        self.out = IconButton(IconName.CLOSE, f"Take {file.path.name} out")
        self.setToolTip(f"{file.path}\n{file.sentence}".strip())
        self._lay_out()
        self.show_progress("")

    def show_progress(self, text: str, stage: str = "") -> None:
        """Show how far the split is in place of how the file stands, and below the name what is being done."""
        stands, token = _MARKS[self.file.state]
        self.state.set_text(text or stands, token)
        below = self.file.sentence or stage
        self.reason.setText(below)
        self.reason.setVisible(bool(below))
        self.setAccessibleName(f"{self.file.path.name}, {text or stands}. {below}".strip())

    def _lay_out(self) -> None:
        keeps_room = self.up.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self.up.setSizePolicy(keeps_room)
        if self.file.state is not QueueState.WAITING:
            self.up.hide()
        line = QHBoxLayout()
        line.addWidget(self.name, 3)
        line.addWidget(self.state, 2)
        line.addWidget(self.up)
        line.addWidget(self.out)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.reason)

"""What every dialog shares: a title, a body, a row of buttons; Escape leaves, Return confirms."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from infinite_studio.ui.kit.buttons import PrimaryButton, QuietButton, StudioButton
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.theme import Theme

_PADDING_PX = 20


class StudioDialog(QDialog):
    """A titled dialog; ``body`` holds its content, ``confirm`` is its primary button where it has one."""

    def __init__(
        self,
        title: str,
        parent: QWidget | None,
        *,
        confirm: str = "",
        leave: str = "Cancel",
        width_px: int = 460,
    ) -> None:
        super().__init__(parent)
        self.theme: Theme = theme_of(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(width_px)
        heading = QLabel(title)
        heading.setProperty("kind", "title")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(_PADDING_PX, _PADDING_PX - 2, _PADDING_PX, _PADDING_PX)
        column.setSpacing(16)
        column.addWidget(heading)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        column.addLayout(self.body, 1)
        self.leave = QuietButton(leave)
        self.leave.setMinimumHeight(40)
        self.leave.clicked.connect(self._on_leave)
        self.confirm = PrimaryButton(confirm)
        self.confirm.setVisible(bool(confirm))
        self.confirm.setDefault(bool(confirm))
        self.confirm.clicked.connect(self._on_confirm)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.leave)
        self._buttons.addWidget(self.confirm)
        column.addLayout(self._buttons)

    def set_theme(self, theme: Theme) -> None:
        """Use another theme."""
        self.theme = theme
        for child in self.findChildren(QWidget):
            child.update()

    def add_button(self, button: StudioButton) -> None:
        """Put a button at the leading end of the row."""
        button.setMinimumHeight(40)
        self._buttons.insertWidget(0, button)

    def confirmed(self) -> None:
        """Do what the primary button says; dialogs that have one override this."""
        self.accept()

    @Slot()
    def _on_confirm(self) -> None:
        self.confirmed()

    @Slot()
    def _on_leave(self) -> None:
        self.reject()


class FormGrid(QGridLayout):
    """Labels at the leading edge, their controls beside them; a letter in each label leads to its control."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(16)
        self.setVerticalSpacing(10)
        self.setColumnStretch(1, 1)

    def add_row(
        self, text: str, control: QWidget, buddy: QWidget | None = None, extra: QWidget | None = None
    ) -> None:
        """Add a labelled control; ``&`` in the text marks the letter that Alt leads to it with."""
        row = self.rowCount()
        label = QLabel(text)
        label.setBuddy(buddy or control)
        self.addWidget(label, row, 0)
        self.addWidget(control, row, 1, 1, 1 if extra else 2)
        if extra is not None:
            self.addWidget(extra, row, 2)

    def add_note(self, note: Caption) -> None:
        """Add a note below the last control."""
        self.addWidget(note, self.rowCount(), 1, 1, 2)


def labelled(label: QLabel, control: QWidget, problem: QWidget) -> QVBoxLayout:
    """Return a label over its control, and the place below where a problem is said."""
    column = QVBoxLayout()
    column.setSpacing(6)
    for widget in (label, control, problem):
        column.addWidget(widget)
    return column

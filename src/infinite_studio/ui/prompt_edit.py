"""The field in which music is described."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

PLACEHOLDER = "Describe the music: style, mood, tempo, key…\nfor example: dark trap, 140 bpm, in F minor"
_LOWEST_PX, _HIGHEST_PX = 68, 150


class PromptEdit(QPlainTextEdit):
    """Several lines of text; Tab leaves it, Ctrl+Return submits it; it grows with what is written."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(PLACEHOLDER)
        self.setAccessibleName("Prompt")
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size_changed)

    def sizeHint(self) -> QSize:
        lines = max(int(self.document().size().height()), 1)
        wanted = lines * self.fontMetrics().lineSpacing() + 20
        return QSize(200, min(max(wanted, _LOWEST_PX), _HIGHEST_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Submit with Ctrl+Return; everything else is typing."""
        is_return = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def _on_size_changed(self) -> None:
        self.updateGeometry()

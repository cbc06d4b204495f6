"""The field in which music is described."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

PLACEHOLDER = "Describe the music: style, mood, tempo, key…\nfor example: dark trap, 140 bpm, in F minor"
_LOWEST_PX, _HIGHEST_PX = 68, 150
_TEXT_MARGIN_PX = 4


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
        lines = self._example_lines() if self.document().isEmpty() else int(self.document().size().height())
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the example where it wraps."""
        super().resizeEvent(event)
        if self.document().isEmpty() and event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _example_lines(self) -> int:
        metrics = self.fontMetrics()
        room = QRect(0, 0, self.viewport().width() - _TEXT_MARGIN_PX, _HIGHEST_PX)
        height = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, PLACEHOLDER).height()
        return -(-height // metrics.lineSpacing())

    def _on_size_changed(self) -> None:
        self.updateGeometry()

"""A track's name, which a double-click turns into a text field."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from infinite_studio.ui.fonts import interface_font
from infinite_studio.ui.theme import BODY_PX
from infinite_studio.ui.timeline.metrics import HIT_TARGET_PX
from infinite_studio.ui.timeline.state import TimelineState

FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute


class NameLabel(QWidget):
    """Shows a name, elided where it is long; editing ends with Enter, Escape or by leaving it."""

    renamed = Signal(str)

    def __init__(self, state: TimelineState, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._name = name
        self._font = interface_font(BODY_PX, QFont.Weight.Medium)
        self._editor: QLineEdit | None = None
        self.setFixedHeight(HIT_TARGET_PX)
        self.show_name(name)

    @property
    def editor(self) -> QLineEdit | None:
        """The text field while the name is being edited."""
        return self._editor

    def show_name(self, name: str) -> None:
        """Show a name from the project."""
        self._name = name
        self.setAccessibleName(f"Name of track {name}")
        self.setToolTip(f"{name}\nDouble-click to rename")
        self.update()

    def begin_editing(self) -> None:
        """Turn into a text field with the whole name chosen."""
        if self._editor is not None:
            return
        theme = self._state.theme
        self._editor = QLineEdit(self._name, self)
        self._editor.setAccessibleName("Track name")
        self._editor.setFont(self._font)
        self._editor.setStyleSheet(
            f"QLineEdit {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.accent};"
            f" border-radius: 4px; padding: 0 3px; selection-background-color: {theme.accent};"
            f" selection-color: {theme.on_accent}; }}"
        )
        self._editor.setGeometry(self.rect())
        self._editor.selectAll()
        self._editor.editingFinished.connect(self._finish)
        self._editor.installEventFilter(self)
        self._editor.show()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._editor and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._finish()
                return True
        return super().eventFilter(watched, event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.begin_editing()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._editor is not None:
            return
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(self._state.theme.color("text"))
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        text = QFontMetricsF(self._font).elidedText(self._name, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(self.rect()), FLAGS, text)

    def _finish(self) -> None:
        if self._editor is None:
            return
        name = self._editor.text().strip()
        self._close()
        if name and name != self._name:
            self.renamed.emit(name)

    def _close(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.hide()
            editor.deleteLater()
            self.update()

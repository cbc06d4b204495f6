"""A position that is typed: Return takes it, Escape brings the old one back."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.kit.fields import TextField


class PositionField(TextField):
    """Emits ``entered`` once a changed text is finished with Return, Tab or a click elsewhere."""

    entered = Signal(str)

    def __init__(self, caption: str, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(caption, placeholder=placeholder, parent=parent)
        self.editor.setAccessibleName(name)
        self._shown = ""
        self._entered: str | None = None
        self.editor.textEdited.connect(self._on_edited)
        self.editor.editingFinished.connect(self._on_finished)

    def show_text(self, text: str) -> None:
        """Show a position, unless another one is being typed right now."""
        is_typing = self.editor.hasFocus() and self.editor.text() not in {self._shown, self._entered}
        self._shown = text
        if not is_typing:
            self.editor.setText(text)

    def revert(self) -> None:
        """Show the position that holds."""
        self.editor.setText(self._shown)
        self.editor.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring the old position back with Escape."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and self.editor.text() != self._shown:
                self.revert()
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _on_finished(self) -> None:
        text = self.editor.text()
        if text not in {self._shown, self._entered}:
            self._entered = text
            self.entered.emit(text)

    @Slot()
    def _on_edited(self) -> None:
        self._entered = None

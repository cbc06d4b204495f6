"""A dot that says well or not, never alone: words stand beside it, and its shape differs too."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.themed import theme_of


class StatusDot(QWidget):
    """A green dot, or a warning sign."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_good = True
        self.setFixedSize(16, 16)
        self.set_good(is_good=True)

    def set_good(self, *, is_good: bool) -> None:
        """Show whether all is well."""
        self._is_good = is_good
        self.setAccessibleName("works" if is_good else "needs attention")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = theme_of(self)
        if not self._is_good:
            paint_icon(painter, IconName.WARNING, QRectF(1, 1, 14, 14), theme.color("attention"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("good"))
        painter.drawEllipse(QRectF(4, 4, 8, 8))

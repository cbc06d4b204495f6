"""A slim scroll bar for lengths beyond what Qt's own can count."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.timeline.state import TimelineState

SHORTEST_HANDLE_PX = 28.0
MARGIN_PX = 3.0


class SlimScrollBar(QWidget):
    """Lies over the edge of the content, shows which part of it is visible, and moves it."""

    moved = Signal(float)

    def __init__(
        self, state: TimelineState, orientation: Qt.Orientation, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._horizontal = orientation is Qt.Orientation.Horizontal
        self._position = 0.0
        self._page = 1.0
        self._total = 1.0
        self._grab: float | None = None
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def position(self) -> float:
        """Where the visible part begins, in the content's unit."""
        return self._position

    def show_range(self, position: float, page: float, total: float) -> None:
        """Show that `page` of `total` is visible from `position` on."""
        values = (position, page, max(total, page, 1e-9))
        if values != (self._position, self._page, self._total):
            self._position, self._page, self._total = values
            self.setVisible(self._page < self._total)
            self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.HoverEnter, QEvent.Type.HoverLeave}:
            self.update()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._state.theme
        start, length = self._handle()
        lit = self.underMouse() or self._grab is not None
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text_tertiary", 0.7 if lit else 0.35))
        thick = self._breadth - 2 * MARGIN_PX
        box = (
            QRectF(start, MARGIN_PX, length, thick)
            if self._horizontal
            else QRectF(MARGIN_PX, start, thick, length)
        )
        painter.drawRoundedRect(box, thick / 2, thick / 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        start, length = self._handle()
        place = self._along(event)
        self._grab = place - start if start <= place <= start + length else length / 2
        self._move_to(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab is not None:
            self._move_to(self._along(event))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grab = None
        self.update()

    @property
    def _length(self) -> float:
        return float(self.width() if self._horizontal else self.height())

    @property
    def _breadth(self) -> float:
        return float(self.height() if self._horizontal else self.width())

    def _along(self, event: QMouseEvent) -> float:
        return event.position().x() if self._horizontal else event.position().y()

    def _handle(self) -> tuple[float, float]:
        length = min(max(self._length * self._page / self._total, SHORTEST_HANDLE_PX), self._length)
        room = max(self._total - self._page, 1e-9)
        return (self._length - length) * min(self._position / room, 1.0), length

    def _move_to(self, place: float) -> None:
        if self._grab is None or self._page >= self._total:
            return
        _, length = self._handle()
        share = (place - self._grab) / max(self._length - length, 1.0)
        self.moved.emit(min(max(share, 0.0), 1.0) * (self._total - self._page))

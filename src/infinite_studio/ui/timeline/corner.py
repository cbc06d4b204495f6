"""The corner above the track heads: zoom at hand for the mouse."""

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.timeline.buttons import CornerButton, draw_fit, draw_minus, draw_plus
from infinite_studio.ui.timeline.state import TimelineState

MARGIN_PX = 8


class Corner(QWidget):
    """Three small buttons: zoom out, zoom in, show everything."""

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.zoom_out_button = CornerButton(state, draw_minus, "Zoom out (−)", self)
        self.zoom_in_button = CornerButton(state, draw_plus, "Zoom in (+)", self)
        self.fit_button = CornerButton(state, draw_fit, "Show the whole project", self)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), self._state.theme.color("panel"))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        right = self.width() - MARGIN_PX
        for button in (self.fit_button, self.zoom_in_button, self.zoom_out_button):
            right -= button.width()
            button.move(right, self.height() - button.height() - 4)

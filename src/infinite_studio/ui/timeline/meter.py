"""How loud a track is now."""

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.timeline.state import TimelineState

FLOOR_DB = -54.0
LOUD_DB = -6.0
FALL_PER_UPDATE = 0.86
INAUDIBLE = 10.0 ** (FLOOR_DB / 20)


class Meter(QWidget):
    """A slim upright meter: rises at once, falls smoothly, and turns red above full scale."""

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._level = 0.0
        self.setFixedWidth(4)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def level(self) -> float:
        """The linear level that is shown."""
        return self._level

    def show_level(self, peak: float) -> None:
        """Take a new linear peak."""
        fallen = self._level * FALL_PER_UPDATE
        level = max(peak, fallen if fallen > INAUDIBLE else 0.0)
        if level != self._level:
            self._level = level
            self.update()

    def rest(self) -> None:
        """Show silence, as when playing stops."""
        if self._level:
            self._level = 0.0
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        theme = self._state.theme
        box = QRectF(self.rect())
        painter.setBrush(theme.color("line", 0.6))
        painter.drawRoundedRect(box, 2, 2)
        if self._level <= INAUDIBLE:
            return
        level_db = 20 * math.log10(self._level)
        share = min(1.0 - level_db / FLOOR_DB, 1.0)
        token = "danger" if level_db > 0 else "attention" if level_db > LOUD_DB else "good"
        painter.setBrush(theme.color(token))
        painter.drawRoundedRect(box.adjusted(0, box.height() * (1 - share), 0, 0), 2, 2)

"""A track's level control."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.audio.mixing import SILENT_DB
from infinite_studio.ui.timeline.drawing import paint_focus_ring
from infinite_studio.ui.timeline.metrics import HIT_TARGET_PX
from infinite_studio.ui.timeline.slider import DragSlider
from infinite_studio.ui.timeline.state import TimelineState

LOUDEST_DB = 12.0
STEPS_PER_DB = 10
TAPER = 2.0
GROOVE_PX = 4.0
THUMB_RADIUS_PX = 6.0


class Fader(DragSlider):
    """−60 dB (silence) to +12 dB, with most of the way given to the levels one mixes at."""

    gain_changed = Signal(float, bool)

    def __init__(self, state: TimelineState, name: str, parent: QWidget | None = None) -> None:
        limits = (round(SILENT_DB * STEPS_PER_DB), round(LOUDEST_DB * STEPS_PER_DB))
        super().__init__(state, name, limits, 0, parent)
        self.setSingleStep(5)
        self.setPageStep(3 * STEPS_PER_DB)
        self.setFixedHeight(HIT_TARGET_PX)
        self.setToolTip("Level. Drag, Shift for fine steps; double-click for 0 dB")
        self.value_edited.connect(self._on_edited)

    @property
    def gain_db(self) -> float:
        """The level that is shown."""
        return self.value() / STEPS_PER_DB

    def show_gain(self, gain_db: float) -> None:
        """Show a level from the project."""
        self.show_value(round(gain_db * STEPS_PER_DB))

    def position_of(self, value: float) -> float:
        return float(super().position_of(value) ** TAPER)

    def value_at(self, position: float) -> int:
        return super().value_at(position ** (1 / TAPER))

    def travel_px(self) -> float:
        return self.width() - 2 * THUMB_RADIUS_PX

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._state.theme
        groove = QRectF(0, (self.height() - GROOVE_PX) / 2, self.width(), GROOVE_PX)
        x = THUMB_RADIUS_PX + self.position_of(self.value()) * self.travel_px()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(groove, GROOVE_PX / 2, GROOVE_PX / 2)
        zero = THUMB_RADIUS_PX + self.position_of(0) * self.travel_px()
        painter.fillRect(QRectF(zero - 0.5, groove.top() - 4, 1, 3), theme.color("text_tertiary"))
        painter.setBrush(theme.color("text_tertiary"))
        painter.drawRoundedRect(QRectF(0, groove.top(), x, GROOVE_PX), GROOVE_PX / 2, GROOVE_PX / 2)
        lit = self.underMouse() or self.is_held or self.shows_focus_ring
        painter.setBrush(theme.color("text" if lit else "text_secondary"))
        radius = THUMB_RADIUS_PX if lit else THUMB_RADIUS_PX - 1
        painter.drawEllipse(QPointF(x, groove.center().y()), radius, radius)
        if self.shows_focus_ring:
            paint_focus_ring(painter, theme, QRectF(self.rect()), 6)

    def _on_edited(self, _value: int, final: bool) -> None:
        self.gain_changed.emit(self.gain_db, final)

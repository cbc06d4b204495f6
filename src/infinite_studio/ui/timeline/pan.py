"""A track's place between left and right."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.timeline.drawing import paint_focus_ring
from infinite_studio.ui.timeline.metrics import HIT_TARGET_PX
from infinite_studio.ui.timeline.slider import DragSlider
from infinite_studio.ui.timeline.state import TimelineState

PERCENT = 100
SWEEP_DEGREES = 135.0
TRAVEL_PX = 120.0
RING_PX = 2.0
DOT_RADIUS_PX = 2.75


class PanKnob(DragSlider):
    """A small knob; the arc grows from the centre towards the side."""

    pan_changed = Signal(float, bool)

    def __init__(self, state: TimelineState, name: str, parent: QWidget | None = None) -> None:
        super().__init__(state, name, (-PERCENT, PERCENT), 0, parent)
        self.setSingleStep(5)
        self.setPageStep(25)
        self.setFixedSize(HIT_TARGET_PX, HIT_TARGET_PX)
        self.setToolTip("Pan. Drag sideways, Shift for fine steps; double-click for the centre")
        self.value_edited.connect(self._on_edited)

    @property
    def pan(self) -> float:
        """The place that is shown, −1 left to +1 right."""
        return self.value() / PERCENT

    def show_pan(self, pan: float) -> None:
        """Show a place from the project."""
        self.show_value(round(pan * PERCENT))

    def travel_px(self) -> float:
        return TRAVEL_PX

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._state.theme
        ring = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        pen = QPen(theme.color("line"), RING_PX, c=Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, round((90 - SWEEP_DEGREES) * 16), round(2 * SWEEP_DEGREES * 16))
        lit = self.underMouse() or self.is_held or self.shows_focus_ring
        pen.setColor(theme.color("text" if lit else "text_secondary"))
        painter.setPen(pen)
        turned = self.pan * SWEEP_DEGREES
        painter.drawArc(ring, 90 * 16, round(-turned * 16))
        angle = math.radians(90 - turned)
        tip = QPointF(math.cos(angle), -math.sin(angle)) * (ring.width() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        painter.drawEllipse(ring.center() + tip, DOT_RADIUS_PX, DOT_RADIUS_PX)
        if self.shows_focus_ring:
            paint_focus_ring(painter, theme, QRectF(self.rect()), 6)

    def _on_edited(self, _value: int, final: bool) -> None:
        self.pan_changed.emit(self.pan, final)

"""Strokes that several parts of the timeline share."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.theme import CONTROL_RADIUS_PX, Theme
from infinite_studio.ui.timeline.state import TimelineState

PLAYHEAD_PX = 2.0
FOCUS_RING_PX = 2.0
PILL_HEIGHT_PX = 20


def aligned(x: float, ratio: float) -> float:
    """Move a coordinate to the nearest device pixel."""
    return math.floor(x * ratio + 0.5) / ratio


def fill(painter: QPainter, box: QRectF, color: QColor) -> None:
    """Fill a box whose edges lie on device pixels: without smoothing, which costs far more."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(box, color)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)


def playhead_x(painter: QPainter, state: TimelineState) -> float:
    """Left edge of the playhead's line, on a device pixel."""
    ratio = painter.device().devicePixelRatioF()
    return aligned(state.viewport.x_of(state.playhead_frame) - PLAYHEAD_PX / 2, ratio)


def paint_playhead(painter: QPainter, state: TimelineState, top: float, bottom: float) -> None:
    """Draw the playhead's line."""
    x = playhead_x(painter, state)
    fill(painter, QRectF(x, top, PLAYHEAD_PX, bottom - top), state.theme.color("text"))


def paint_triangle(painter: QPainter, state: TimelineState, bottom: float) -> None:
    """Draw the playhead's handle, its tip pointing down at `bottom`."""
    x = playhead_x(painter, state) + PLAYHEAD_PX / 2
    corners = [QPointF(x - 6.5, bottom - 10), QPointF(x + 6.5, bottom - 10), QPointF(x, bottom)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(state.theme.color("text"))
    painter.drawPolygon(QPolygonF(corners))


def paint_pill(painter: QPainter, theme: Theme, text: str, x: float, y: float, right_limit: float) -> None:
    """Draw a short accent-coloured note beginning at a point, moved left where the edge is near."""
    painter.setFont(caption_font())
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 16
    left = max(min(x, right_limit - width - 4), 4.0)
    box = QRectF(left, y, width, PILL_HEIGHT_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawRoundedRect(box, PILL_HEIGHT_PX / 2, PILL_HEIGHT_PX / 2)
    painter.setPen(theme.color("on_accent"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_focus_ring(painter: QPainter, theme: Theme, box: QRectF, radius: float = CONTROL_RADIUS_PX) -> None:
    """Draw the ring of the part that has the keyboard."""
    inset = FOCUS_RING_PX / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("accent"), FOCUS_RING_PX))
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)


def mixed(over: QColor, under: QColor, share: float) -> QColor:
    """Return the opaque colour of `over` at an opacity upon `under`."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        over.redF() * share + under.redF() * keep,
        over.greenF() * share + under.greenF() * keep,
        over.blueF() * share + under.blueF() * keep,
    )

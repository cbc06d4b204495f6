"""What lies behind the clips: surface, loop band, bar and beat lines.

All of it is the same in every line of pixels. So one line is drawn and stretched downwards, which visits memory
in its order; drawing a hundred upright lines costs twenty times as much.
"""

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from infinite_studio.ui.timeline.drawing import aligned
from infinite_studio.ui.timeline.grid import LineKind, grid_lines
from infinite_studio.ui.timeline.state import TimelineState

LINE_OPACITY = {LineKind.BAR: 0.13, LineKind.BEAT: 0.055, LineKind.SUBDIVISION: 0.03}
LOOP_OPACITY = 0.09
LOOP_OFF_OPACITY = 0.04


def paint_backdrop(painter: QPainter, state: TimelineState, area: QRectF) -> None:
    """Fill a part of the lanes with everything that lies behind the clips."""
    ratio = painter.device().devicePixelRatioF()
    first, last = math.floor(area.left() * ratio), math.ceil(area.right() * ratio)
    line = QImage(max(last - first, 1), 1, QImage.Format.Format_RGB32)
    line.fill(state.theme.color("timeline"))
    line_painter = QPainter(line)
    line_painter.scale(ratio, 1.0)
    line_painter.translate(-first / ratio, 0.0)
    _paint_grid(line_painter, state, area, ratio)
    _paint_loop_band(line_painter, state, area)
    line_painter.end()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    target = QRectF(first / ratio, area.top(), line.width() / ratio, area.height())
    painter.drawImage(target, line, QRectF(0, 0, line.width(), 1))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)


def _paint_grid(painter: QPainter, state: TimelineState, area: QRectF, ratio: float) -> None:
    colors = {kind: state.theme.color("text", opacity) for kind, opacity in LINE_OPACITY.items()}
    for line in grid_lines(state.project, state.viewport, area.left() - 1, area.right() + 1):
        x = aligned(state.viewport.x_of(line.frame), ratio)
        painter.fillRect(QRectF(x, 0, 1 / ratio, 1), colors[line.kind])


def _paint_loop_band(painter: QPainter, state: TimelineState, area: QRectF) -> None:
    """Draw the loop range as a band; paler where it is switched off."""
    loop = state.loop
    if loop is None:
        return
    left = max(state.viewport.x_of(loop.start_frame), area.left() - 2)
    right = min(state.viewport.x_of(loop.end_frame), area.right() + 2)
    if right > left:
        opacity = LOOP_OPACITY if loop.enabled else LOOP_OFF_OPACITY
        color = state.theme.color("accent" if loop.enabled else "text", opacity)
        painter.fillRect(QRectF(left, 0, right - left, 1), color)

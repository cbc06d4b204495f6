"""Drawing the graph of a history row: lanes, the lines between them and the dot of its commit."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from infinite_studio.ui.history_lanes import GraphRow, Line
from infinite_studio.ui.theme import Theme

DOT_Y = 20.0
MAX_LANES = 6
_LANE_PX = 16
_LEFT_PX = 16
_TEXT_GAP_PX = 20
_LINE_PX = 2.0
_FIRST_TOKEN, _OTHER_TOKENS = "accent", ("other", "vocals", "drums", "bass")


def lane_color(theme: Theme, color: int) -> QColor:
    """Return the colour of a lane; only the first branch has the accent."""
    token = _OTHER_TOKENS[(color - 1) % len(_OTHER_TOKENS)] if color else _FIRST_TOKEN
    return theme.color(token)


def text_left(n_lanes: int) -> int:
    """Return where the words of a row begin beside so many lanes, from the row's leading edge."""
    return _LEFT_PX + (min(max(n_lanes, 1), MAX_LANES + 1) - 1) * _LANE_PX + _TEXT_GAP_PX


def paint_graph(painter: QPainter, rect: QRect, graph: GraphRow, theme: Theme, *, is_current: bool) -> None:
    """Draw the lines and the dot of a row whose graph begins at the left edge."""
    middle = rect.top() + DOT_Y
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in graph.above:
        _paint_line(painter, line, (rect.left(), float(rect.top()), middle), theme)
    for line in graph.below:
        _paint_line(painter, line, (rect.left(), middle, float(rect.bottom() + 1)), theme)
    _paint_dot(painter, rect, graph, theme, is_current=is_current)


def paint_lanes(painter: QPainter, rect: QRect, graph: GraphRow, theme: Theme) -> None:
    """Draw the lanes that pass by the details below a row."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in graph.leaving:
        _paint_line(painter, line, (rect.left(), float(rect.top()), float(rect.bottom() + 1)), theme)


def paint_mark(painter: QPainter, rect: QRect, theme: Theme, *, is_current: bool) -> None:
    """Draw the dot of a row that has no graph, among the results of a search."""
    _paint_dot(painter, rect, GraphRow(0, 0, (), ()), theme, is_current=is_current)


def _paint_line(painter: QPainter, line: Line, span: tuple[int, float, float], theme: Theme) -> None:
    left, top, bottom = span
    painter.setPen(QPen(lane_color(theme, line.color), _LINE_PX))
    x1, x2 = _lane_x(left, line.from_lane), _lane_x(left, line.to_lane)
    if x1 == x2:
        painter.drawLine(QPointF(x1, top), QPointF(x2, bottom))
        return
    path = QPainterPath(QPointF(x1, top))
    half = (top + bottom) / 2
    path.cubicTo(QPointF(x1, half), QPointF(x2, half), QPointF(x2, bottom))
    painter.drawPath(path)


def _paint_dot(painter: QPainter, rect: QRect, graph: GraphRow, theme: Theme, *, is_current: bool) -> None:
    center = QPointF(_lane_x(rect.left(), graph.lane), rect.top() + DOT_Y)
    painter.setBrush(lane_color(theme, graph.color))
    if is_current:
        painter.setPen(QPen(theme.color("text"), 2))
        painter.drawEllipse(center, 6.5, 6.5)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(center, 5, 5)


def _lane_x(left: int, lane: int) -> float:
    return left + _LEFT_PX + min(lane, MAX_LANES) * _LANE_PX

"""The list of commits: its model, and the delegate that draws message, captions and graph."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from infinite_studio.history.values import Commit
from infinite_studio.ui.fonts import caption_font, interface_font
from infinite_studio.ui.history_lanes import GraphRow, Line
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.kit.time_text import age_text
from infinite_studio.ui.theme import Theme

ROW_PX = 64
_LANE_PX = 16
_LEFT_PX = 16
_TEXT_LEFT_PX = 40
_MAX_LANES = 6
_DOT_Y = 20.0
_BRANCH_TOKENS = ("accent", "other", "vocals", "drums", "bass")
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class HistoryRow:
    """One commit as it is drawn."""

    commit: Commit
    what: str
    branch: str
    color_index: int
    graph: GraphRow | None
    is_current: bool
    n_lanes: int = 1
    branch_colors: tuple[tuple[str, int], ...] = ()


class HistoryModel(QAbstractListModel):
    """The rows that are shown now."""

    ROW = Qt.ItemDataRole.UserRole

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[HistoryRow, ...] = ()

    def set_rows(self, rows: tuple[HistoryRow, ...]) -> None:
        """Show these rows; nothing is announced where they are the same."""
        if rows == self._rows:
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, commit_id: str) -> int:
        """Return where a commit stands, or −1."""
        return next((i for i, row in enumerate(self._rows) if row.commit.commit_id == commit_id), -1)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == self.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.commit.message or "No message"
        if role == Qt.ItemDataRole.ToolTipRole:
            local = row.commit.created.astimezone()
            return f"{row.commit.message}\n{local:%Y-%m-%d %H:%M} · {row.commit.author.name} · {row.commit.short_id}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            place = ", checked out" if row.is_current else ""
            return f"{row.commit.message}, {row.what}, {age_text(row.commit.created)}, {row.branch}{place}"
        return None


class HistoryDelegate(QStyledItemDelegate):
    """Draws a row: graph at the left, message and two captions beside it."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: HistoryRow = index.data(HistoryModel.ROW)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme = theme_of(option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, rect, state, theme, row)
        if row.graph is not None:
            _paint_graph(painter, rect, row, row.graph, theme)
        else:
            _paint_dot(painter, QPointF(rect.left() + _LEFT_PX, rect.top() + _DOT_Y), row, theme)
        self._paint_texts(painter, rect, row, theme)
        painter.restore()

    def _paint_background(
        self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, theme: Theme, row: HistoryRow
    ) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if selected or row.is_current or hovered:
            painter.setPen(QPen(theme.color("accent"), 2) if focused and selected else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised", 1.0 if selected or row.is_current else 0.6))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 7, 7)

    def _paint_texts(self, painter: QPainter, rect: QRect, row: HistoryRow, theme: Theme) -> None:
        lanes = min(row.n_lanes, _MAX_LANES)
        left = rect.left() + max(_TEXT_LEFT_PX, _LEFT_PX + lanes * _LANE_PX + 4)
        width = rect.right() - left - 8
        age = age_text(row.commit.created)
        age = (
            age if age in {"just now", "yesterday"} else f"{age} ago" if age[-1] not in "0123456789" else age
        )
        place = " · ".join(part for part in (age, row.branch) if part)
        lines = (
            (row.commit.message or "No message", interface_font(weight=QFont.Weight.Medium), "text", 8, 20),
            (row.what, caption_font(), "text_secondary", 28, 15),
            (place, caption_font(), "text_tertiary", 43, 15),
        )
        for text, font, token, top, height in lines:
            painter.setFont(font)
            painter.setPen(theme.color(token))
            shown = QFontMetrics(font).elidedText(_one_line(text), Qt.TextElideMode.ElideRight, width)
            box = QRect(left, rect.top() + top, width, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def branch_color(theme: Theme, color_index: int) -> QColor:
    """Return the colour of a branch by its place among the branches."""
    return theme.color(_BRANCH_TOKENS[color_index % len(_BRANCH_TOKENS)])


def _paint_graph(painter: QPainter, rect: QRect, row: HistoryRow, graph: GraphRow, theme: Theme) -> None:
    colors = dict(row.branch_colors)
    middle = rect.top() + _DOT_Y
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in graph.above:
        _paint_line(
            painter, line, (rect, float(rect.top()), middle), branch_color(theme, colors.get(line.branch, 0))
        )
    for line in graph.below:
        bottom = float(rect.bottom() + 1)
        _paint_line(painter, line, (rect, middle, bottom), branch_color(theme, colors.get(line.branch, 0)))
    _paint_dot(painter, QPointF(_lane_x(rect, graph.lane), middle), row, theme)


def _paint_line(painter: QPainter, line: Line, span: tuple[QRect, float, float], color: QColor) -> None:
    rect, top, bottom = span
    x1, x2 = _lane_x(rect, line.from_lane), _lane_x(rect, line.to_lane)
    path = QPainterPath(QPointF(x1, top))
    half = (top + bottom) / 2
    path.cubicTo(QPointF(x1, half), QPointF(x2, half), QPointF(x2, bottom))
    painter.setPen(QPen(color, 2))
    painter.drawPath(path)


def _paint_dot(painter: QPainter, center: QPointF, row: HistoryRow, theme: Theme) -> None:
    color = branch_color(theme, row.color_index)
    painter.setBrush(color)
    if row.is_current:
        painter.setPen(QPen(theme.color("text"), 2))
        painter.drawEllipse(center, 6.5, 6.5)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(center, 5, 5)


def _lane_x(rect: QRect, lane: int) -> float:
    return rect.left() + _LEFT_PX + min(lane, _MAX_LANES) * _LANE_PX


def _one_line(text: str) -> str:
    return text.split("\n", 1)[0]

"""The list of commits: the delegate that draws graph, message, what changed and the waveform of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from infinite_studio.ui.fonts import caption_font, interface_font
from infinite_studio.ui.history_graph import lane_color, paint_graph, paint_lanes, paint_mark, text_left
from infinite_studio.ui.history_model import HistoryModel, HistoryRow
from infinite_studio.ui.history_pills import paint_pills, pills_of
from infinite_studio.ui.history_text import LineCache
from infinite_studio.ui.history_thumbnails import Thumbnails
from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.kit.time_text import age_text

if TYPE_CHECKING:
    from datetime import datetime

    from infinite_studio.audio.peaks import Peaks
    from infinite_studio.ui.theme import Theme

ROW_PX = 68
_RIGHT_PX = 10
_THUMBNAIL = QSize(60, 20)
_LEAST_TEXT_PX = 96
_LEAST_AGE_PX = 52
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _Canvas:
    """What every part of a row is drawn with."""

    painter: QPainter
    rect: QRect
    theme: Theme
    direction: Qt.LayoutDirection

    def box(self, left: int, top: int, width: int, height: int) -> QRect:
        """Return a box given from the leading edge, where it lies in this direction of writing."""
        box = QRect(self.rect.left() + left, self.rect.top() + top, width, height)
        return QStyle.visualRect(self.direction, self.rect, box)

    def text(self, box: QRect, text: str, lines: LineCache, token: str) -> None:
        """Write one line from the leading edge, shortened where room is short."""
        is_mirrored = self.direction is Qt.LayoutDirection.RightToLeft
        lines.draw(self.painter, box, text, self.theme.color(token), is_mirrored=is_mirrored)


class HistoryDelegate(QStyledItemDelegate):
    """Draws a row: graph at the leading edge, message and pills, what changed, age and waveform beside it."""

    def __init__(self, peaks_of: Callable[[str], Peaks | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(peaks_of)
        self.heard_object_id: str | None = None
        self._messages = LineCache(interface_font(weight=QFont.Weight.Medium))
        self._captions = LineCache(caption_font())
        self.repository_id = ""
        self.origin_name = ""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: HistoryRow = index.data(HistoryModel.ROW)
        rect: QRect = option.rect
        direction: Qt.LayoutDirection = option.direction
        canvas = _Canvas(painter, rect, theme_of(option.widget), direction)
        is_current = bool(index.data(HistoryModel.IS_CURRENT))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        model = index.model()
        opened = model.opened_row if isinstance(model, HistoryModel) else None
        if index.data(HistoryModel.IS_DETAIL):
            self._paint_detail(canvas, row)
        else:
            state: QStyle.StateFlag = option.state
            _paint_surface(canvas, state, is_current=is_current, is_opened=opened == index.row())
            _paint_history(canvas, row, is_current=is_current)
            n_lanes = model.usual_lanes if isinstance(model, HistoryModel) else 1
            self._paint_words(canvas, row, str(index.data(HistoryModel.WHAT)), n_lanes)
        painter.restore()

    def _paint_detail(self, canvas: _Canvas, row: HistoryRow) -> None:
        _paint_card(canvas, QRectF(canvas.rect).adjusted(1, -9, -1, -1), canvas.theme.color("raised"))
        if row.graph is not None:
            canvas.painter.save()
            _mirror(canvas)
            paint_lanes(canvas.painter, canvas.rect, row.graph, canvas.theme)
            canvas.painter.restore()

    def _paint_words(self, canvas: _Canvas, row: HistoryRow, what: str, n_lanes: int) -> None:
        commit = row.commit
        left = words_left(row, n_lanes)
        width = canvas.rect.width() - left - _RIGHT_PX
        message = commit.message or "No message"
        canvas.text(canvas.box(left, 7, width, 20), message, self._messages, "text")
        canvas.text(canvas.box(left, 27, width, 15), what, self._captions, "text_secondary")
        has_room = width >= _LEAST_TEXT_PX + _THUMBNAIL.width()
        if has_room and commit.mixdown_object_id is not None:
            self._paint_thumbnail(canvas, commit.mixdown_object_id, left + width - _THUMBNAIL.width())
            width -= _THUMBNAIL.width() + 8
        color = lane_color(canvas.theme, row.graph.color if row.graph else 0)
        pills = pills_of(row.tips, row.tags, color, canvas.theme)
        room = canvas.box(left, 44, width - _LEAST_AGE_PX, 18)
        taken = paint_pills(canvas.painter, room, pills, canvas.theme, canvas.direction)
        rest = canvas.box(left + taken, 45, width - taken, 15)
        place = self._captions.fitting(self._places(row, has_pills=taken > 0), rest.width())
        canvas.text(rest, place, self._captions, "text_tertiary")

    def _paint_thumbnail(self, canvas: _Canvas, object_id: str, left: int) -> None:
        box = canvas.box(left, 43, _THUMBNAIL.width(), _THUMBNAIL.height())
        painter, is_heard = canvas.painter, object_id == self.heard_object_id
        ratio = painter.device().devicePixelRatioF()
        token = "accent" if is_heard else "text_tertiary"
        picture = self.thumbnails.picture(object_id, _THUMBNAIL, canvas.theme, ratio, token)
        if picture is not None:
            painter.drawImage(box.topLeft(), picture)
        else:
            painter.fillRect(box.left(), box.center().y(), box.width(), 1, canvas.theme.color("line"))
        if is_heard:
            icon = QRectF(box.left() - 16, box.center().y() - 6, 13, 13)
            paint_icon(painter, IconName.SPEAKER, icon, canvas.theme.color("accent"))

    def _places(self, row: HistoryRow, *, has_pills: bool) -> tuple[str, ...]:
        """Return age, author and branch, and what of them is said where room is short."""
        commit = row.commit
        is_origin = bool(self.repository_id) and commit.repository_id != self.repository_id
        branch = "" if has_pills else self.origin_name if is_origin else row.branch
        age, author = ago_text(commit.created), commit.author.name
        whole = " · ".join(part for part in (age, author, branch) if part)
        return whole, f"{age} · {author}", age, age_text(commit.created)


def words_left(row: HistoryRow, usual_lanes: int) -> int:
    """Return where the words of a row begin, from its leading edge: in line with its neighbours where it can be."""
    return text_left(max(row.graph.n_lanes, usual_lanes) if row.graph else 1)


def ago_text(moment: datetime) -> str:
    """Return an age such as ``9 min ago``; dates and ``yesterday`` stand as they are."""
    age = age_text(moment)
    return f"{age} ago" if age.endswith(("min", " h", "days")) else age


def _paint_surface(canvas: _Canvas, state: QStyle.StateFlag, *, is_current: bool, is_opened: bool) -> None:
    selected = bool(state & QStyle.StateFlag.State_Selected)
    focused = bool(state & QStyle.StateFlag.State_HasFocus)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    if not (selected or is_current or hovered):
        return
    theme = canvas.theme
    box = QRectF(canvas.rect).adjusted(1, 1, -1, 9 if is_opened else -1)
    _paint_card(canvas, box, theme.color("raised", 1.0 if selected or is_current else 0.6))
    if focused and selected:
        canvas.painter.setPen(QPen(theme.color("accent"), 2))
        canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
        canvas.painter.drawRoundedRect(QRectF(canvas.rect).adjusted(1, 1, -1, -1), 7, 7)


def _paint_card(canvas: _Canvas, box: QRectF, color: QColor) -> None:
    """Draw a rounded surface, of which only what lies in the row is seen."""
    painter = canvas.painter
    painter.save()
    painter.setClipRect(canvas.rect)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(box, 7, 7)
    painter.restore()


def _paint_history(canvas: _Canvas, row: HistoryRow, *, is_current: bool) -> None:
    painter = canvas.painter
    painter.save()
    _mirror(canvas)
    if row.graph is not None:
        paint_graph(painter, canvas.rect, row.graph, canvas.theme, is_current=is_current)
    else:
        paint_mark(painter, canvas.rect, canvas.theme, is_current=is_current)
    painter.restore()


def _mirror(canvas: _Canvas) -> None:
    """Let the graph stand at the trailing edge where writing runs from right to left."""
    if canvas.direction is Qt.LayoutDirection.RightToLeft:
        canvas.painter.translate(canvas.rect.left() + canvas.rect.right() + 1, 0)
        canvas.painter.scale(-1, 1)

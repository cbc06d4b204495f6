"""The list of sounds: its model, which can be dragged from, and the delegate that draws name, facts and waveform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from infinite_studio.ui.fonts import caption_font, interface_font
from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.kit.time_text import duration_text, tempo_text
from infinite_studio.ui.timeline.drops import OBJECT_MIME_TYPE, object_mime_data
from infinite_studio.ui.timeline.waveform import opacity_of, read_columns, tinted

if TYPE_CHECKING:
    from infinite_studio.analysis.analysis import Analysis
    from infinite_studio.audio.peaks import Peaks
    from infinite_studio.history.values import Sound
    from infinite_studio.ui.theme import Theme

ROW_PX = 56
_THUMBNAIL = QSize(64, 36)
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class SoundRow:
    """One sound as it is drawn."""

    sound: Sound
    facts: str
    is_auditioned: bool = False


def facts_text(sound: Sound, analysis: Analysis | None) -> str:
    """Return length, tempo and key; says so where nothing clear was found, or while it is still being listened to."""
    parts = [duration_text(sound.n_frames / sound.sample_rate)]
    if analysis is None:
        return " · ".join([*parts, "listening…"])
    parts.append(tempo_text(analysis.tempo_bpm) if analysis.tempo_bpm else "no clear tempo")
    if analysis.key:
        parts.append(str(analysis.key))
    return " · ".join(parts)


class LibraryModel(QAbstractListModel):
    """The sounds that are shown now."""

    ROW = Qt.ItemDataRole.UserRole

    def __init__(
        self,
        parent: QObject | None = None,
        wrapped: Callable[[str, str], QMimeData] = object_mime_data,
    ) -> None:
        super().__init__(parent)
        self._rows: tuple[SoundRow, ...] = ()
        self._wrapped = wrapped

    def set_rows(self, rows: Sequence[SoundRow]) -> None:
        """Show these rows; nothing is announced where they are the same."""
        if tuple(rows) == self._rows:
            return
        same_sounds = [r.sound.sound_id for r in rows] == [r.sound.sound_id for r in self._rows]
        if same_sounds:
            self._rows = tuple(rows)
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == self.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.sound.name
        if role == Qt.ItemDataRole.ToolTipRole:
            rate = f"{row.sound.sample_rate / 1000:g} kHz"
            return f"{row.sound.original_file_name or row.sound.name}\n{row.facts} · {rate}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.sound.name}, {row.facts}"
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [OBJECT_MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        sound = self._rows[indexes[0].row()].sound
        return self._wrapped(sound.object_id, sound.name)


class LibraryDelegate(QStyledItemDelegate):
    """Draws a row; waveforms are kept as small pictures until their peaks change."""

    def __init__(self, peaks_of: Callable[[str], Peaks | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._peaks_of = peaks_of
        self._pictures: dict[tuple[str, str, float], QImage] = {}

    def forget(self, object_ids: frozenset[str]) -> None:
        """Draw these waveforms anew."""
        for key in [key for key in self._pictures if key[0] in object_ids]:
            del self._pictures[key]

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: SoundRow = index.data(LibraryModel.ROW)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme = theme_of(option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            ring = selected and bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(theme.color("accent"), 2) if ring else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised", 1.0 if selected else 0.6))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 7, 7)
        self._paint_thumbnail(painter, rect, row, theme)
        _paint_texts(painter, rect, row, theme)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, rect: QRect, row: SoundRow, theme: Theme) -> None:
        box = QRect(rect.left() + 8, rect.center().y() - _THUMBNAIL.height() // 2 + 1, 64, 36)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("timeline"))
        painter.drawRoundedRect(QRectF(box), 5, 5)
        ratio = painter.device().devicePixelRatioF()
        picture = self._picture(row.sound, theme, ratio)
        if picture is not None:
            painter.drawImage(box.topLeft(), picture)
        if row.is_auditioned:
            painter.setBrush(theme.color("panel", 0.7))
            painter.drawRoundedRect(QRectF(box), 5, 5)
            paint_icon(
                painter,
                IconName.SPEAKER,
                QRectF(box.center().x() - 8, box.center().y() - 8, 18, 18),
                theme.color("accent"),
            )

    def _picture(self, sound: Sound, theme: Theme, ratio: float) -> QImage | None:
        key = (sound.object_id, theme.name.value, ratio)
        if key not in self._pictures:
            peaks = self._peaks_of(sound.object_id)
            if peaks is None or peaks.n_frames == 0:
                return None
            columns, rows = round(_THUMBNAIL.width() * ratio), round(_THUMBNAIL.height() * ratio)
            n_frames = max(peaks.n_frames, sound.n_frames)
            read = read_columns(peaks, 0.0, n_frames / columns, columns)
            if read is None:
                return None
            picture = tinted(opacity_of(read, rows, 1.0), theme.color("melody"))
            picture.setDevicePixelRatio(ratio)
            self._pictures[key] = picture
        return self._pictures[key]


def _paint_texts(painter: QPainter, rect: QRect, row: SoundRow, theme: Theme) -> None:
    left = rect.left() + 8 + _THUMBNAIL.width() + 10
    width = rect.right() - left - 8
    lines = (
        (
            row.sound.name,
            interface_font(weight=QFont.Weight.Medium),
            "text",
            10,
            20,
            Qt.TextElideMode.ElideMiddle,
        ),
        (row.facts, caption_font(), "text_secondary", 30, 16, Qt.TextElideMode.ElideRight),
    )
    for text, font, token, top, height, mode in lines:
        painter.setFont(font)
        painter.setPen(theme.color(token))
        shown = QFontMetrics(font).elidedText(text, mode, width)
        box = QRect(left, rect.top() + top, width, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

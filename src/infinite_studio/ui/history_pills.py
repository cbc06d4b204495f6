"""The pills of a history row: branches that end there, and tags."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle

from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.theme import Theme

PILL_PX = 18
_ICON_PX = 11
_PADDING_PX = 6
_GAP_PX = 4
_LEAST_PX = 24
_MAX_TEXT_PX = 84
_MAX_PILLS = 2


@dataclass(frozen=True)
class Pill:
    """One label; without an icon it only counts the ones that are not shown."""

    text: str
    icon: IconName | None
    color: QColor

    def width(self, metrics: QFontMetrics) -> int:
        """Return how wide the pill is drawn."""
        icon = _ICON_PX + 3 if self.icon else 0
        return metrics.horizontalAdvance(self.shortened(metrics)) + icon + 2 * _PADDING_PX + 1

    def shortened(self, metrics: QFontMetrics) -> str:
        """Return the text as far as a pill shows it."""
        return metrics.elidedText(self.text, Qt.TextElideMode.ElideMiddle, _MAX_TEXT_PX)


def pills_of(tips: Sequence[str], tags: Sequence[str], color: QColor, theme: Theme) -> tuple[Pill, ...]:
    """Return the pills of a row: tags first, because a person gave them to find the row again."""
    all_pills = [
        *(Pill(tag, IconName.TAG, theme.color("attention")) for tag in tags),
        *(Pill(tip, IconName.BRANCH, color) for tip in tips),
    ]
    shown = all_pills[:_MAX_PILLS]
    more = len(all_pills) - len(shown)
    return (*shown, Pill(f"+{more}", None, theme.color("text_secondary"))) if more else tuple(shown)


def paint_pills(
    painter: QPainter, room: QRect, pills: Sequence[Pill], theme: Theme, direction: Qt.LayoutDirection
) -> int:
    """Draw pills from the leading edge of a line, as many as fit; return how much of its width they take."""
    metrics = QFontMetrics(caption_font())
    taken = 0
    for pill in pills:
        width = min(pill.width(metrics), room.width() - taken)
        if width < _LEAST_PX:
            break
        box = QRect(room.left() + taken, room.top(), width, PILL_PX)
        _paint_pill(painter, QStyle.visualRect(direction, room, box), pill, theme)
        taken += width + _GAP_PX
    return taken and taken + _GAP_PX // 2


def _paint_pill(painter: QPainter, box: QRect, pill: Pill, theme: Theme) -> None:
    surface = QColor(pill.color)
    surface.setAlphaF(0.16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(surface)
    painter.drawRoundedRect(QRectF(box), PILL_PX / 2, PILL_PX / 2)
    left = box.left() + _PADDING_PX
    if pill.icon is not None:
        top = box.center().y() - _ICON_PX / 2 + 0.5
        paint_icon(painter, pill.icon, QRectF(left, top, _ICON_PX, _ICON_PX), pill.color)
        left += _ICON_PX + 3
    painter.setFont(caption_font())
    painter.setPen(QPen(theme.color("text")))
    room = QRect(left, box.top(), box.right() + 1 - _PADDING_PX - left + 1, box.height())
    text = QFontMetrics(caption_font()).elidedText(pill.text, Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

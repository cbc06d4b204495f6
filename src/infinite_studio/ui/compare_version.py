"""One of two compared versions as a card with its letter; a press hears it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from infinite_studio.ui.fonts import caption_font, interface_font
from infinite_studio.ui.history_list import ago_text
from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.buttons import StudioButton
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.theme import CONTROL_RADIUS_PX

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit

_HEIGHT_PX = 52
_BADGE_PX = 28
_TEXT_LEFT_PX = 12 + _BADGE_PX + 10


class VersionCard(StudioButton):
    """Letter, message and age; framed while the version is heard."""

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.letter = letter
        self.message = ""
        self.facts = ""
        self.is_heard = False
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_commit(self, commit: Commit | None, place: str) -> None:
        """Show a version; ``place`` says where it stands, such as ``you are here``."""
        self.message = "" if commit is None else commit.message.split("\n", 1)[0] or "No message"
        facts = () if commit is None else (ago_text(commit.created), commit.author.name, place)
        self.facts = " · ".join(part for part in facts if part)
        silent = commit is None or commit.mixdown_object_id is None
        self.set_available("This version has no sound." if silent else "", f"Hear {self.letter}")
        self.setAccessibleName(f"{self.letter}: {self.message}, {self.facts}")
        self.update()

    def set_heard(self, *, is_heard: bool) -> None:
        """Frame the version that is heard now."""
        self.is_heard = is_heard
        self.setAccessibleDescription("heard now" if is_heard else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.hasFocus() or self.is_heard
        inset = 1.0 if strong else 0.5
        painter.setPen(QPen(theme.color("accent" if strong else "line"), 2 * inset))
        painter.setBrush(theme.color("raised" if self.underMouse() and self.isEnabled() else "timeline"))
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, CONTROL_RADIUS_PX, CONTROL_RADIUS_PX)
        self._paint_badge(painter)
        lines = (
            (self.message, interface_font(weight=QFont.Weight.Medium), "text", 8, 20),
            (self.facts, caption_font(), "text_secondary", 28, 16),
        )
        for text, font, token, top, height in lines:
            room = self.placed(QRect(_TEXT_LEFT_PX, top, self._text_width(), height))
            painter.setFont(font)
            painter.setPen(theme.color(token))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            side = Qt.AlignmentFlag.AlignRight if self._is_mirrored() else Qt.AlignmentFlag.AlignLeft
            absolute = side | Qt.AlignmentFlag.AlignAbsolute
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | absolute, shown)
        if self.is_heard:
            sign = self.placed(QRect(self.width() - 28, (_HEIGHT_PX - 16) // 2, 16, 16))
            paint_icon(painter, IconName.SPEAKER, QRectF(sign), theme.color("accent"))

    def placed(self, rect: QRect) -> QRect:
        """Return where something is drawn: at the other side where people read from right to left."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), rect)

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def _text_width(self) -> int:
        return self.width() - _TEXT_LEFT_PX - (32 if self.is_heard else 12)

    def _paint_badge(self, painter: QPainter) -> None:
        theme = theme_of(self)
        badge = QRectF(self.placed(QRect(12, (_HEIGHT_PX - _BADGE_PX) // 2, _BADGE_PX, _BADGE_PX)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent" if self.is_heard else "control"))
        painter.drawRoundedRect(badge, 8, 8)
        painter.setPen(theme.color("on_accent" if self.is_heard else "text"))
        painter.setFont(interface_font(weight=QFont.Weight.DemiBold))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self.letter)

"""A small button that hears one side of a choice: a letter or a word beside the sign for playing."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.buttons import StudioButton
from infinite_studio.ui.kit.themed import theme_of

HEAR_PX = 26
_SIGN_PX = 12
_PADDING_PX = 7


class HearButton(StudioButton):
    """Plays one stored sound alone; greyed with a reason where there is none."""

    def __init__(self, text: str, object_id: str | None, what: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.object_id = object_id
        self.is_heard = False
        self.setProperty("kind", "hear")
        self.setFont(caption_font(QFont.Weight.DemiBold))
        self.setFixedHeight(HEAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Hear {what}")
        self.set_available("" if object_id else f"There is no {what}.", f"Hear {what}")

    def set_heard(self, object_id: str | None) -> None:
        """Show whether the sound of this button is heard now."""
        is_heard = object_id is not None and object_id == self.object_id
        if is_heard != self.is_heard:
            self.is_heard = is_heard
            self.setAccessibleDescription("heard now" if is_heard else "")
            self.update()

    def sizeHint(self) -> QSize:
        advance = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(advance + _SIGN_PX + 4 + 2 * _PADDING_PX, HEAR_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        ring = self.hasFocus()
        inset = 1.0 if ring else 0.5
        painter.setPen(QPen(theme.color("accent" if ring or self.is_heard else "line"), 2 * inset))
        hot = self.isEnabled() and (self.underMouse() or self.isDown())
        token = "accent_surface" if self.is_heard else "control" if hot else "raised"
        painter.setBrush(theme.color(token))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 7, 7)
        ink = theme.color("on_accent_surface" if self.is_heard else "text")
        sign = QRectF(_PADDING_PX, (HEAR_PX - _SIGN_PX) / 2, _SIGN_PX, _SIGN_PX)
        paint_icon(painter, IconName.STOP if self.is_heard else IconName.PLAY, sign, ink)
        painter.setPen(ink)
        painter.setFont(self.font())
        room = self.rect().adjusted(_PADDING_PX + _SIGN_PX + 4, 0, -_PADDING_PX + 2, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())

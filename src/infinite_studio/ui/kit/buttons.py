"""Buttons: one primary a panel, quiet ones beside it, icon buttons and pills on the bars."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.themed import restyle, theme_of
from infinite_studio.ui.theme import TRANSPORT_BUTTON_PX

SMALL_BUTTON_PX = 28
SMALL_ICON_PX = 16
TRANSPORT_ICON_PX = 18
GREYED_OPACITY = 0.55
_GAP_PX = 8


class StudioButton(QPushButton):
    """A button that Tab reaches, that Return presses, and that a click does not take focus with."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Return as well: Space belongs to the transport."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def set_available(self, reason: str = "", tooltip: str = "") -> None:
        """Enable the button, or grey it and let its tooltip say the reason."""
        self.setEnabled(not reason)
        self.setToolTip(reason or tooltip)

    def _paint_bevel(self, painter: QPainter) -> QStyleOptionButton:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        return option


class PrimaryButton(StudioButton):
    """The one accented button of a panel, with a quiet text such as ``≈ 0.9 s`` after its verb."""

    def __init__(self, text: str, trailing: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._trailing = trailing
        self.setProperty("kind", "primary")
        self.setMinimumHeight(40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def trailing(self) -> str:
        """The quiet text after the verb."""
        return self._trailing

    def set_trailing(self, text: str) -> None:
        """Change the quiet text."""
        if text != self._trailing:
            self._trailing = text
            self.setAccessibleName(f"{self.text()} {text}".strip())
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(self.text()) + metrics.horizontalAdvance(self._trailing)
        return QSize(width + _GAP_PX + 32, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_bevel(painter)
        theme = theme_of(self)
        strong, quiet = self.font(), self.font()
        strong.setWeight(strong.Weight.DemiBold)
        verb = QFontMetrics(strong).horizontalAdvance(self.text())
        rest = QFontMetrics(quiet).horizontalAdvance(self._trailing)
        gap = _GAP_PX if self._trailing else 0
        left = max((self.width() - verb - gap - rest) // 2, 8)
        painter.setPen(theme.color("on_accent" if self.isEnabled() else "text_tertiary"))
        painter.setFont(strong)
        painter.drawText(QRect(left, 0, verb + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setOpacity(0.75)
        painter.setFont(quiet)
        painter.drawText(
            QRect(left + verb + gap, 0, rest + 2, self.height()),
            Qt.AlignmentFlag.AlignVCenter,
            self._trailing,
        )


class QuietButton(StudioButton):
    """A plain button beside or instead of the primary one, optionally with an icon before its verb."""

    def __init__(self, text: str, icon: IconName | None = None, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.icon_name = icon
        self.setProperty("kind", "quiet")
        self.setMinimumHeight(32)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        icon = SMALL_ICON_PX + 6 if self.icon_name else 0
        return QSize(metrics.horizontalAdvance(self.text()) + icon + 28, 32)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width() - 8, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_bevel(painter)
        color = theme_of(self).color("text" if self.isEnabled() else "text_tertiary")
        icon = SMALL_ICON_PX + 6 if self.icon_name else 0
        metrics = QFontMetrics(self.font())
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - icon - 12)
        advance = metrics.horizontalAdvance(text)
        left = (self.width() - advance - icon) // 2
        if self.icon_name:
            top = (self.height() - SMALL_ICON_PX) / 2
            paint_icon(painter, self.icon_name, QRectF(left, top, SMALL_ICON_PX, SMALL_ICON_PX), color)
        painter.setPen(color)
        painter.drawText(
            QRect(left + icon, 0, advance + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text
        )


class IconButton(StudioButton):
    """A square button with a line icon; its name is told to tooltip and screen reader."""

    def __init__(
        self,
        icon: IconName,
        name: str,
        *,
        size_px: int = SMALL_BUTTON_PX,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", parent)
        self.icon_name = icon
        self.setProperty("kind", "icon")
        self.setCheckable(checkable)
        self.setFixedSize(size_px, size_px)
        self.set_name(name)

    @classmethod
    def transport(cls, icon: IconName, name: str, *, checkable: bool = False) -> "IconButton":
        """Make a button of the transport bar."""
        return cls(icon, name, size_px=TRANSPORT_BUTTON_PX, checkable=checkable)

    def set_icon(self, icon: IconName, name: str = "") -> None:
        """Change the picture, and the name where one is given."""
        self.icon_name = icon
        if name:
            self.set_name(name)
        self.update()

    def set_name(self, name: str) -> None:
        """Say what the button does."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def set_emphasis(self, emphasis: str) -> None:
        """Choose ``primary``, ``raised`` or, with an empty text, no background."""
        self.setProperty("emphasis", emphasis)
        restyle(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_bevel(painter)
        px = TRANSPORT_ICON_PX if self.width() >= TRANSPORT_BUTTON_PX else SMALL_ICON_PX
        box = QRectF((self.width() - px) / 2, (self.height() - px) / 2, px, px)
        opacity = 1.0 if self.isEnabled() else GREYED_OPACITY
        paint_icon(painter, self.icon_name, box, theme_of(self).color(self._ink(), opacity))

    def _ink(self) -> str:
        if not self.isEnabled():
            return "text_tertiary"
        if self.property("emphasis") == "primary":
            return "on_accent"
        if self.isChecked():
            return "on_accent_surface"
        return "text"


class PillButton(StudioButton):
    """A rounded button on a bar: an icon, a text, and a tone that never stands alone."""

    def __init__(
        self,
        text: str = "",
        icon: IconName | None = None,
        tone: str = "neutral",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.icon_name = icon
        self.max_text_px = 220
        self.padding_px = 12
        self.shortens = True
        self.setProperty("kind", "pill")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setProperty("tone", tone)
        self.setFixedHeight(SMALL_BUTTON_PX)

    def set_tone(self, tone: str) -> None:
        """Choose ``neutral``, ``attention`` or ``accent``; ``plain``, ``title`` or ``warned`` have no surface."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        icon = 14 + 6 if self.icon_name else 0
        width = min(metrics.horizontalAdvance(self.text()), self.max_text_px)
        return QSize(width + icon + 2 * self.padding_px + 1, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        width = self.sizeHint().width()
        return QSize(min(width, 64) if self.shortens else width, self.minimumHeight())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_bevel(painter)
        token = {
            "attention": "attention",
            "warned": "attention",
            "accent": "on_accent_surface",
            "title": "text",
        }
        color = theme_of(self).color(token.get(str(self.property("tone")), "text_secondary"))
        left = self.padding_px
        if self.icon_name:
            paint_icon(painter, self.icon_name, QRectF(left, (self.height() - 14) / 2, 14, 14), color)
            left += 20
        painter.setPen(color)
        room = self.width() - left - self.padding_px + 2
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, text)


def explain(button: QAbstractButton, reason: str, tooltip: str = "") -> None:
    """Grey any button with the reason in its tooltip, or enable it where the reason is empty."""
    button.setEnabled(not reason)
    button.setToolTip(reason or tooltip)

"""The timeline's small buttons: letters on the heads, icons in the corner."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from infinite_studio.ui.fonts import interface_font
from infinite_studio.ui.theme import CAPTION_PX, Theme
from infinite_studio.ui.timeline.drawing import mixed, paint_focus_ring
from infinite_studio.ui.timeline.focus import ShowsKeyboardFocus
from infinite_studio.ui.timeline.metrics import HIT_TARGET_PX
from infinite_studio.ui.timeline.state import TimelineState

LETTER_WIDTH_PX = 28
LETTER_RADIUS_PX = 7
STROKE_PX = 1.5
HOVER_SHARE = 0.08


class PaintedButton(ShowsKeyboardFocus, QAbstractButton):
    """A button in the theme's colours; Enter presses it, because Space belongs to the transport."""

    def __init__(self, state: TimelineState, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_face(painter, QRectF(self.rect()))

    def paint_face(self, painter: QPainter, box: QRectF) -> None:
        """Draw the button; each kind of button has its own face."""
        raise NotImplementedError

    def paint_plate(self, painter: QPainter, box: QRectF, color: QColor, radius: float) -> None:
        """Draw the surface under the button's sign, brighter under the mouse, with the focus ring."""
        lit = self.underMouse() and self.isEnabled()
        share = HOVER_SHARE * (2 if self.isDown() else 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(self._state.theme.color("text"), color, share) if lit else color)
        painter.drawRoundedRect(box, radius, radius)
        if self.shows_focus_ring:
            paint_focus_ring(painter, self._state.theme, box, radius)


class LetterButton(PaintedButton):
    """A toggle with a letter, such as M for mute."""

    def __init__(
        self, state: TimelineState, letter: str, on_token: str, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(state, name, parent)
        self._on_token = on_token
        self._font = interface_font(CAPTION_PX, QFont.Weight.DemiBold)
        self.setText(letter)
        self.setCheckable(True)
        self.setFixedSize(LETTER_WIDTH_PX, HIT_TARGET_PX)

    def paint_face(self, painter: QPainter, box: QRectF) -> None:
        theme = self._state.theme
        plate = theme.color(self._on_token if self.isChecked() else "control")
        self.paint_plate(painter, box, plate, LETTER_RADIUS_PX)
        painter.setFont(self._font)
        painter.setPen(_readable_on(plate, theme) if self.isChecked() else theme.color("text_secondary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())


class CornerButton(PaintedButton):
    """A small button with a line icon, drawn around the origin in a box of 12 pixels."""

    def __init__(
        self,
        state: TimelineState,
        draw: Callable[[QPainter], None],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(state, name, parent)
        self._draw = draw
        self.setToolTip(name)
        self.setFixedSize(HIT_TARGET_PX + 4, HIT_TARGET_PX)

    def paint_face(self, painter: QPainter, box: QRectF) -> None:
        theme = self._state.theme
        self.paint_plate(painter, box, theme.color("panel"), LETTER_RADIUS_PX)
        painter.setPen(
            QPen(
                theme.color("text_secondary"),
                STROKE_PX,
                c=Qt.PenCapStyle.RoundCap,
                j=Qt.PenJoinStyle.RoundJoin,
            )
        )
        painter.translate(box.center())
        self._draw(painter)


def draw_minus(painter: QPainter) -> None:
    """Draw the sign for zooming out."""
    painter.drawLine(QPointF(-4.5, 0), QPointF(4.5, 0))


def draw_plus(painter: QPainter) -> None:
    """Draw the sign for zooming in."""
    draw_minus(painter)
    painter.drawLine(QPointF(0, -4.5), QPointF(0, 4.5))


def draw_fit(painter: QPainter) -> None:
    """Draw the sign for showing everything: an arrow between two walls."""
    for side in (-1, 1):
        painter.drawLine(QPointF(7 * side, -4.5), QPointF(7 * side, 4.5))
        painter.drawPolyline([QPointF(2 * side, -2.5), QPointF(4.5 * side, 0), QPointF(2 * side, 2.5)])
    painter.drawLine(QPointF(-4.5, 0), QPointF(4.5, 0))


def _readable_on(plate: QColor, theme: Theme) -> QColor:
    """Return the theme's text or surface colour, whichever stands out more from the plate."""
    candidates = (theme.color("text"), theme.color("timeline"), theme.color("on_accent"))
    return max(candidates, key=lambda color: abs(_luminance(color) - _luminance(plate)))


def _luminance(color: QColor) -> float:
    return 0.2126 * color.redF() + 0.7152 * color.greenF() + 0.0722 * color.blueF()

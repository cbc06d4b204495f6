"""A switch with its words: on and off differ by place and shape, not by colour alone."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from infinite_studio.ui.kit.themed import theme_of

_TRACK_WIDTH_PX, _TRACK_HEIGHT_PX, _GAP_PX = 30, 18, 10


class ToggleSwitch(QAbstractButton):
    """Like a check box: Tab reaches it, Return and Space turn it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(
            _TRACK_WIDTH_PX + _GAP_PX + QFontMetrics(self.font()).horizontalAdvance(self.text()) + 6, 28
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(_TRACK_WIDTH_PX + _GAP_PX + 40, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with Return as well."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.isRightToLeft()
        top = (self.height() - _TRACK_HEIGHT_PX) / 2
        left = self.width() - _TRACK_WIDTH_PX - 2 if mirrored else 2
        track = QRectF(left, top, _TRACK_WIDTH_PX, _TRACK_HEIGHT_PX)
        if not self.isEnabled():
            painter.setOpacity(0.5)
        painter.setPen(QPen(theme.color("text_tertiary"), 1) if not self.isChecked() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent" if self.isChecked() else "control"))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        knob = track.height() - 6
        at_end = self.isChecked() is not mirrored
        knob_left = track.right() - knob - 3 if at_end else track.left() + 3
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent" if self.isChecked() else "text_secondary"))
        painter.drawEllipse(QRectF(knob_left, top + 3, knob, knob))
        self._paint_text(painter, mirrored)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 9, 9)

    def _paint_text(self, painter: QPainter, mirrored: bool) -> None:
        start = _TRACK_WIDTH_PX + _GAP_PX
        room = self.rect().adjusted(4, 0, -start, 0) if mirrored else self.rect().adjusted(start, 0, -4, 0)
        painter.setPen(theme_of(self).color("text" if self.isEnabled() else "text_tertiary"))
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, text)

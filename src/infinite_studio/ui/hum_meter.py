"""How loud the microphone is, whether it clipped, and for how long it records."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from infinite_studio.soundcard.recorder import RecorderState
from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.kit.time_text import signed_text

FLOOR_DB = -54.0
LOUD_DB = -6.0
_HEIGHT_PX = 28
_BAR_PX = 8
_CLIP_PX = 44
_VALUE_PX = 64


def level_db(level: float) -> float:
    """Return a linear peak in dB, never below the meter's floor."""
    return max(20.0 * math.log10(max(level, 1e-6)), FLOOR_DB)


class HumMeter(QWidget):
    """A horizontal meter in dB with marks, and a light that reads CLIP once the input was too loud."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RecorderState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT_PX)
        self.setAccessibleName("Input level")
        self.show_state(RecorderState())

    @property
    def is_clipped(self) -> bool:
        """Whether the clip light is on."""
        return self._state.has_clipped

    @property
    def level(self) -> float:
        """The linear level that is shown."""
        return self._state.level

    def show_state(self, state: RecorderState) -> None:
        """Show the microphone as it is now."""
        self._state = state
        clipped = ", clipped" if state.has_clipped else ""
        self.setAccessibleDescription(f"{self._value_text()}{clipped}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(caption_font())
        middle = self.height() / 2
        bar = QRectF(0, middle - _BAR_PX / 2, self.width() - _CLIP_PX - _VALUE_PX - 16, _BAR_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("control"))
        painter.drawRoundedRect(bar, 4, 4)
        level = level_db(self._state.level)
        if level > FLOOR_DB:
            token = "danger" if self._state.has_clipped else "attention" if level > LOUD_DB else "good"
            painter.setBrush(theme.color(token))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * _share(level), _BAR_PX), 4, 4)
        for mark in (-36.0, -18.0, LOUD_DB):
            x = bar.left() + bar.width() * _share(mark)
            painter.fillRect(QRectF(x, bar.top(), 1, _BAR_PX), theme.color("panel"))
        value = QRectF(bar.right() + 8, 0, _VALUE_PX, self.height())
        painter.setPen(theme.color("text_secondary"))
        painter.drawText(
            value, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._value_text()
        )
        self._paint_clip(painter, QRectF(self.width() - _CLIP_PX, middle - 9, _CLIP_PX, 18))

    def _paint_clip(self, painter: QPainter, box: QRectF) -> None:
        theme = theme_of(self)
        is_lit = self._state.has_clipped
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("danger") if is_lit else theme.color("control"))
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(theme.color("on_accent") if is_lit else theme.color("text_tertiary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "CLIP" if is_lit else "clip")

    def _value_text(self) -> str:
        level = level_db(self._state.level)
        return "−∞ dB" if level <= FLOOR_DB else f"{signed_text(level)} dB"


def _share(level: float) -> float:
    return min(max(1.0 - level / FLOOR_DB, 0.0), 1.0)

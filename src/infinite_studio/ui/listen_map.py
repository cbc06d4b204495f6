"""A sound from left to right: its energy, its sections and its chords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.kit.time_text import duration_text

if TYPE_CHECKING:
    from infinite_studio.analysis.analysis import Analysis
    from infinite_studio.ui.theme import Theme

FLOOR_LUFS, CEILING_LUFS = -50.0, -5.0
_CURVE_PX, _ROW_PX, _GAP_PX = 72, 20, 4
_STEM_TOKENS = ("melody", "bass", "drums", "other", "vocals")


class SoundMap(QWidget):
    """Sections as coloured bands with their letters, the energy curve, one chord a bar where there is room."""

    pressed_at = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._analysis: Analysis | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Energy, sections and chords over time")

    def show_analysis(self, analysis: Analysis | None) -> None:
        """Draw a sound; None for nothing."""
        if analysis != self._analysis:
            self._analysis = analysis
            self.setAccessibleDescription("" if analysis is None else described(analysis))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        chords = _ROW_PX + _GAP_PX if self._analysis is not None and self._analysis.chords else 0
        metrics = QFontMetrics(caption_font())
        return QSize(200, _CURVE_PX + _row_px(metrics) + chords + _row_px(metrics))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def text_at(self, x: float) -> str:
        """Say what sounds at a place: time, section and chord."""
        found = self._analysis
        if found is None or found.duration_seconds <= 0:
            return ""
        seconds = max(0.0, min(x / max(self.width(), 1), 1.0)) * found.duration_seconds
        section = next((s for s in found.sections if s.start_seconds <= seconds < s.end_seconds), None)
        chord = next((c for c in reversed(found.chords) if c.start_seconds <= seconds), None)
        parts = [
            duration_text(seconds),
            f"section {section.label}" if section else "",
            chord.name if chord else "",
        ]
        return " · ".join(part for part in parts if part)

    def event(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.text_at(event.pos().x()), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._analysis is not None:
            self.pressed_at.emit(
                event.position().x() / max(self.width(), 1) * self._analysis.duration_seconds
            )

    def paintEvent(self, _event: QPaintEvent) -> None:
        found = self._analysis
        if found is None or found.duration_seconds <= 0:
            return
        painter, theme = QPainter(self), theme_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(caption_font())
        row = _row_px(painter.fontMetrics())
        curve = QRectF(0, row, self.width(), _CURVE_PX)
        self._paint_sections(painter, theme, found, row)
        _paint_curve(painter, theme, found.energy_curve_lufs, curve)
        if found.chords:
            self._paint_chords(painter, theme, found, curve.bottom() + _GAP_PX)
        self._paint_times(painter, theme, found.duration_seconds, row)

    def _x(self, seconds: float, duration_seconds: float) -> float:
        return seconds / duration_seconds * self.width()

    def _paint_sections(self, painter: QPainter, theme: Theme, found: Analysis, row: float) -> None:
        for section in found.sections:
            left, right = (
                self._x(s, found.duration_seconds) for s in (section.start_seconds, section.end_seconds)
            )
            token = _STEM_TOKENS[(ord(section.label) - ord("A")) % len(_STEM_TOKENS)]
            band = QRectF(left, 0, right - left - 1, row + _CURVE_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(token, 0.14))
            painter.drawRoundedRect(band, 4, 4)
            if right - left > painter.fontMetrics().horizontalAdvance(section.label) + 8:
                painter.setPen(theme.color("text_secondary"))
                text = QRectF(left + 6, 0, right - left - 8, row)
                painter.drawText(
                    text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, section.label
                )

    def _paint_chords(self, painter: QPainter, theme: Theme, found: Analysis, top: float) -> None:
        starts = [*(chord.start_seconds for chord in found.chords), found.duration_seconds]
        free_from = 0.0
        before = ""
        for chord, end in zip(found.chords, starts[1:], strict=True):
            left, right = (
                self._x(chord.start_seconds, found.duration_seconds),
                self._x(end, found.duration_seconds),
            )
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(
                QPointF(left, top), QPointF(left, top + (_ROW_PX if chord.name != before else 4))
            )
            width = painter.fontMetrics().horizontalAdvance(chord.name)
            if chord.name != before and left >= free_from and left + 4 + width <= self.width():
                painter.setPen(theme.color("text"))
                painter.drawText(QPointF(left + 4, top + painter.fontMetrics().ascent() + 2), chord.name)
                free_from = left + width + 10
            before = chord.name
            del right

    def _paint_times(self, painter: QPainter, theme: Theme, seconds: float, row: float) -> None:
        painter.setPen(theme.color("text_tertiary"))
        line = QRectF(0, self.height() - row, self.width(), row)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, duration_text(0.0))
        painter.drawText(
            line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, duration_text(seconds)
        )


def described(analysis: Analysis) -> str:
    """Say what the picture shows, for people who do not see it."""
    parts = [f"{len(analysis.sections)} section{'' if len(analysis.sections) == 1 else 's'}"]
    if analysis.chords:
        names = dict.fromkeys(chord.name for chord in analysis.chords)
        parts.append(f"chords {', '.join(names)}")
    if analysis.energy_curve_lufs:
        parts.append(f"loudest at {max(analysis.energy_curve_lufs):.0f} LUFS")
    return "; ".join(parts)


def _row_px(metrics: QFontMetrics) -> int:
    return max(_ROW_PX, metrics.height() + 4)


def _paint_curve(painter: QPainter, theme: Theme, levels: tuple[float, ...], box: QRectF) -> None:
    if not levels:
        return
    heights = [
        max(0.0, min((level - FLOOR_LUFS) / (CEILING_LUFS - FLOOR_LUFS), 1.0)) * (box.height() - 4)
        for level in levels
    ]
    step = box.width() / max(len(heights) - 1, 1)
    line = QPainterPath(QPointF(box.left(), box.bottom() - heights[0]))
    for index, height in enumerate(heights[1:], start=1):
        line.lineTo(box.left() + index * step, box.bottom() - height)
    filled = QPainterPath(line)
    filled.lineTo(box.right(), box.bottom())
    filled.lineTo(box.left(), box.bottom())
    painter.fillPath(filled, theme.color("accent", 0.25))
    painter.setPen(QPen(theme.color("accent"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(line)

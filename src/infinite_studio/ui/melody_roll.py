"""A few notes as a small piano roll."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from infinite_studio.project.model import BEATS_PER_BAR
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.theme import CONTROL_RADIUS_PX

if TYPE_CHECKING:
    from infinite_studio.music.note import Note
    from infinite_studio.services.values import Melody

HEIGHT_PX = 96
_PADDING_PX = 8
_LEAST_SEMITONES = 12
_MOST_BAR_LINES = 33
_THICKEST_PX, _THINNEST_PX, _NARROWEST_PX = 7.0, 3.0, 2.0
_NOTE_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


def pitch_name(pitch: int) -> str:
    """Return a pitch as musicians write it; 60 is C4."""
    return f"{_NOTE_NAMES[pitch % 12]}{pitch // 12 - 1}"


def n_bars_of(melody: Melody) -> int:
    """Return the bars that a melody fills."""
    return max(1, math.ceil(melody.length_beats / BEATS_PER_BAR - 1e-6))


def count_text(melody: Melody) -> str:
    """Say how many notes a melody has."""
    return "1 note" if len(melody.notes) == 1 else f"{len(melody.notes):,} notes"


def melody_text(melody: Melody) -> str:
    """Say how many notes and bars a melody has, and where it lies."""
    n_bars = n_bars_of(melody)
    pitches = [note.pitch for note in melody.notes]
    bars = "1 bar" if n_bars == 1 else f"{n_bars} bars"
    return f"{count_text(melody)} · {bars} · {pitch_name(min(pitches))} to {pitch_name(max(pitches))}"


class MelodyRoll(QWidget):
    """Draws the notes over whole bars, joined by a thin line as they are sung."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: tuple[Note, ...] = ()
        self._n_beats = float(BEATS_PER_BAR)
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Melody")

    def set_melody(self, melody: Melody | None) -> None:
        """Show these notes."""
        self._notes = melody.notes if melody is not None else ()
        self._n_beats = float(BEATS_PER_BAR * n_bars_of(melody)) if melody is not None else 4.0
        self.setAccessibleDescription(melody_text(melody) if melody is not None and melody.notes else "")
        self.update()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is drawn."""
        return self._notes

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT_PX)

    def note_box(self, note: Note) -> QRectF:
        """Return where a note is drawn."""
        lowest, semitones = self._range()
        field = self._field()
        row = field.height() / semitones
        thickness = min(max(row, _THINNEST_PX), _THICKEST_PX)
        middle = field.bottom() - (note.pitch - lowest + 0.5) * row
        left = field.left() + field.width() * note.start_beat / self._n_beats
        width = max(field.width() * note.length_beats / self._n_beats - 1.0, _NARROWEST_PX)
        return QRectF(left, middle - thickness / 2, width, thickness)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("timeline"))
        painter.drawRoundedRect(frame, CONTROL_RADIUS_PX, CONTROL_RADIUS_PX)
        self._paint_grid(painter)
        self._paint_line(painter)
        painter.setPen(QPen(theme.color("timeline"), 0.5))
        for note in self._notes:
            painter.setBrush(theme.color("melody", 0.55 + 0.45 * note.velocity))
            painter.drawRoundedRect(self.note_box(note), 2, 2)

    def _paint_grid(self, painter: QPainter) -> None:
        theme, field = theme_of(self), self._field()
        lowest, semitones = self._range()
        row = field.height() / semitones
        painter.setPen(QPen(theme.color("line", 0.55), 1))
        for pitch in range(lowest, lowest + semitones):
            if pitch % 12 == 0:
                y = round(field.bottom() - (pitch - lowest) * row) + 0.5
                painter.drawLine(QPointF(1, y), QPointF(self.width() - 1, y))
        n_bars = round(self._n_beats / BEATS_PER_BAR)
        every = math.ceil((n_bars + 1) / _MOST_BAR_LINES)
        for bar in range(0, n_bars + 1, every):
            x = round(field.left() + field.width() * bar / n_bars) + 0.5
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))

    def _paint_line(self, painter: QPainter) -> None:
        path = QPainterPath()
        for before, after in zip(self._notes, self._notes[1:], strict=False):
            if after.start_beat - before.end_beat < BEATS_PER_BAR / 2:
                one, other = self.note_box(before), self.note_box(after)
                path.moveTo(one.right(), one.center().y())
                path.lineTo(other.left(), other.center().y())
        painter.setPen(QPen(theme_of(self).color("vocals", 0.7), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _field(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_PADDING_PX, _PADDING_PX, -_PADDING_PX, -_PADDING_PX)

    def _range(self) -> tuple[int, int]:
        """Return the lowest pitch and the number of semitones that are drawn: at least an octave."""
        pitches = [note.pitch for note in self._notes] or [60, 72]
        missing = max(_LEAST_SEMITONES - (max(pitches) - min(pitches) + 1), 0)
        return min(pitches) - missing // 2, max(pitches) - min(pitches) + 1 + missing

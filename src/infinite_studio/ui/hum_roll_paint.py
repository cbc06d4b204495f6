"""How the roll of a hum looks: rows of keys, beats, the pitch curve, the notes, and where they are written."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from infinite_studio.music.resynthesis import sung_notes
from infinite_studio.services.humming_values import written
from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.hum_roll_view import KEYS_PX
from infinite_studio.ui.melody_roll import pitch_name

if TYPE_CHECKING:
    from infinite_studio.music.singing import SungNote
    from infinite_studio.services.humming_state import HumState
    from infinite_studio.services.humming_values import Hum
    from infinite_studio.ui.hum_roll_view import RollView
    from infinite_studio.ui.theme import Theme

_BLACK = {1, 3, 6, 8, 10}
_LEAST_BEAT_PX = 9.0
_STEEPEST_SEMITONES = 1.5
_LEAST_NAME_PX = 26.0
_SECOND_STEPS = (0.5, 1, 2, 5, 10, 15, 30, 60, 120)


def paint_grid(painter: QPainter, view: RollView, theme: Theme, scale: Collection[int]) -> None:
    """Draw the rows; those outside of the key are darker, every C carries its name."""
    field = view.field
    painter.setFont(caption_font())
    for pitch in range(view.lowest, view.lowest + view.semitones):
        row = QRectF(field.left(), view.y_of(pitch) - view.row / 2, field.width(), view.row)
        if scale and pitch % 12 in scale:
            painter.fillRect(row, theme.color("raised", 0.55))
        key = QRectF(0, row.top() + 0.5, KEYS_PX - 4, max(row.height() - 1, 1))
        painter.fillRect(key, theme.color("control" if pitch % 12 in _BLACK else "line"))
        if pitch % 12 == 0:
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(field.left(), row.bottom()), QPointF(field.right(), row.bottom()))
        if pitch % 12 == 0 or view.row >= 13:
            painter.setPen(theme.color("text_secondary"))
            box = QRectF(0, row.center().y() - 8, KEYS_PX - 8, 16)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, pitch_name(pitch)
            )


def paint_times(painter: QPainter, view: RollView, theme: Theme) -> None:
    """Write seconds below the field."""
    step = next((s for s in _SECOND_STEPS if s * view.px_per_second >= 46), _SECOND_STEPS[-1])
    first = math.ceil(view.from_seconds / step)
    last = int((view.from_seconds + view.seen_seconds) / step)
    painter.setPen(theme.color("text_tertiary"))
    for number in range(first, last + 1):
        x = view.x_of(number * step)
        box = QRectF(x - 24, view.field.bottom() + 1, 48, 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{number * step:g} s")


def paint_beats(painter: QPainter, view: RollView, theme: Theme, state: HumState) -> None:
    """Draw the beats of the tempo at which the notes are written down; bars are stronger."""
    beat_seconds = 60.0 / state.writing.tempo_bpm
    if beat_seconds * view.px_per_second < _LEAST_BEAT_PX / 4:
        return
    origin = origin_seconds(state)
    first = math.ceil((view.from_seconds - origin) / beat_seconds)
    last = int((view.from_seconds + view.seen_seconds - origin) / beat_seconds)
    for beat in range(first, last + 1):
        if beat % 4 and beat_seconds * view.px_per_second < _LEAST_BEAT_PX:
            continue
        x = round(view.x_of(origin + beat * beat_seconds)) + 0.5
        painter.setPen(QPen(theme.color("line", 0.9 if beat % 4 == 0 else 0.4), 1))
        painter.drawLine(QLineF(x, view.field.top(), x, view.field.bottom()))


def paint_curve(painter: QPainter, view: RollView, theme: Theme, hum: Hum) -> None:
    """Draw the pitch as it was sung, without the singer's own tuning; unvoiced stretches are gaps."""
    curve = hum.curve
    first = max(int(view.from_seconds / curve.hop_seconds) - 1, 0)
    last = min(int((view.from_seconds + view.seen_seconds) / curve.hop_seconds) + 2, curve.n_moments)
    every = max(int(1.0 / (curve.hop_seconds * view.px_per_second)), 1)
    path = QPainterPath()
    voiced = curve.is_voiced[first:last].copy()
    voiced[1:] &= np.abs(np.diff(curve.pitches[first:last])) < _STEEPEST_SEMITONES
    edges = np.flatnonzero(np.diff(np.concatenate([[False], voiced, [False]]).astype(np.int8))) + first
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        places = range(int(start), int(end), every)
        points = [
            QPointF(view.x_of(at * curve.hop_seconds), view.y_of(float(curve.pitches[at]) - hum.tuning))
            for at in places
        ]
        path.addPolygon(QPolygonF(points))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("vocals", 0.9), 1.4))
    painter.drawPath(path)


def paint_notes(
    painter: QPainter,
    view: RollView,
    theme: Theme,
    notes: tuple[SungNote, ...],
    chosen: Collection[int],
    current: int,
) -> None:
    """Draw the notes; chosen ones have an outline, the one that the keys act on a strong one."""
    for place, note in enumerate(notes):
        box = view.box_of(note)
        if box.right() < view.field.left() or box.left() > view.field.right():
            continue
        painter.setBrush(theme.color("melody", 0.35 + 0.4 * note.velocity))
        is_chosen = place in chosen
        pen = QPen(
            theme.color("text" if is_chosen else "timeline"), 2 if place == current and is_chosen else 1
        )
        painter.setPen(pen)
        painter.drawRoundedRect(box, 3, 3)
        if box.width() >= _LEAST_NAME_PX and box.height() >= painter.fontMetrics().height():
            painter.setPen(theme.color("text"))
            painter.drawText(
                box.adjusted(4, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, pitch_name(round(note.pitch))
            )


def paint_written(painter: QPainter, view: RollView, theme: Theme, state: HumState) -> None:
    """Draw a thin line below each note where it is written once it was moved to the grid."""
    if state.writing.strength <= 0.0 or not state.notes:
        return
    origin = origin_seconds(state)
    painter.setPen(QPen(theme.color("accent"), 2))
    for note in sung_notes(written(state.notes, state.writing), state.writing.tempo_bpm):
        box = view.box_of(note)
        left = view.x_of(note.start_seconds + origin)
        y = box.bottom() + 2.5
        painter.drawLine(QLineF(left + 1, y, left + max(box.width() - 2, 2), y))


def origin_seconds(state: HumState) -> float:
    """Return which second of the recording beat 0 lies at."""
    if state.writing.first_beat_seconds is not None:
        return state.writing.first_beat_seconds
    return state.notes[0].start_seconds if state.notes else 0.0

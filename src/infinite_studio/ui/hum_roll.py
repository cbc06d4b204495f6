"""The piano roll of a hum: notes over the pitch curve, changed with the mouse or the keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from infinite_studio.music import note_edits
from infinite_studio.music.singing import SungNote
from infinite_studio.ui import hum_roll_paint as paint
from infinite_studio.ui.hum_roll_drag import NoteDrag, grip_at
from infinite_studio.ui.hum_roll_keys import edited_by_key, is_roll_key
from infinite_studio.ui.hum_roll_view import RollView, view_of
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.melody_roll import pitch_name
from infinite_studio.ui.theme import CONTROL_RADIUS_PX

if TYPE_CHECKING:
    from infinite_studio.services.humming_state import HumState, Notes

NEW_NOTE_SECONDS = 0.25
_LEAST_HEIGHT_PX = 180
_HELP = (
    "Drag notes to move them, their ends to resize them; double-click a note to split it, an empty place to add one. "
    "Arrow keys choose and transpose, Alt with arrows moves, S splits, M merges, Delete removes."
)


class HumRoll(QWidget):
    """Shows a state and asks for other notes; ``edited`` carries them, ``chosen_changed`` says what is chosen."""

    edited = Signal(object)
    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: HumState | None = None
        self._view = RollView()
        self._drag: NoteDrag | None = None
        self._heard_seconds: float | None = None
        self.chosen: frozenset[int] = frozenset()
        self.current = 0
        self.setMinimumHeight(_LEAST_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Notes of the hum")
        self.setToolTip(_HELP)

    @property
    def view(self) -> RollView:
        """The part that is seen."""
        return self._view

    @property
    def notes(self) -> Notes:
        """The notes that are drawn, as they are dragged."""
        if self._drag is not None:
            return self._drag.notes
        return self._state.notes if self._state is not None else ()

    def show_state(self, state: HumState) -> None:
        """Draw this state; another hum is seen as a whole."""
        before = self._state
        self._state = state
        if state.hum is not None and (before is None or before.hum is not state.hum):
            self._view = view_of(state.hum, self.width(), self.height())
            self._choose(frozenset(), 0)
        elif before is not None and before.notes != state.notes:
            self._choose(frozenset(p for p in self.chosen if p < len(state.notes)), self.current)
        self._describe()
        self.update()

    def show_heard(self, seconds: float | None) -> None:
        """Draw the line of what is heard now."""
        if seconds != self._heard_seconds:
            self._heard_seconds = seconds
            if seconds is not None:
                self._view = self._view.showing(seconds)
            self.update()

    def choose(self, places: frozenset[int], current: int) -> None:
        """Choose notes; the keys act on the current one."""
        self._choose(places, current)

    def split_chosen(self) -> None:
        """Split the chosen notes in their middles."""
        notes = self.notes
        for place in sorted(self.chosen, reverse=True):
            note = notes[place]
            notes = note_edits.split(notes, place, note.start_seconds + note.length_seconds / 2)
        self._edit(notes)

    def merge_chosen(self) -> None:
        """Merge the chosen notes; a single one with the next."""
        places = self.chosen | ({self.current + 1} if len(self.chosen) == 1 else set())
        places = frozenset(place for place in places if place < len(self.notes))
        if len(places) > 1:
            notes = note_edits.merged(self.notes, places)
            self._choose(frozenset({min(places)}), min(places))
            self._edit(notes)

    def delete_chosen(self) -> None:
        """Remove the chosen notes."""
        if self.chosen:
            notes = note_edits.deleted(self.notes, self.chosen)
            self._choose(frozenset(), max(min(self.chosen) - 1, 0))
            self._edit(notes)

    def transpose(self, semitones: int) -> None:
        """Move the chosen notes, or all where none is chosen, up or down."""
        places = self.chosen or frozenset(range(len(self.notes)))
        self._edit(note_edits.moved(self.notes, places, semitones=semitones))

    def zoom(self, factor: float) -> None:
        """Look nearer or from further away."""
        self._view = self._view.zoomed(factor, self._view.field.center().x())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    # --- events -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view = self._view.resized(self.width(), self.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom around the pointer."""
        steps = (event.angleDelta().y() or event.angleDelta().x()) / 120.0
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view = self._view.zoomed(1.25**steps, event.position().x())
        else:
            self._view = self._view.scrolled(-steps * 0.1 * self._view.seen_seconds)
        self.update()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._state is None:
            return
        grip = grip_at(self._view, self.notes, event.position())
        if grip is None:
            self._choose(frozenset(), self.current)
            return
        adds = bool(
            event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        )
        if adds:
            self._choose(self.chosen ^ {grip.place}, grip.place)
        elif grip.place not in self.chosen:
            self._choose(frozenset({grip.place}), grip.place)
        self._drag = NoteDrag(
            self._state.notes, grip, self.chosen or frozenset({grip.place}), event.position()
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag = self._drag.to(self._view, event.position())
            self.update()
            return
        grip = grip_at(self._view, self.notes, event.position())
        shapes = {None: Qt.CursorShape.ArrowCursor, "body": Qt.CursorShape.OpenHandCursor}
        self.setCursor(shapes.get(grip.part if grip is not None else None, Qt.CursorShape.SizeHorCursor))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None:
            self._edit(drag.notes)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Split a note there, or add one to an empty place."""
        if self._state is None or self._state.hum is None:
            return
        self._drag = None
        at = self._view.seconds_at(event.position().x())
        grip = grip_at(self._view, self.notes, event.position())
        if grip is not None:
            self._edit(note_edits.split(self.notes, grip.place, at))
            return
        pitch = float(min(max(self._view.pitch_at(event.position().y()), 0), 127))
        note = SungNote(pitch, max(at, 0.0), NEW_NOTE_SECONDS)
        self._edit(note_edits.added(self.notes, note))

    def event(self, event: QEvent) -> bool:
        """Keep the roll's keys from the window's shortcuts while it has focus."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and is_roll_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not edited_by_key(self, event):
            super().keyPressEvent(event)

    def step(self, by: int, *, extends: bool) -> None:
        """Choose the next or the previous note, or choose it as well."""
        if not self.notes:
            return
        place = self.current + by if self.chosen else self.current
        place = min(max(place, 0), len(self.notes) - 1)
        self._choose((self.chosen | {place}) if extends else frozenset({place}), place)
        self._view = self._view.showing(self.notes[place].start_seconds)

    def nudge(self, seconds: float) -> None:
        """Move the chosen notes a little in time."""
        self._edit(note_edits.moved(self.notes, self.chosen, seconds=seconds))

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, CONTROL_RADIUS_PX, CONTROL_RADIUS_PX)
        painter.fillPath(outline, theme.color("timeline"))
        painter.setClipPath(outline)
        if self._state is not None and self._state.hum is not None:
            self._paint_hum(painter, self._state)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("accent"), 2) if self.hasFocus() else QPen(theme.color("line"), 1))
        painter.drawPath(outline)

    def _paint_hum(self, painter: QPainter, state: HumState) -> None:
        theme, view, hum = theme_of(self), self._view, state.hum
        assert hum is not None
        key = state.key
        paint.paint_grid(painter, view, theme, key.scale if key is not None else ())
        paint.paint_times(painter, view, theme)
        painter.save()
        painter.setClipRect(view.field)
        paint.paint_beats(painter, view, theme, state)
        paint.paint_notes(painter, view, theme, self.notes, self.chosen, self.current)
        paint.paint_curve(painter, view, theme, hum)
        paint.paint_written(
            painter, view, theme, replace(state, edits=replace(state.edits, notes=self.notes))
        )
        if self._heard_seconds is not None:
            x = view.x_of(self._heard_seconds)
            painter.setPen(QPen(theme.color("text"), 1))
            painter.drawLine(QPointF(x, view.field.top()), QPointF(x, view.field.bottom()))
        painter.restore()

    def _edit(self, notes: Notes) -> None:
        if self._state is not None and notes != self._state.notes:
            before = set(self._state.notes)
            fresh = frozenset(place for place, note in enumerate(notes) if note not in before)
            self.edited.emit(notes)
            if self.chosen and len(fresh) == len(self.chosen):
                self._choose(fresh, min(fresh))
        self.update()

    def _choose(self, places: frozenset[int], current: int) -> None:
        self.chosen, self.current = places, current
        self._describe()
        self.update()
        self.chosen_changed.emit()

    def _describe(self) -> None:
        """Tell a screen reader which note the keys act on."""
        notes = self.notes
        text = f"{len(notes)} notes"
        if self.chosen and self.current < len(notes):
            note = notes[self.current]
            text = (
                f"Note {self.current + 1} of {len(notes)}: {pitch_name(round(note.pitch))}, "
                f"at {note.start_seconds:.2f} s, {note.length_seconds:.2f} s long"
            )
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

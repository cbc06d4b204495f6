"""What the mouse holds of a note, and where it drags it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from infinite_studio.music import note_edits
from infinite_studio.ui.hum_roll_view import EDGE_PX

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from infinite_studio.music.singing import SungNote
    from infinite_studio.ui.hum_roll_view import RollView

_LEAST_MOVE_PX = 3.0


@dataclass(frozen=True)
class Grip:
    """A note, and whether its body, its start or its end is held."""

    place: int
    part: Literal["body", "start", "end"]


def grip_at(view: RollView, notes: tuple[SungNote, ...], position: QPointF) -> Grip | None:
    """Return what lies under the pointer; None where no note is."""
    for place, note in enumerate(notes):
        box = view.box_of(note)
        edge = min(EDGE_PX, box.width() / 3)
        if not box.adjusted(-2, -3, 2, 3).contains(position):
            continue
        if position.x() < box.left() + edge:
            return Grip(place, "start")
        return Grip(place, "end" if position.x() > box.right() - edge else "body")
    return None


@dataclass(frozen=True)
class NoteDrag:
    """A drag from where it began: the notes before it, and as they would be now."""

    before: tuple[SungNote, ...]
    grip: Grip
    chosen: frozenset[int]
    began: QPointF
    now: tuple[SungNote, ...] | None = None

    @property
    def notes(self) -> tuple[SungNote, ...]:
        """The notes as they would be if the mouse were let go."""
        return self.before if self.now is None else self.now

    def to(self, view: RollView, position: QPointF) -> NoteDrag:
        """Return the drag with the pointer elsewhere."""
        moved = position - self.began
        if self.now is None and abs(moved.x()) + abs(moved.y()) < _LEAST_MOVE_PX:
            return self
        seconds = moved.x() / view.px_per_second
        if self.grip.part == "body":
            is_sideways = self.now is not None or abs(moved.x()) >= _LEAST_MOVE_PX
            notes = note_edits.moved(
                self.before,
                self.chosen,
                semitones=-round(moved.y() / view.row),
                seconds=seconds if is_sideways and abs(moved.x()) >= _LEAST_MOVE_PX else 0.0,
            )
            return replace(self, now=notes)
        note = self.before[self.grip.place]
        start, end = note.start_seconds, note.start_seconds + note.length_seconds
        if self.grip.part == "start":
            start += seconds
        else:
            end += seconds
        return replace(self, now=note_edits.resized(self.before, self.grip.place, start, end))

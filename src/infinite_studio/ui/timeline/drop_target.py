"""What is dragged over the timeline: files, stored sounds, and its own clips on their way back."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from infinite_studio.ui.timeline.drops import (
    ObjectDrop,
    carries_clips,
    dropped_object,
    dropped_paths,
    is_welcome,
    landing_place,
    place_of,
)
from infinite_studio.ui.timeline.metrics import HEADER_WIDTH_PX, OVERVIEW_HEIGHT_PX, TOP_PX
from infinite_studio.ui.timeline.parts import TimelineParts
from infinite_studio.ui.timeline.signals import TimelineSignals
from infinite_studio.ui.timeline.state import DropPlace, TimelineState


class DropTarget:
    """Shows where a drag would land, and tells what was dropped there."""

    def __init__(self, state: TimelineState, parts: TimelineParts, owner: TimelineSignals) -> None:
        self._state = state
        self._parts = parts
        self._owner = owner

    def over(self, event: QDragMoveEvent) -> None:
        """Follow a drag that is over the timeline."""
        if self._holds_clips(event):
            self._parts.lanes.carry_to(self._lanes_point(event), snaps=_snaps(event))
        elif is_welcome(event.mimeData()):
            self._show(self._place(event))
        else:
            event.ignore()
            return
        event.acceptProposedAction()

    def leave(self) -> None:
        """Forget a drag that left."""
        self._show(None)
        self._parts.lanes.show_carried_nowhere()

    def drop(self, event: QDropEvent) -> None:
        """Tell what was let go here, or leave it to others."""
        place, data = self._place(event), event.mimeData()
        self._show(None)
        stored = dropped_object(data)
        if self._holds_clips(event):
            self._parts.lanes.carry_to(self._lanes_point(event), snaps=_snaps(event))
            self._parts.lanes.drop_carried()
        elif stored is not None:
            self._owner.object_dropped.emit(ObjectDrop(*stored, place.frame, place.track_id))
        elif paths := dropped_paths(data):
            self._owner.files_dropped.emit(paths, place.frame, place.track_id)
        else:
            event.ignore()
            return
        event.acceptProposedAction()

    def _holds_clips(self, event: QDropEvent) -> bool:
        return self._parts.lanes.is_carrying and carries_clips(event.mimeData())

    def _lanes_point(self, event: QDropEvent) -> QPointF:
        return event.position() - QPointF(HEADER_WIDTH_PX, TOP_PX)

    def _place(self, event: QDropEvent) -> DropPlace:
        place, lanes = event.position(), self._lanes_point(event)
        if place.y() < OVERVIEW_HEIGHT_PX and place.x() >= HEADER_WIDTH_PX:
            frame = self._parts.overview.frame_at(max(lanes.x(), 0.0))
            return place_of(self._state, frame, "", snaps=_snaps(event))
        return landing_place(self._state, lanes.x(), lanes.y(), snaps=_snaps(event))

    def _show(self, place: DropPlace | None) -> None:
        if place != self._state.drop:
            self._state.drop = place
            self._parts.lanes.update()
            self._parts.lanes.drop_zone.update()


def _snaps(event: QDropEvent) -> bool:
    return not event.modifiers() & Qt.KeyboardModifier.AltModifier

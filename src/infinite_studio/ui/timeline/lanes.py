"""The lanes of clips: painting on demand, selecting and dragging."""

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from infinite_studio.project.clip_steps import ClipPlace
from infinite_studio.project.model import Clip, Track
from infinite_studio.ui.timeline.band import Band
from infinite_studio.ui.timeline.clip_drag import ClipDrag
from infinite_studio.ui.timeline.drawing import PLAYHEAD_PX, paint_focus_ring
from infinite_studio.ui.timeline.dropzone import DropZone
from infinite_studio.ui.timeline.focus import ShowsKeyboardFocus
from infinite_studio.ui.timeline.lanes_painter import LanesPainter
from infinite_studio.ui.timeline.metrics import CLIP_TOP_PX, EDGE_SCROLL_PX, TRACK_HEIGHT_PX, row_top
from infinite_studio.ui.timeline.neighbours import Direction
from infinite_studio.ui.timeline.selection import Pick
from infinite_studio.ui.timeline.shifting import is_change
from infinite_studio.ui.timeline.state import TimelineState

EDGE_SCROLL_INTERVAL_MS = 30
EDGE_SCROLL_STEP_PX = 18
OUTSIDE_PX = 8
EDGE_PX = 3

ARROWS = {
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}


class Lanes(ShowsKeyboardFocus, QWidget):
    """Clips on their tracks."""

    clip_picked = Signal(object, object)
    band_moved = Signal(object)
    band_ended = Signal()
    clips_moved = Signal(object)
    clips_dragged_out = Signal(object)
    clip_menu_requested = Signal(str, QPoint)
    track_menu_requested = Signal(str, QPoint)
    arrow_pressed = Signal(object)
    nudge_requested = Signal(object)
    scroll_requested = Signal(float, float)

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._painter = LanesPainter(state)
        self._drag: ClipDrag | None = None
        self._carried: ClipDrag | None = None
        self._band: Band | None = None
        self._later: tuple[str, Pick] | None = None
        self._mouse = QPointF()
        self.drop_zone = DropZone(state, self)
        self._edge_timer = QTimer(self)
        self._edge_timer.setInterval(EDGE_SCROLL_INTERVAL_MS)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Clips")
        self.setAccessibleDescription(
            "Arrow keys go from clip to clip; Alt with an arrow key moves what is selected. "
            "Ctrl with A selects every clip, Escape none."
        )

    def place_drop_zone(self) -> None:
        """Put the drop area below the last track, or over everything in an empty project."""
        top = row_top(len(self._state.rows)) - self._state.scroll_y if self._state.rows else 0
        self.drop_zone.place_in(QRect(0, top, self.width(), max(self.height() - top, 0)))

    def update_playhead(self, old_frame: float, new_frame: float) -> None:
        """Repaint only the two strips that the playhead left and entered."""
        for frame in (old_frame, new_frame):
            x = self._state.viewport.x_of(frame)
            if -4 <= x <= self.width() + 4:
                self.update(int(x - PLAYHEAD_PX) - 1, 0, int(PLAYHEAD_PX) * 2 + 3, self.height())

    def update_sounds(self, object_ids: frozenset[str]) -> None:
        """Repaint only the clips of these sounds."""
        if self._state.moving:
            self.update()
            return
        view = self._state.viewport
        for index, row in enumerate(self._state.rows):
            top = row_top(index) - self._state.scroll_y
            for clip in row.clips:
                left = max(int(view.x_of(clip.start_frame)) - EDGE_PX, 0)
                right = min(int(view.x_of(clip.end_frame)) + EDGE_PX, self.width())
                if clip.object_id in object_ids and right > left:
                    self.update(left, top, right - left, TRACK_HEIGHT_PX)

    def cancel_drag(self) -> bool:
        """Let go of what is held without changing anything; return whether something was."""
        band, was_held = self._band, bool(self._state.moving) or self._state.band is not None
        self._let_go()
        if band is not None and was_held:
            self.band_moved.emit(band.before)
            self.band_ended.emit()
        return was_held

    @property
    def is_carrying(self) -> bool:
        """Whether clips of the lanes are dragged beyond the window."""
        return self._carried is not None

    def carry_to(self, place: QPointF, *, snaps: bool) -> None:
        """Show where clips that came back into the window would land."""
        if self._carried is not None:
            self._show_places(self._carried.places(self._state, place.x(), place.y(), snaps=snaps))

    def show_carried_nowhere(self) -> None:
        """Show clips that left the window where they are."""
        if self._carried is not None:
            self._show_places(())

    def drop_carried(self) -> None:
        """Move clips that came back to where they were let go."""
        places = tuple(self._state.moving.values())
        self._carried = None
        self._let_go()
        self._tell_move(places)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = QRectF(self.rect())
        for exposed in cast("Iterable[QRect]", event.region()):
            painter.setClipRect(exposed)
            self._painter.paint(painter, QRectF(exposed), size)
        if self.shows_focus_ring and not self._state.selection:
            painter.setClipRect(self.rect())
            paint_focus_ring(painter, self._state.theme, size)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self.place_drop_zone()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        hit = self._state.clip_at(place.x(), place.y())
        how = _pick_of(event.modifiers())
        self._let_go()
        if event.button() is not Qt.MouseButton.LeftButton:
            if hit is None or hit[1].clip_id not in self._state.selected:
                self.clip_picked.emit(hit[1].clip_id if hit else None, Pick.ALONE)
        elif hit is None:
            self.clip_picked.emit(None, how)
            self._band = Band.at(self._state, place, adds=how is not Pick.ALONE)
        else:
            self._press_clip(*hit, place, how)

    def _press_clip(self, track: Track, clip: Clip, place: QPointF, how: Pick) -> None:
        """Select at once what is not, so that it can be dragged; what is selected changes when it is let go."""
        if clip.clip_id in self._state.selected and how is not Pick.REACH:
            self._later = (clip.clip_id, how)
        else:
            self.clip_picked.emit(clip.clip_id, how)
        others = [i for i in self._state.selection if i != clip.clip_id]
        frame = self._state.viewport.frame_at(place.x())
        self._drag = ClipDrag(track, clip, place.x(), place.y(), frame, (clip.clip_id, *others))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        threshold = QApplication.startDragDistance()
        if self._band is not None:
            if self._state.band is not None or self._band.begins(self._state, self._mouse, threshold):
                self._edge_timer.start()
                self._follow_mouse(event.modifiers())
            return
        if self._drag is None:
            return
        if not self._state.moving and not self._drag.has_begun(*self._mouse.toTuple(), threshold):
            return
        if self._has_left_window(event.globalPosition().toPoint()):
            self._carry_out(self._drag)
            return
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._edge_timer.start()
        self._follow_mouse(event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        places, later, was_band = tuple(self._state.moving.values()), self._later, self._band is not None
        self._let_go()
        if was_band:
            self.band_ended.emit()
        elif places:
            self._tell_move(places)
        elif later is not None:
            self.clip_picked.emit(*later)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = ARROWS.get(Qt.Key(event.key()))
        is_held = self._drag is not None or self._band is not None
        if event.key() == Qt.Key.Key_Escape and is_held:
            self.cancel_drag()
        elif direction is None:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.nudge_requested.emit(direction)
        else:
            self.show_focus_ring()
            self.arrow_pressed.emit(direction)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self._selected_point() if keyboard else QPointF(event.pos())
        hit = self._state.clip_at(place.x(), place.y())
        track = self._state.track_at(place.y())
        where = self.mapToGlobal(place.toPoint())
        if hit is not None:
            self.clip_menu_requested.emit(hit[1].clip_id, where)
        elif track is not None:
            self.track_menu_requested.emit(track.track_id, where)

    def _follow_mouse(self, modifiers: Qt.KeyboardModifier) -> None:
        snaps = not modifiers & Qt.KeyboardModifier.AltModifier
        if self._drag is not None:
            self._show_places(self._drag.places(self._state, *self._mouse.toTuple(), snaps=snaps))
        elif self._band is not None:
            self._state.band = self._band.box(self._state, self._mouse)
            self.band_moved.emit(self._band.selected(self._state, self._state.band))
            self.update()

    def _show_places(self, places: tuple[ClipPlace, ...]) -> None:
        moving = {place.clip_id: place for place in places}
        if moving != self._state.moving:
            self._state.moving = moving
            self.update()

    def _tell_move(self, places: tuple[ClipPlace, ...]) -> None:
        if is_change(self._state, places):
            self.clips_moved.emit(places)

    def _has_left_window(self, place: QPoint) -> bool:
        margin = OUTSIDE_PX
        return not self.window().frameGeometry().adjusted(-margin, -margin, margin, margin).contains(place)

    def _carry_out(self, drag: ClipDrag) -> None:
        """Hand the clips over to the system's drag; until it ends they may come back."""
        self._let_go()
        self._carried = drag
        self.clips_dragged_out.emit(drag.clip_ids)
        self._carried = None
        self._let_go()

    def _let_go(self) -> None:
        self._drag = self._band = self._later = None
        self._edge_timer.stop()
        self.unsetCursor()
        if self._state.moving or self._state.band is not None:
            self._state.moving, self._state.band = {}, None
            self.update()

    def _scroll_at_edge(self) -> None:
        """Scroll while clips or the band are held at an edge."""
        x, y = self._mouse.toTuple()
        step_x = _edge_step(x, self.width())
        step_y = _edge_step(y, self.height())
        if step_x or step_y:
            self.scroll_requested.emit(step_x, step_y)
            self._follow_mouse(QApplication.keyboardModifiers())

    def _selected_point(self) -> QPointF:
        found = self._state.find_clip(self._state.selected_clip_id)
        if found is None:
            return QPointF(8, 8)
        track, clip = found
        x = max(self._state.viewport.x_of(clip.start_frame), 0.0) + 4
        return QPointF(x, (self._state.row_y(track.track_id) or 0) + CLIP_TOP_PX + 8)


def _pick_of(modifiers: Qt.KeyboardModifier) -> Pick:
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return Pick.REACH
    return Pick.TOGGLE if modifiers & Qt.KeyboardModifier.ControlModifier else Pick.ALONE


def _edge_step(place: float, size: int) -> float:
    if place < EDGE_SCROLL_PX:
        return -EDGE_SCROLL_STEP_PX
    return EDGE_SCROLL_STEP_PX if place > size - EDGE_SCROLL_PX else 0.0

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

from infinite_studio.ui.timeline.clip_drag import ClipDrag
from infinite_studio.ui.timeline.drawing import PLAYHEAD_PX, paint_focus_ring
from infinite_studio.ui.timeline.dropzone import DropZone
from infinite_studio.ui.timeline.focus import ShowsKeyboardFocus
from infinite_studio.ui.timeline.lanes_painter import LanesPainter
from infinite_studio.ui.timeline.metrics import CLIP_TOP_PX, EDGE_SCROLL_PX, row_top
from infinite_studio.ui.timeline.neighbours import Direction
from infinite_studio.ui.timeline.signals import FRAME
from infinite_studio.ui.timeline.state import TimelineState

EDGE_SCROLL_INTERVAL_MS = 30
EDGE_SCROLL_STEP_PX = 18

ARROWS = {
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}


class Lanes(ShowsKeyboardFocus, QWidget):
    """Clips on their tracks."""

    clip_chosen = Signal(object)
    clip_moved = Signal(str, str, FRAME)
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
        self._mouse = QPointF()
        self.drop_zone = DropZone(state, self)
        self._edge_timer = QTimer(self)
        self._edge_timer.setInterval(EDGE_SCROLL_INTERVAL_MS)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Clips")
        self.setAccessibleDescription(
            "Arrow keys go from clip to clip; Alt with an arrow key moves the clip."
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

    def cancel_drag(self) -> None:
        """Let go of the clip without moving it."""
        self._drag = None
        self._edge_timer.stop()
        self.unsetCursor()
        if self._state.moving is not None:
            self._state.moving = None
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = QRectF(self.rect())
        for exposed in cast("Iterable[QRect]", event.region()):
            painter.setClipRect(exposed)
            self._painter.paint(painter, QRectF(exposed), size)
        if self.shows_focus_ring and self._state.selected_clip_id is None:
            painter.setClipRect(self.rect())
            paint_focus_ring(painter, self._state.theme, size)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self.place_drop_zone()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        hit = self._state.clip_at(place.x(), place.y())
        self.clip_chosen.emit(hit[1].clip_id if hit else None)
        if event.button() is Qt.MouseButton.LeftButton and hit:
            frame = self._state.viewport.frame_at(place.x())
            self._drag = ClipDrag(*hit, place.x(), place.y(), frame)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        self._mouse = event.position()
        threshold = QApplication.startDragDistance()
        if self._state.moving is None and not self._drag.has_begun(*self._mouse.toTuple(), threshold):
            return
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._edge_timer.start()
        self._follow_mouse(event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, place = self._drag, self._state.moving
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.cancel_drag()
        if drag is not None and place is not None and drag.is_change(place):
            self.clip_moved.emit(place.clip_id, place.track_id, place.start_frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = ARROWS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
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
        if self._drag is None:
            return
        snaps = not modifiers & Qt.KeyboardModifier.AltModifier
        place = self._drag.place(self._state, *self._mouse.toTuple(), snaps=snaps)
        if place != self._state.moving:
            self._state.moving = place
            self.update()

    def _scroll_at_edge(self) -> None:
        """Scroll while a clip is held at an edge."""
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


def _edge_step(place: float, size: int) -> float:
    if place < EDGE_SCROLL_PX:
        return -EDGE_SCROLL_STEP_PX
    return EDGE_SCROLL_STEP_PX if place > size - EDGE_SCROLL_PX else 0.0

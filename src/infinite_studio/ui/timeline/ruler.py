"""The ruler: bars, the loop range in its upper half, the playhead in its lower half."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.project.model import LoopRange
from infinite_studio.ui.fonts import time_font
from infinite_studio.ui.theme import CAPTION_PX
from infinite_studio.ui.timeline.drawing import aligned, fill, paint_focus_ring, paint_triangle
from infinite_studio.ui.timeline.focus import ShowsKeyboardFocus
from infinite_studio.ui.timeline.grid import LineKind, grid_lines, position_text, snap_frame
from infinite_studio.ui.timeline.loop_drag import LoopDrag, LoopPart, part_at
from infinite_studio.ui.timeline.metrics import LOOP_STRIP_HEIGHT_PX, RULER_HEIGHT_PX, SEEK_STRIP_HEIGHT_PX
from infinite_studio.ui.timeline.signals import FRAME
from infinite_studio.ui.timeline.state import TimelineState

BAND_INSET_PX = 5
TICK_PX = {LineKind.BAR: 12.0, LineKind.BEAT: 6.0, LineKind.SUBDIVISION: 3.0}
CURSORS = {
    LoopPart.NEW: Qt.CursorShape.IBeamCursor,
    LoopPart.START: Qt.CursorShape.SizeHorCursor,
    LoopPart.END: Qt.CursorShape.SizeHorCursor,
    LoopPart.BODY: Qt.CursorShape.OpenHandCursor,
}


class Ruler(ShowsKeyboardFocus, QWidget):
    """Bars and beats; drag above to loop, below to move the playhead."""

    seek_requested = Signal(FRAME)
    loop_changed = Signal(object)
    loop_previewed = Signal()

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._drag: LoopDrag | None = None
        self._seeking = False
        self.setFixedHeight(RULER_HEIGHT_PX)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Ruler")
        self.setAccessibleDescription("Left and right arrow keys move the playhead by a beat.")

    def update_playhead(self, old_frame: float, new_frame: float) -> None:
        """Repaint where the playhead's handle was and is."""
        for frame in (old_frame, new_frame):
            x = int(self._state.viewport.x_of(max(min(frame, self._state.viewport.end_frame), 0)))
            self.update(x - 10, 0, 20, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill(painter, QRectF(self.rect()), self._state.theme.color("panel"))
        self._paint_loop(painter)
        self._paint_ticks(painter)
        paint_triangle(painter, self._state, self.height())
        if self.shows_focus_ring:
            paint_focus_ring(painter, self._state.theme, QRectF(self.rect()), 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        place = event.position()
        if place.y() >= LOOP_STRIP_HEIGHT_PX:
            self._seeking = True
            self._seek(place)
            return
        part = part_at(self._state, place.x())
        self._drag = LoopDrag(
            part, place.x(), self._state.viewport.frame_at(place.x()), self._state.project.loop
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._seeking:
            self._seek(event.position())
        elif self._drag is not None:
            self._preview(event)
        else:
            self._show_cursor(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._seeking = False
        self._drag = None
        changed, self._state.loop_preview = self._state.loop_preview, None
        if changed is not None and changed != self._state.project.loop:
            self.loop_changed.emit(changed)
        self.loop_previewed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Remove the loop range; elsewhere a double-click is two clicks."""
        place = event.position()
        on_loop = place.y() < LOOP_STRIP_HEIGHT_PX and part_at(self._state, place.x()) is not LoopPart.NEW
        if on_loop and event.button() is Qt.MouseButton.LeftButton:
            self.loop_changed.emit(None)
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._drag = None
            self._state.loop_preview = None
            self.loop_previewed.emit()
        elif step is None:
            super().keyPressEvent(event)
        else:
            beat = self._state.project.frames_per_beat
            self.seek_requested.emit(
                snap_frame(self._state.project, self._state.playhead_frame + step * beat)
            )

    def _seek(self, place: QPointF) -> None:
        self.seek_requested.emit(max(0, round(self._state.viewport.frame_at(place.x()))))

    def _preview(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        snaps = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        loop = self._drag.range_at(self._state, event.position().x(), snaps=snaps)
        if loop is not None and loop != self._state.loop_preview:
            self._state.loop_preview = loop
            self.loop_previewed.emit()

    def _show_cursor(self, place: QPointF) -> None:
        above = place.y() < LOOP_STRIP_HEIGHT_PX
        self.setCursor(
            CURSORS[part_at(self._state, place.x())] if above else Qt.CursorShape.PointingHandCursor
        )
        if above:
            self.setToolTip(
                "Drag to set the loop range; Alt for no snapping; double-click the range to remove it"
            )
        else:
            where = position_text(self._state.project, self._state.viewport.frame_at(place.x()))
            self.setToolTip(f"Click or drag to move the playhead ({where})")

    def _paint_loop(self, painter: QPainter) -> None:
        loop = self._state.loop
        if loop is None:
            return
        box = self._loop_box(loop)
        if box.width() <= 0:
            return
        theme = self._state.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent", 0.38) if loop.enabled else theme.color("text_tertiary", 0.22))
        painter.drawRoundedRect(box, 4, 4)
        edge = theme.color("accent" if loop.enabled else "text_tertiary")
        for x in (box.left(), box.right() - 3):
            painter.setBrush(edge)
            painter.drawRoundedRect(QRectF(x, box.top(), 3, box.height()), 1.5, 1.5)

    def _loop_box(self, loop: LoopRange) -> QRectF:
        left = max(self._state.viewport.x_of(loop.start_frame), -8.0)
        right = min(self._state.viewport.x_of(loop.end_frame), self.width() + 8.0)
        return QRectF(left, BAND_INSET_PX, right - left, LOOP_STRIP_HEIGHT_PX - 2 * BAND_INSET_PX)

    def _paint_ticks(self, painter: QPainter) -> None:
        theme = self._state.theme
        ratio = self.devicePixelRatioF()
        bottom = float(self.height())
        painter.setFont(time_font(CAPTION_PX))
        for line in grid_lines(self._state.project, self._state.viewport, -60, self.width() + 2):
            x = aligned(self._state.viewport.x_of(line.frame), ratio)
            height = SEEK_STRIP_HEIGHT_PX - 4 if line.label else TICK_PX[line.kind]
            opacity = 0.55 if line.label else 0.3
            fill(
                painter, QRectF(x, bottom - height, 1 / ratio, height), theme.color("text_tertiary", opacity)
            )
            if line.label:
                painter.setPen(theme.color("text_secondary"))
                painter.drawText(QPointF(x + 5, bottom - 10), line.label)

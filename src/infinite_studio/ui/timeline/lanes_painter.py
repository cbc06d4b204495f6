"""Drawing the lanes: rows, grid, loop band, clips, what is being dragged, and the playhead."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from infinite_studio.project.model import Clip, Track
from infinite_studio.ui.timeline.backdrop import paint_backdrop
from infinite_studio.ui.timeline.band import paint_band
from infinite_studio.ui.timeline.clip_painter import GHOST_OPACITY, MUTED_OPACITY, ClipLook, ClipPainter
from infinite_studio.ui.timeline.drawing import (
    aligned,
    fill,
    paint_pill,
    paint_playhead,
)
from infinite_studio.ui.timeline.grid import position_text
from infinite_studio.ui.timeline.metrics import CLIP_TOP_PX, TRACK_HEIGHT_PX, row_top
from infinite_studio.ui.timeline.state import TimelineState


class LanesPainter:
    """Draws any exposed part of the lanes."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state
        self._clips = ClipPainter(state)

    def paint(self, painter: QPainter, exposed: QRectF, size: QRectF) -> None:
        """Draw everything that reaches into `exposed`."""
        state = self._state
        lanes = self._lanes_area(exposed)
        below = exposed.adjusted(0, max(lanes.height(), 0), 0, 0)
        fill(painter, below, state.theme.color("timeline"))
        if not lanes.isEmpty():
            paint_backdrop(painter, state, lanes)
            self._paint_rows(painter, lanes)
            self._paint_drop_row(painter, lanes)
            for look in self.visible_looks(lanes):
                self._clips.paint(painter, look, exposed)
        self._paint_landing(painter, size)
        paint_band(painter, state)
        if state.rows:
            paint_playhead(painter, state, lanes.top(), lanes.bottom())

    def visible_looks(self, area: QRectF) -> Iterator[ClipLook]:
        """Yield the clips that reach into an area of the lanes; the dragged ones last, on top of all others."""
        state = self._state
        start = state.viewport.frame_at(area.left() - 2)
        end = state.viewport.frame_at(area.right() + 2)
        for index, row in enumerate(state.rows):
            top = row_top(index) - state.scroll_y
            if top < area.bottom() and top + TRACK_HEIGHT_PX > area.top():
                for clip in row.between(start, end):
                    yield self._look(row.track, clip, top + CLIP_TOP_PX)
        yield from self._moving_looks(start, end)

    def _look(self, track: Track, clip: Clip, y: float) -> ClipLook:
        state = self._state
        opacity = 1.0 if state.project.is_audible(track) else MUTED_OPACITY
        if clip.clip_id in state.moving:
            opacity *= GHOST_OPACITY
        selected = clip.clip_id in state.selected and not state.moving
        return ClipLook(clip, state.theme.stem(track.stem_type), clip.start_frame, y, opacity, selected)

    def _moving_looks(self, start: float, end: float) -> Iterator[ClipLook]:
        """Yield the dragged clips that reach into a range, the one under the hand last."""
        state = self._state
        for place in reversed(state.moving.values()):
            found, row = state.find_clip(place.clip_id), state.row_index(place.track_id)
            if found is None or row is None:
                continue
            clip, color = found[1], state.theme.stem(state.rows[row].track.stem_type)
            if place.start_frame < end and place.start_frame + clip.length_frames > start:
                y = row_top(row) - state.scroll_y + CLIP_TOP_PX
                yield ClipLook(clip, color, place.start_frame, y, selected=True, floating=True)

    def _lanes_area(self, exposed: QRectF) -> QRectF:
        bottom = row_top(len(self._state.rows)) - self._state.scroll_y
        return exposed.intersected(QRectF(exposed.left(), 0, exposed.width(), max(bottom, 0)))

    def _paint_rows(self, painter: QPainter, lanes: QRectF) -> None:
        ratio = painter.device().devicePixelRatioF()
        for index in range(1, len(self._state.rows) + 1):
            y = row_top(index) - self._state.scroll_y
            if lanes.top() - 1 <= y <= lanes.bottom() + 1:
                line = QRectF(lanes.left(), y - 1 / ratio, lanes.width(), 1 / ratio)
                fill(painter, line, self._state.theme.color("line", 0.55))

    def _paint_drop_row(self, painter: QPainter, lanes: QRectF) -> None:
        drop = self._state.drop
        y = self._state.row_y(drop.track_id) if drop is not None else None
        if y is not None:
            row = QRectF(lanes.left(), y, lanes.width(), TRACK_HEIGHT_PX)
            fill(painter, row, self._state.theme.color("accent", 0.12))

    def _paint_landing(self, painter: QPainter, size: QRectF) -> None:
        """Draw where what is dragged will begin: a line and the place's name."""
        state = self._state
        if state.drop is not None and state.rows:
            y = state.row_y(state.drop.track_id)
            if y is None:
                bottom = row_top(len(state.rows)) - state.scroll_y
                self._paint_landing_line(painter, state.drop.frame, bottom)
            else:
                self._paint_landing_line(painter, state.drop.frame, y)
                self._paint_landing_name(painter, state.drop.frame, y, size)
        elif state.moving:
            held = next(iter(state.moving.values()))
            y = state.row_y(held.track_id)
            self._paint_landing_line(painter, held.start_frame, y or 0)
            self._paint_landing_name(painter, held.start_frame, y or 0, size)

    def _paint_landing_line(self, painter: QPainter, frame: int, top: float) -> None:
        state = self._state
        x = aligned(state.viewport.x_of(frame) - 1, painter.device().devicePixelRatioF())
        fill(painter, QRectF(x, top, 2, TRACK_HEIGHT_PX), state.theme.color("accent"))

    def _paint_landing_name(self, painter: QPainter, frame: int, top: float, size: QRectF) -> None:
        state = self._state
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        text = position_text(state.project, frame)
        paint_pill(
            painter,
            state.theme,
            text,
            state.viewport.x_of(frame) + 8,
            top + TRACK_HEIGHT_PX - 28,
            size.right(),
        )

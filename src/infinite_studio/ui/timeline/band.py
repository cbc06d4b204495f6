"""The rubber band: a box drawn over the lanes that selects what it touches."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from infinite_studio.ui.timeline.metrics import CLIP_HEIGHT_PX, CLIP_TOP_PX, row_top
from infinite_studio.ui.timeline.state import BandBox, TimelineState

FILL_OPACITY = 0.10


@dataclass(frozen=True)
class Band:
    """Where the band began, and what was selected before it."""

    frame: float
    y: float
    before: tuple[str, ...]

    @classmethod
    def at(cls, state: TimelineState, place: QPointF, *, adds: bool) -> "Band":
        """Begin at a point of the lanes; `adds` keeps what is selected."""
        frame, y = _content_point(state, place)
        return cls(frame, y, state.selection if adds else ())

    def begins(self, state: TimelineState, place: QPointF, threshold_px: int) -> bool:
        """Whether the mouse went far enough to mean a band and not a click."""
        x = state.viewport.x_of(self.frame)
        return abs(place.x() - x) + abs(place.y() + state.scroll_y - self.y) >= threshold_px

    def box(self, state: TimelineState, place: QPointF) -> BandBox:
        """Return the box from where the band began to a point of the lanes."""
        frame, y = _content_point(state, place)
        return BandBox(min(self.frame, frame), min(self.y, y), max(self.frame, frame), max(self.y, y))

    def selected(self, state: TimelineState, box: BandBox) -> tuple[str, ...]:
        """Return what is selected with the box at this size: what it touches, and what was before it."""
        return (*clips_in(state, box), *self.before)


def clips_in(state: TimelineState, box: BandBox) -> tuple[str, ...]:
    """Return the clips that a box touches, top to bottom and in the order of time."""
    found: list[str] = []
    for index, row in enumerate(state.rows):
        top = row_top(index) + CLIP_TOP_PX
        if box.top <= top + CLIP_HEIGHT_PX and box.bottom >= top:
            clips = row.between(box.start_frame, box.end_frame + 1)
            found.extend(clip.clip_id for clip in clips if clip.start_frame <= box.end_frame)
    return tuple(found)


def box_of(state: TimelineState, clip_ids: tuple[str, str]) -> BandBox | None:
    """Return the smallest box around two clips; None where one is gone."""
    found = [place for place in map(state.find_clip, clip_ids) if place is not None]
    if len(found) < len(clip_ids):
        return None
    tops = [row_top(state.row_index(track.track_id) or 0) + CLIP_TOP_PX for track, _ in found]
    start = min(clip.start_frame for _, clip in found)
    end = max(clip.end_frame for _, clip in found) - 1
    return BandBox(start, min(tops), end, max(tops))


def paint_band(painter: QPainter, state: TimelineState) -> None:
    """Draw the band."""
    if state.band is None:
        return
    left, right = state.viewport.x_of(state.band.start_frame), state.viewport.x_of(state.band.end_frame)
    top, bottom = state.band.top - state.scroll_y, state.band.bottom - state.scroll_y
    painter.setPen(QPen(state.theme.color("accent"), 1))
    painter.setBrush(state.theme.color("accent", FILL_OPACITY))
    painter.drawRoundedRect(
        QRectF(left, top, right - left, bottom - top).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2
    )


def _content_point(state: TimelineState, place: QPointF) -> tuple[float, float]:
    return max(state.viewport.frame_at(place.x()), 0.0), max(place.y() + state.scroll_y, 0.0)

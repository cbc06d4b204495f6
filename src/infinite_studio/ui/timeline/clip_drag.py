"""Dragging a clip with the mouse: where it would land."""

from dataclasses import dataclass

from infinite_studio.project.model import Clip, Track
from infinite_studio.ui.timeline.grid import snap_frame
from infinite_studio.ui.timeline.metrics import TRACK_HEIGHT_PX
from infinite_studio.ui.timeline.state import ClipPlace, TimelineState


@dataclass(frozen=True)
class ClipDrag:
    """A clip that is held: where it was, and where in it the hand is."""

    track: Track
    clip: Clip
    pressed_x: float
    pressed_y: float
    grabbed_frame: float

    def has_begun(self, x: float, y: float, threshold_px: int) -> bool:
        """Whether the mouse went far enough to mean a drag and not a click."""
        return abs(x - self.pressed_x) + abs(y - self.pressed_y) >= threshold_px

    def place(self, state: TimelineState, x: float, y: float, *, snaps: bool) -> ClipPlace:
        """Return where the clip would land with the mouse at a point of the lanes."""
        exact = self.clip.start_frame + state.viewport.frame_at(x) - self.grabbed_frame
        start = snap_frame(state.project, exact) if snaps else max(0, round(exact))
        return ClipPlace(self.clip.clip_id, self._track_id(state, y), start)

    def _track_id(self, state: TimelineState, y: float) -> str:
        if not state.rows:
            return self.track.track_id
        index = int((y + state.scroll_y) // TRACK_HEIGHT_PX)
        return state.rows[min(max(index, 0), len(state.rows) - 1)].track.track_id

    def is_change(self, place: ClipPlace) -> bool:
        """Whether landing there changes anything."""
        return place.start_frame != self.clip.start_frame or place.track_id != self.track.track_id

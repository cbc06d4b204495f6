"""Dragging clips with the mouse: where they would land."""

from dataclasses import dataclass

from infinite_studio.project.clip_steps import ClipPlace
from infinite_studio.project.model import Clip, Track
from infinite_studio.ui.timeline.grid import snap_frame
from infinite_studio.ui.timeline.metrics import TRACK_HEIGHT_PX
from infinite_studio.ui.timeline.shifting import shifted
from infinite_studio.ui.timeline.state import TimelineState


@dataclass(frozen=True)
class ClipDrag:
    """The clips that are held: the one under the hand first, and where in it the hand is."""

    track: Track
    clip: Clip
    pressed_x: float
    pressed_y: float
    grabbed_frame: float
    clip_ids: tuple[str, ...]

    def has_begun(self, x: float, y: float, threshold_px: int) -> bool:
        """Whether the mouse went far enough to mean a drag and not a click."""
        return abs(x - self.pressed_x) + abs(y - self.pressed_y) >= threshold_px

    def places(self, state: TimelineState, x: float, y: float, *, snaps: bool) -> tuple[ClipPlace, ...]:
        """Return where the clips would land with the mouse at a point of the lanes."""
        exact = self.clip.start_frame + state.viewport.frame_at(x) - self.grabbed_frame
        start = snap_frame(state.project, exact) if snaps else max(0, round(exact))
        by_rows = self._row(state, y) - (state.row_index(self.track.track_id) or 0)
        return shifted(state, self.clip_ids, start - self.clip.start_frame, by_rows)

    def _row(self, state: TimelineState, y: float) -> int:
        index = int((y + state.scroll_y) // TRACK_HEIGHT_PX)
        return min(max(index, 0), max(len(state.rows) - 1, 0))

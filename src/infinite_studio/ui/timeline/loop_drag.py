"""Dragging the loop range in the ruler."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from infinite_studio.project.model import LoopRange
from infinite_studio.ui.timeline.grid import snap_frame
from infinite_studio.ui.timeline.state import TimelineState

EDGE_REACH_PX = 6.0
CLICK_PX = 4.0


class LoopPart(Enum):
    """What of the loop range the mouse would take hold of."""

    NEW = auto()
    START = auto()
    END = auto()
    BODY = auto()


def part_at(state: TimelineState, x: float) -> LoopPart:
    """Return what lies at a pixel of the ruler's upper half."""
    loop = state.project.loop
    if loop is None:
        return LoopPart.NEW
    left, right = state.viewport.x_of(loop.start_frame), state.viewport.x_of(loop.end_frame)
    if abs(x - right) <= EDGE_REACH_PX:
        return LoopPart.END
    if abs(x - left) <= EDGE_REACH_PX:
        return LoopPart.START
    return LoopPart.BODY if left < x < right else LoopPart.NEW


@dataclass(frozen=True)
class LoopDrag:
    """A held part of the loop range."""

    part: LoopPart
    pressed_x: float
    pressed_frame: float
    before: LoopRange | None

    def range_at(self, state: TimelineState, x: float, *, snaps: bool) -> LoopRange | None:
        """Return the loop range with the mouse at a pixel; None while this is still a click."""
        if abs(x - self.pressed_x) < CLICK_PX:
            return None
        frame = state.viewport.frame_at(x)
        if self.before is None or self.part is LoopPart.NEW:
            anchor = _placed(state, self.pressed_frame, snaps=snaps)
            return LoopRange(*_ordered(state, anchor, _placed(state, frame, snaps=snaps)))
        if self.part is LoopPart.BODY:
            length = self.before.end_frame - self.before.start_frame
            start = _placed(state, self.before.start_frame + frame - self.pressed_frame, snaps=snaps)
            return replace(self.before, start_frame=start, end_frame=start + length)
        anchor = self.before.end_frame if self.part is LoopPart.START else self.before.start_frame
        start, end = _ordered(state, anchor, _placed(state, frame, snaps=snaps))
        return replace(self.before, start_frame=start, end_frame=end)


def _placed(state: TimelineState, frame: float, *, snaps: bool) -> int:
    return snap_frame(state.project, frame) if snaps else max(0, round(frame))


def _ordered(state: TimelineState, anchor: int, moving: int) -> tuple[int, int]:
    """Return both ends in the order of time, at least a beat apart where they would be one."""
    if anchor == moving:
        return anchor, anchor + max(round(state.project.frames_per_beat), 1)
    return min(anchor, moving), max(anchor, moving)

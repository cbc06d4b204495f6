"""Which clip the arrow keys go to."""

from enum import Enum

from infinite_studio.project.clip_steps import ClipPlace
from infinite_studio.project.model import Clip
from infinite_studio.ui.timeline.grid import snap_frame
from infinite_studio.ui.timeline.index import Row
from infinite_studio.ui.timeline.shifting import is_change, shifted
from infinite_studio.ui.timeline.state import TimelineState


class Direction(Enum):
    """Where an arrow key points: rows down, clips to the right."""

    LEFT = (0, -1)
    RIGHT = (0, 1)
    UP = (-1, 0)
    DOWN = (1, 0)


def neighbour(state: TimelineState, direction: Direction) -> Clip | None:
    """Return the clip beside the selected one; the first of all where none is selected."""
    found = _selected_place(state)
    if found is None:
        return next((row.clips[0] for row in state.rows if row.clips), None)
    row_index, clip_index = found
    rows_down, clips_right = direction.value
    if clips_right:
        clips = state.rows[row_index].clips
        wanted = clip_index + clips_right
        return clips[wanted] if 0 <= wanted < len(clips) else None
    clip = state.rows[row_index].clips[clip_index]
    return _nearest_in_rows(state.rows, row_index, rows_down, clip)


def _selected_place(state: TimelineState) -> tuple[int, int] | None:
    for row_index, row in enumerate(state.rows):
        for clip_index, clip in enumerate(row.clips):
            if clip.clip_id == state.selected_clip_id:
                return row_index, clip_index
    return None


def _nearest_in_rows(rows: tuple[Row, ...], index: int, step: int, clip: Clip) -> Clip | None:
    """Return the clip that begins nearest in time, in the next row that has any."""
    index += step
    while 0 <= index < len(rows):
        if rows[index].clips:
            return min(rows[index].clips, key=lambda other: abs(other.start_frame - clip.start_frame))
        index += step
    return None


def nudged(state: TimelineState, direction: Direction) -> tuple[ClipPlace, ...]:
    """Return where the selected clips go when they are moved by a beat or a row; none where they cannot."""
    found = state.find_clip(state.selected_clip_id)
    if found is None:
        return ()
    start, (rows_down, beats_right) = found[1].start_frame, direction.value
    goal = start
    if beats_right:
        goal = snap_frame(state.project, start + beats_right * state.project.frames_per_beat)
    places = shifted(state, state.selection, goal - start, rows_down)
    return places if is_change(state, places) else ()

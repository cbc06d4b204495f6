"""Moving several clips together: as far as all of them can go."""

from collections.abc import Sequence

from infinite_studio.project.clip_steps import ClipPlace
from infinite_studio.ui.timeline.state import TimelineState


def shifted(
    state: TimelineState, clip_ids: Sequence[str], by_frames: int, by_rows: int
) -> tuple[ClipPlace, ...]:
    """Return where clips go that keep their distances; neither before the start nor off the tracks."""
    found = [place for place in map(state.find_clip, clip_ids) if place is not None]
    if not found:
        return ()
    rows = [state.row_index(track.track_id) or 0 for track, _ in found]
    frames = max(by_frames, -min(clip.start_frame for _, clip in found))
    down = min(max(by_rows, -min(rows)), len(state.rows) - 1 - max(rows))
    return tuple(
        ClipPlace(clip.clip_id, state.rows[row + down].track.track_id, clip.start_frame + frames)
        for (_, clip), row in zip(found, rows, strict=True)
    )


def is_change(state: TimelineState, places: Sequence[ClipPlace]) -> bool:
    """Whether landing there changes anything."""
    for place in places:
        found = state.find_clip(place.clip_id)
        if found is not None and (place.track_id, place.start_frame) != (
            found[0].track_id,
            found[1].start_frame,
        ):
            return True
    return False

"""Sizes of the timeline's parts in device-independent pixels, on the 4-pixel grid."""

HEADER_WIDTH_PX = 176
OVERVIEW_HEIGHT_PX = 40
LOOP_STRIP_HEIGHT_PX = 24
SEEK_STRIP_HEIGHT_PX = 24
RULER_HEIGHT_PX = LOOP_STRIP_HEIGHT_PX + SEEK_STRIP_HEIGHT_PX
TOP_PX = OVERVIEW_HEIGHT_PX + RULER_HEIGHT_PX
TRACK_HEIGHT_PX = 100
CLIP_TOP_PX = 4
CLIP_HEIGHT_PX = 92
CLIP_LABEL_HEIGHT_PX = 18
DROP_AREA_HEIGHT_PX = 140
SCROLLBAR_PX = 12
HIT_TARGET_PX = 24
EDGE_SCROLL_PX = 28


def row_top(index: int) -> int:
    """Upper edge of a track's row, before scrolling."""
    return index * TRACK_HEIGHT_PX


def row_at(y: float, n_tracks: int) -> int | None:
    """Index of the row at a height, or None above the first and below the last."""
    index = int(y // TRACK_HEIGHT_PX)
    return index if 0 <= index < n_tracks else None


def content_height(n_tracks: int) -> int:
    """Height of all rows with the drop area below the last one."""
    return n_tracks * TRACK_HEIGHT_PX + DROP_AREA_HEIGHT_PX

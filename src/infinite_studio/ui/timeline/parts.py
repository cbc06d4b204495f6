"""The timeline's parts: made, placed and joined to its signals."""

from PySide6.QtCore import Qt

from infinite_studio.ui.timeline.corner import Corner
from infinite_studio.ui.timeline.header_column import HeaderColumn
from infinite_studio.ui.timeline.lanes import Lanes
from infinite_studio.ui.timeline.metrics import (
    HEADER_WIDTH_PX,
    OVERVIEW_HEIGHT_PX,
    RULER_HEIGHT_PX,
    SCROLLBAR_PX,
    TOP_PX,
)
from infinite_studio.ui.timeline.overview import Overview
from infinite_studio.ui.timeline.ruler import Ruler
from infinite_studio.ui.timeline.scrollbar import SlimScrollBar
from infinite_studio.ui.timeline.signals import TimelineSignals
from infinite_studio.ui.timeline.state import TimelineState


class TimelineParts:
    """The widgets within the timeline."""

    def __init__(self, state: TimelineState, owner: TimelineSignals) -> None:
        self._state = state
        self.corner = Corner(state, owner)
        self.overview = Overview(state, owner)
        self.ruler = Ruler(state, owner)
        self.headers = HeaderColumn(state, owner)
        self.lanes = Lanes(state, owner)
        self.across = SlimScrollBar(state, Qt.Orientation.Horizontal, "Scroll in time", owner)
        self.down = SlimScrollBar(state, Qt.Orientation.Vertical, "Scroll tracks", owner)
        self._pass_on(owner)

    def place(self, width: int, height: int) -> tuple[int, int]:
        """Lay the parts out and return the size of the lanes."""
        lanes_width = max(width - HEADER_WIDTH_PX, 1)
        lanes_height = max(height - TOP_PX, 1)
        self.corner.setGeometry(0, 0, HEADER_WIDTH_PX, TOP_PX)
        self.overview.setGeometry(HEADER_WIDTH_PX, 0, lanes_width, OVERVIEW_HEIGHT_PX)
        self.ruler.setGeometry(HEADER_WIDTH_PX, OVERVIEW_HEIGHT_PX, lanes_width, RULER_HEIGHT_PX)
        self.headers.setGeometry(0, TOP_PX, HEADER_WIDTH_PX, height - TOP_PX)
        self.lanes.setGeometry(HEADER_WIDTH_PX, TOP_PX, lanes_width, lanes_height)
        self.across.setGeometry(HEADER_WIDTH_PX, height - SCROLLBAR_PX, lanes_width, SCROLLBAR_PX)
        self.down.setGeometry(width - SCROLLBAR_PX, TOP_PX, SCROLLBAR_PX, lanes_height)
        return lanes_width, lanes_height

    def show_visible(self, content_height: int) -> None:
        """Bring every part in line with what is visible now."""
        view = self._state.viewport
        content = self._state.content_frames if self._state.rows else view.visible_frames
        self.across.show_range(view.start_frame, view.visible_frames, content)
        self.down.show_range(self._state.scroll_y, self.lanes.height(), content_height)
        self.headers.place_headers()
        self.lanes.place_drop_zone()
        for part in (self.overview, self.ruler, self.lanes):
            part.update()

    def update_playhead(self, old_frame: int, new_frame: int) -> None:
        """Repaint where the playhead was and is."""
        self.lanes.update_playhead(old_frame, new_frame)
        self.ruler.update_playhead(old_frame, new_frame)
        self.overview.update()

    def _pass_on(self, owner: TimelineSignals) -> None:
        """Tell what the parts tell as the timeline's own."""
        self.ruler.seek_requested.connect(owner.seek_requested)
        self.ruler.loop_changed.connect(owner.loop_changed)
        self.lanes.clips_moved.connect(owner.clips_moved)
        self.lanes.clips_dragged_out.connect(owner.clips_dragged_out)
        self.lanes.clip_menu_requested.connect(owner.clip_menu_requested)
        self.lanes.track_menu_requested.connect(owner.track_menu_requested)
        self.lanes.drop_zone.import_requested.connect(owner.import_requested)
        self.lanes.drop_zone.describe_requested.connect(owner.describe_requested)
        self.headers.muted.connect(owner.track_muted)
        self.headers.soloed.connect(owner.track_soloed)
        self.headers.gain_changed.connect(owner.track_gain_changed)
        self.headers.pan_changed.connect(owner.track_pan_changed)
        self.headers.renamed.connect(owner.track_renamed)
        self.headers.deleted.connect(owner.track_deleted)
        self.headers.menu_requested.connect(owner.track_menu_requested)

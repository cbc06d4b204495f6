"""The timeline as one widget: its parts, what they tell the window, and what the window tells them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from infinite_studio.project.model import Project
from infinite_studio.ui.theme import Theme
from infinite_studio.ui.timeline.drops import (
    ObjectDrop,
    dropped_object,
    dropped_paths,
    is_welcome,
    landing_place,
    place_of,
)
from infinite_studio.ui.timeline.grid import position_text
from infinite_studio.ui.timeline.keys import Action, action_of
from infinite_studio.ui.timeline.metrics import (
    HEADER_WIDTH_PX,
    OVERVIEW_HEIGHT_PX,
    TOP_PX,
)
from infinite_studio.ui.timeline.navigation import WHEEL_NOTCH, ZOOM_STEP, Navigator
from infinite_studio.ui.timeline.neighbours import Direction, neighbour, nudged
from infinite_studio.ui.timeline.parts import TimelineParts
from infinite_studio.ui.timeline.peaks import PeaksSource
from infinite_studio.ui.timeline.signals import TimelineSignals
from infinite_studio.ui.timeline.state import DropPlace, TimelineState
from infinite_studio.ui.timeline.viewport import Viewport

WHEEL_SCROLL_PX = 60.0


class TimelineView(TimelineSignals):
    """Shows a project on the timeline and tells what a person wants to change; it changes nothing itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TimelineState()
        self._navigator = Navigator(self._state, self._on_navigated)
        self._parts = TimelineParts(self._state, self)
        self.setAccessibleName("Timeline")
        self.setAcceptDrops(True)
        self.setMinimumSize(HEADER_WIDTH_PX + 160, TOP_PX + 120)
        self.setFocusProxy(self._parts.lanes)
        self._actions: dict[Action, Callable[[], None]] = {
            Action.ZOOM_IN: self.zoom_in,
            Action.ZOOM_OUT: self.zoom_out,
            Action.ZOOM_TO_SELECTION: self.zoom_to_selection,
            Action.ZOOM_BACK: self.zoom_back,
            Action.SPLIT: self.split_selected,
            Action.DUPLICATE: self.duplicate_selected,
            Action.DELETE: self.delete_selected,
            Action.CANCEL: self.cancel,
        }
        self._connect_parts()

    # --- what the window tells -------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        """The colours that are shown; what lies within the timeline reads them here."""
        return self._state.theme

    @property
    def viewport(self) -> Viewport:
        """The part of the project that is visible; its pixels count from the lanes' left edge."""
        return self._state.viewport

    @property
    def selected_clip_ids(self) -> tuple[str, ...]:
        """The selected clip, if any."""
        chosen = self._state.selected_clip_id
        return () if chosen is None else (chosen,)

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._state.theme = theme
        self._state.tiles.clear()
        self._parts.overview.forget_picture()
        for widget in (self, *self.findChildren(QWidget)):
            widget.update()

    def set_project(self, project: Project) -> None:
        """Show a project; zoom and scroll stay as they are, unless they never were chosen."""
        had_sound = self._state.project.length_frames > 0
        self._state.show(project)
        self._drop_stale_gestures()
        self._parts.headers.show_project()
        self._navigator.adapt(had_sound=had_sound)

    def set_peaks_source(self, source: PeaksSource) -> None:
        """Ask `source` for the peaks of an object id from now on."""
        self._state.ask(source)
        self._parts.overview.forget_picture()
        self._parts.lanes.update()

    def refresh_peaks(self, object_ids: Iterable[str]) -> None:
        """Draw these sounds anew, because their peaks came or grew."""
        self._state.forget(object_ids)
        self._parts.overview.forget_picture()
        self._parts.lanes.update()

    def set_pending(self, object_id: str, label: str | None) -> None:
        """Say what is being done to a sound that is not all there yet, or with None that it is."""
        if label is None:
            self._state.pending.pop(object_id, None)
        else:
            self._state.pending[object_id] = label
        self._parts.lanes.update()

    def set_playhead(self, frame: int, playing: bool) -> None:
        """Put the playhead at a frame; while playing, the pages turn with it."""
        state = self._state
        started = playing and not state.playing
        old, state.playhead_frame, state.playing = state.playhead_frame, frame, playing
        if not playing:
            self._parts.headers.rest_meters()
        is_held = state.moving is not None
        if playing and not is_held and self._navigator.follow(old, frame, started=started):
            return
        if old != frame:
            self._parts.update_playhead(old, frame)

    def set_levels(self, levels: Mapping[str, float]) -> None:
        """Show how loud each track is: linear peaks by track id."""
        self._parts.headers.show_levels(dict(levels))

    def select_clip(self, clip_id: str | None) -> None:
        """Select a clip, or none."""
        chosen = clip_id if self._state.find_clip(clip_id) is not None else None
        if chosen == self._state.selected_clip_id:
            return
        self._state.selected_clip_id = chosen
        self._describe_selection()
        self._parts.lanes.update()
        self.selection_changed.emit(self.selected_clip_ids)

    def view_state(self) -> dict[str, float | int | bool]:
        """Return zoom and scroll as JSON values."""
        return self._navigator.saved()

    def restore_view_state(self, saved: Mapping[str, Any]) -> None:
        """Zoom and scroll as `view_state` told."""
        self._navigator.restore(saved)

    # --- what keys, menus and buttons do ---------------------------------------------------------

    def zoom_in(self) -> None:
        """Show less, larger."""
        self._navigator.zoom_step(1)

    def zoom_out(self) -> None:
        """Show more, smaller."""
        self._navigator.zoom_step(-1)

    def zoom_to_fit(self) -> None:
        """Show the whole project."""
        self._navigator.fit()

    def show_range(self, start_frame: float, end_frame: float) -> None:
        """Show exactly a range, as far as the project reaches."""
        self._navigator.show_range(start_frame, end_frame)

    def scroll_to(self, start_frame: float) -> None:
        """Let the visible part begin at a frame."""
        self._navigator.scroll_to(start_frame, self._state.scroll_y)

    def zoom_to_selection(self) -> None:
        """Show the selected clip, else the loop range, else everything."""
        found = self._state.find_clip(self._state.selected_clip_id)
        loop = self._state.project.loop
        if found is not None:
            self._navigator.zoom_to(found[1].start_frame, found[1].end_frame)
        elif loop is not None:
            self._navigator.zoom_to(loop.start_frame, loop.end_frame)
        else:
            self._navigator.fit()

    def zoom_back(self) -> None:
        """Return to what was shown before zooming to the selection."""
        self._navigator.zoom_back()

    def duplicate_selected(self) -> None:
        """Ask for a copy of the selected clip."""
        for clip_id in self.selected_clip_ids:
            self.clip_duplicated.emit(clip_id)

    def split_selected(self) -> None:
        """Ask for a cut of the selected clip at the playhead, where that lies within it."""
        found = self._state.find_clip(self._state.selected_clip_id)
        frame = self._state.playhead_frame
        if found is not None and found[1].start_frame < frame < found[1].end_frame:
            self.clip_split.emit(found[1].clip_id, frame)

    def delete_selected(self) -> None:
        """Ask for the selected clip to go."""
        for clip_id in self.selected_clip_ids:
            self.clip_deleted.emit(clip_id)

    def cancel(self) -> None:
        """Give up what is being dragged, else the selection."""
        if self._state.moving is not None:
            self._parts.lanes.cancel_drag()
        else:
            self.select_clip(None)

    # --- events ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = action_of(event.keyCombination())
        if action is None:
            super().keyPressEvent(event)
        else:
            self._actions[action]()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll in time with Shift or sideways, else through the tracks."""
        modifiers = event.modifiers()
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else None
        x_px, y_px = turned.toTuple() if turned else _wheel_pixels(event)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            notches = (event.angleDelta().y() or event.angleDelta().x()) / WHEEL_NOTCH
            self._navigator.zoom(ZOOM_STEP**notches, self._lanes_x(event.position()))
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._navigator.scroll_by(-(x_px or y_px), 0)
        else:
            self._navigator.scroll_by(-x_px, -y_px)
        event.accept()

    def event(self, event: QEvent) -> bool:
        pinches = (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        )
        if pinches and isinstance(event, QNativeGestureEvent):
            self._navigator.zoom(1.0 + event.value(), self._lanes_x(event.position()))
            return True
        return super().event(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._navigator.resize(*self._parts.place(self.width(), self.height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._state.theme.color("timeline"))
        painter.fillRect(0, 0, self.width(), TOP_PX, self._state.theme.color("panel"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drag_over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drag_over(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        place = self._drop_place(event)
        self._show_drop(None)
        stored = dropped_object(event.mimeData())
        paths = dropped_paths(event.mimeData())
        if stored is not None:
            self.object_dropped.emit(ObjectDrop(*stored, place.frame, place.track_id))
        elif paths:
            self.files_dropped.emit(paths, place.frame, place.track_id)
        else:
            event.ignore()
            return
        event.acceptProposedAction()

    # --- wiring ----------------------------------------------------------------------------------

    def _connect_parts(self) -> None:
        self._parts.overview.range_requested.connect(self._on_overview_range)
        self._parts.ruler.loop_previewed.connect(self._on_loop_previewed)
        self._parts.lanes.clip_chosen.connect(self.select_clip)
        self._parts.lanes.arrow_pressed.connect(self._on_arrow)
        self._parts.lanes.nudge_requested.connect(self._on_nudge)
        self._parts.lanes.scroll_requested.connect(self._navigator.scroll_by)
        self._parts.across.moved.connect(self._on_scrolled_across)
        self._parts.down.moved.connect(self._on_scrolled_down)
        self._parts.corner.zoom_in_button.clicked.connect(self._on_zoom_in_clicked)
        self._parts.corner.zoom_out_button.clicked.connect(self._on_zoom_out_clicked)
        self._parts.corner.fit_button.clicked.connect(self._on_fit_clicked)

    def _on_navigated(self) -> None:
        """Bring every part in line with what is visible now."""
        self._parts.show_visible(self._navigator.content_height)

    def _on_overview_range(self, start_frame: float, end_frame: float) -> None:
        if abs((end_frame - start_frame) - self._state.viewport.visible_frames) < 1.0:
            self._navigator.scroll_to(start_frame, self._state.scroll_y)
        else:
            self._navigator.show_range(start_frame, end_frame)

    def _on_loop_previewed(self) -> None:
        self._parts.ruler.update()
        self._parts.lanes.update()

    def _on_scrolled_across(self, start_frame: float) -> None:
        self._navigator.scroll_to(start_frame, self._state.scroll_y)

    def _on_scrolled_down(self, y_px: float) -> None:
        self._navigator.scroll_to(self._state.viewport.start_frame, y_px)

    def _on_zoom_in_clicked(self) -> None:
        self.zoom_in()

    def _on_zoom_out_clicked(self) -> None:
        self.zoom_out()

    def _on_fit_clicked(self) -> None:
        self.zoom_to_fit()

    def _on_arrow(self, direction: Direction) -> None:
        clip = neighbour(self._state, direction)
        if clip is None:
            return
        self.select_clip(clip.clip_id)
        self._reveal(clip.clip_id)

    def _on_nudge(self, direction: Direction) -> None:
        """Move the selected clip by a beat or to the next track."""
        place = nudged(self._state, direction)
        if place is not None:
            self.clip_moved.emit(place.clip_id, place.track_id, place.start_frame)

    def _reveal(self, clip_id: str) -> None:
        for index, row in enumerate(self._state.rows):
            for clip in row.clips:
                if clip.clip_id == clip_id:
                    self._navigator.reveal(clip.start_frame, clip.end_frame, index)

    def _drop_stale_gestures(self) -> None:
        """Forget selection and drag of clips that are gone."""
        state = self._state
        if state.moving is not None and state.find_clip(state.moving.clip_id) is None:
            self._parts.lanes.cancel_drag()
        if state.selected_clip_id is not None and state.find_clip(state.selected_clip_id) is None:
            self.select_clip(None)
        self._describe_selection()

    def _describe_selection(self) -> None:
        """Tell assistive technology which clip is selected."""
        found = self._state.find_clip(self._state.selected_clip_id)
        if found is None:
            self._parts.lanes.setAccessibleName("Clips, none selected")
            return
        track, clip = found
        where = position_text(self._state.project, clip.start_frame)
        self._parts.lanes.setAccessibleName(f"Clip {clip.name} on track {track.name} at {where}")

    def _drag_over(self, event: QDragMoveEvent) -> None:
        if is_welcome(event.mimeData()):
            self._show_drop(self._drop_place(event))
            event.acceptProposedAction()
        else:
            event.ignore()

    def _drop_place(self, event: QDropEvent) -> DropPlace:
        snaps = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        place = event.position()
        if place.y() < OVERVIEW_HEIGHT_PX and place.x() >= HEADER_WIDTH_PX:
            return place_of(self._state, self._parts.overview.frame_at(self._lanes_x(place)), "", snaps=snaps)
        return landing_place(self._state, place.x() - HEADER_WIDTH_PX, place.y() - TOP_PX, snaps=snaps)

    def _show_drop(self, place: DropPlace | None) -> None:
        if place != self._state.drop:
            self._state.drop = place
            self._parts.lanes.update()
            self._parts.lanes.drop_zone.update()

    def _lanes_x(self, place: QPointF) -> float:
        return max(place.x() - HEADER_WIDTH_PX, 0.0)


def _wheel_pixels(event: QWheelEvent) -> tuple[float, float]:
    """Return how far a notched wheel scrolls."""
    turned = event.angleDelta()
    return turned.x() / WHEEL_NOTCH * WHEEL_SCROLL_PX, turned.y() / WHEEL_NOTCH * WHEEL_SCROLL_PX

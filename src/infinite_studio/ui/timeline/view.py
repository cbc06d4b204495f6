"""The timeline as one widget: its parts, what they tell the window, and what the window tells them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, SignalInstance
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
from infinite_studio.ui.timeline.drop_target import DropTarget
from infinite_studio.ui.timeline.keys import Action, action_of
from infinite_studio.ui.timeline.metrics import HEADER_WIDTH_PX, TOP_PX
from infinite_studio.ui.timeline.navigation import WHEEL_NOTCH, ZOOM_STEP, Navigator
from infinite_studio.ui.timeline.neighbours import Direction, neighbour, nudged
from infinite_studio.ui.timeline.parts import TimelineParts
from infinite_studio.ui.timeline.peaks import PeaksSource
from infinite_studio.ui.timeline.selection import ClipSelection, Pick
from infinite_studio.ui.timeline.signals import TimelineSignals
from infinite_studio.ui.timeline.state import TimelineState
from infinite_studio.ui.timeline.viewport import Viewport

WHEEL_SCROLL_PX = 60.0


class TimelineView(TimelineSignals):
    """Shows a project on the timeline and tells what a person wants to change; it changes nothing itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TimelineState()
        self._navigator = Navigator(self._state, self._on_navigated)
        self._parts = TimelineParts(self._state, self)
        self._selection = ClipSelection(self._state, self._parts.lanes, self)
        self._drops = DropTarget(self._state, self._parts, self)
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
            Action.SELECT_ALL: self.select_all,
            Action.COPY: self.copy_selected,
            Action.CUT: self.cut_selected,
            Action.PASTE: self.paste_requested.emit,
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
        """The selected clips, the one that keys go from in front."""
        return self._state.selection

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
        """Draw these sounds anew, because their peaks came or grew; others only where their waves change size."""
        sounds, gain = frozenset(object_ids), self._state.wave_gain
        self._state.forget(sounds)
        self._parts.overview.forget_picture()
        if self._state.wave_gain == gain:
            self._parts.lanes.update_sounds(sounds)
        else:
            self._parts.lanes.update()

    def set_pending(self, object_id: str, label: str | None) -> None:
        """Say what is being done to a sound that is not all there yet, or with None that it is."""
        if label == self._state.pending.get(object_id):
            return
        if label is None:
            self._state.pending.pop(object_id, None)
        else:
            self._state.pending[object_id] = label
        self._parts.lanes.update_sounds(frozenset({object_id}))

    def set_playhead(self, frame: int, playing: bool) -> None:
        """Put the playhead at a frame; while playing, the pages turn with it."""
        state = self._state
        started = playing and not state.playing
        old, state.playhead_frame, state.playing = state.playhead_frame, frame, playing
        if not playing:
            self._parts.headers.rest_meters()
        if playing and not state.moving and self._navigator.follow(old, frame, started=started):
            return
        if old != frame:
            self._parts.update_playhead(old, frame)

    def set_levels(self, levels: Mapping[str, float]) -> None:
        """Show how loud each track is: linear peaks by track id."""
        self._parts.headers.show_levels(dict(levels))

    def select_clip(self, clip_id: str | None) -> None:
        """Select a clip, or none."""
        self._selection.choose(() if clip_id is None else (clip_id,))

    def select_clips(self, clip_ids: Iterable[str]) -> None:
        """Select these clips and no others."""
        self._selection.choose(clip_ids)

    def select_all(self) -> None:
        """Select every clip."""
        self._selection.all()

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
        """Show the selected clips, else the loop range, else everything."""
        chosen = self._selection.span
        loop = self._state.project.loop
        if chosen is not None:
            self._navigator.zoom_to(*chosen)
        elif loop is not None:
            self._navigator.zoom_to(loop.start_frame, loop.end_frame)
        else:
            self._navigator.fit()

    def zoom_back(self) -> None:
        """Return to what was shown before zooming to the selection."""
        self._navigator.zoom_back()

    def duplicate_selected(self) -> None:
        """Ask for a copy of the selected clips."""
        self._ask(self.clips_duplicated)

    def split_selected(self) -> None:
        """Ask for a cut of the selected clips at the playhead, where that lies within them."""
        frame = self._state.playhead_frame
        inside = self._selection.around(frame)
        if inside:
            self.clips_split.emit(inside, frame)

    def delete_selected(self) -> None:
        """Ask for the selected clips to go."""
        self._ask(self.clips_deleted)

    def copy_selected(self) -> None:
        """Ask for the selected clips to be kept for pasting."""
        self._ask(self.clips_copied)

    def cut_selected(self) -> None:
        """Ask for the selected clips to go, and to be kept for pasting."""
        self._ask(self.clips_cut)

    def nudge_selected(self, direction: Direction) -> None:
        """Ask for the selected clips to move by a beat or to the next track."""
        places = nudged(self._state, direction)
        if places:
            self.clips_moved.emit(places)

    def cancel(self) -> None:
        """Give up what is being dragged, else the selection."""
        if not self._parts.lanes.cancel_drag():
            self.select_clip(None)

    def _ask(self, wish: SignalInstance) -> None:
        if self._state.selection:
            wish.emit(self._state.selection)

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
        self._drops.over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.over(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    # --- wiring ----------------------------------------------------------------------------------

    def _connect_parts(self) -> None:
        self._parts.overview.range_requested.connect(self._on_overview_range)
        self._parts.ruler.loop_previewed.connect(self._on_loop_previewed)
        self._parts.lanes.clip_picked.connect(self._on_picked)
        self._parts.lanes.band_moved.connect(self._selection.show)
        self._parts.lanes.band_ended.connect(self._selection.tell)
        self._parts.lanes.arrow_pressed.connect(self._on_arrow)
        self._parts.lanes.nudge_requested.connect(self.nudge_selected)
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

    def _on_picked(self, clip_id: str | None, how: Pick) -> None:
        self._selection.pick(clip_id, how)

    def _on_arrow(self, direction: Direction) -> None:
        clip = neighbour(self._state, direction)
        if clip is None:
            return
        self.select_clip(clip.clip_id)
        self._reveal(clip.clip_id)

    def _reveal(self, clip_id: str) -> None:
        found = self._state.find_clip(clip_id)
        if found is not None:
            track, clip = found
            row = self._state.row_index(track.track_id)
            self._navigator.reveal(clip.start_frame, clip.end_frame, row)

    def _drop_stale_gestures(self) -> None:
        """Forget selection and drag of clips that are gone."""
        if any(self._state.find_clip(clip_id) is None for clip_id in self._state.moving):
            self._parts.lanes.cancel_drag()
        self._selection.drop_missing()

    def _lanes_x(self, place: QPointF) -> float:
        return max(place.x() - HEADER_WIDTH_PX, 0.0)


def _wheel_pixels(event: QWheelEvent) -> tuple[float, float]:
    """Return how far a notched wheel scrolls."""
    turned = event.angleDelta()
    return turned.x() / WHEEL_NOTCH * WHEEL_SCROLL_PX, turned.y() / WHEEL_NOTCH * WHEEL_SCROLL_PX

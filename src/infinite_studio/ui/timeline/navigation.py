"""Zooming, scrolling, following: every change of the visible part, kept apart from the widgets."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from infinite_studio.ui.timeline.metrics import TRACK_HEIGHT_PX, content_height, row_top
from infinite_studio.ui.timeline.state import TimelineState
from infinite_studio.ui.timeline.viewport import MIN_FRAMES_PER_PIXEL, Viewport

ZOOM_STEP = 1.5
WHEEL_NOTCH = 120.0
SELECTION_MARGIN_SHARE = 0.08
PAGE_MARGIN_SHARE = 0.04
REMEMBERED_ZOOMS = 32
OUTGROWN_FACTOR = 1.25


class Navigator:
    """Moves the viewport within the project's bounds and tells when it moved."""

    def __init__(self, state: TimelineState, changed: Callable[[], None]) -> None:
        self._state = state
        self._changed = changed
        self._lanes_height = 0
        self._earlier: list[Viewport] = []
        self.fits_project = True

    def resize(self, width_px: int, height_px: int) -> None:
        """Take the size of the lanes; a project shown as a whole stays so."""
        self._lanes_height = height_px
        self._state.viewport = replace(self._state.viewport, width_px=max(width_px, 1))
        if self.fits_project:
            self.fit()
        else:
            self._settle()

    def fit(self) -> None:
        """Show the whole project."""
        self.fits_project = True
        state = self._state
        default = 16 * state.project.frames_per_bar
        state.viewport = state.viewport.showing(0, state.project.length_frames or default)
        self._settle()

    def adapt(self, *, had_sound: bool) -> None:
        """Follow a change of the project: show all of it again where it was shown as a whole and outgrew that."""
        length = self._state.project.length_frames
        outgrown = length > OUTGROWN_FACTOR * self._state.viewport.visible_frames
        if self.fits_project and length and (outgrown or not had_sound):
            self.fit()
        else:
            self._settle()

    def zoom(self, factor: float, anchor_x: float) -> None:
        """Zoom around a pixel."""
        self.fits_project = False
        widest = self._state.widest_frames_per_pixel
        self._state.viewport = self._state.viewport.zoomed(factor, anchor_x, widest)
        self._settle()

    def zoom_step(self, direction: int) -> None:
        """Zoom around the playhead where it is visible, else around the middle."""
        view = self._state.viewport
        x = view.x_of(self._state.playhead_frame)
        anchor = x if 0 <= x <= view.width_px else view.width_px / 2
        self.zoom(ZOOM_STEP**direction, anchor)

    def zoom_to(self, start_frame: float, end_frame: float) -> None:
        """Show a range with a little room around it, remembering what was shown before."""
        self._earlier = [*self._earlier[1 - REMEMBERED_ZOOMS :], self._state.viewport]
        margin = (end_frame - start_frame) * SELECTION_MARGIN_SHARE
        self.show_range(start_frame - margin, end_frame + margin)

    def zoom_back(self) -> None:
        """Return to what was shown before the last zoom to a range."""
        if self._earlier:
            before = self._earlier.pop()
            self._state.viewport = replace(before, width_px=self._state.viewport.width_px)
            self._settle()

    def show_range(self, start_frame: float, end_frame: float) -> None:
        """Show exactly a range."""
        self.fits_project = False
        shown = self._state.viewport.showing(start_frame, end_frame)
        widest = self._state.widest_frames_per_pixel
        self._state.viewport = replace(shown, frames_per_pixel=min(shown.frames_per_pixel, widest))
        self._settle()

    def scroll_by(self, x_px: float, y_px: float) -> None:
        """Scroll by pixels."""
        view = self._state.viewport
        self.scroll_to(view.start_frame + x_px * view.frames_per_pixel, self._state.scroll_y + y_px)

    def scroll_to(self, start_frame: float, y_px: float) -> None:
        """Scroll to a frame and a height."""
        if start_frame != self._state.viewport.start_frame:
            self.fits_project = False
        self._state.viewport = replace(self._state.viewport, start_frame=max(start_frame, 0.0))
        self._state.scroll_y = round(y_px)
        self._settle()

    def reveal(self, start_frame: float, end_frame: float, row: int | None) -> None:
        """Scroll as little as needed to see a range, or its beginning where it is too long."""
        view = self._state.viewport
        start = view.start_frame
        if start_frame < start or end_frame - start_frame > view.visible_frames:
            start = start_frame - PAGE_MARGIN_SHARE * view.visible_frames
        elif end_frame > view.end_frame:
            start = end_frame - (1 - PAGE_MARGIN_SHARE) * view.visible_frames
        inside = view.start_frame <= start_frame < view.end_frame
        long = end_frame - start_frame > view.visible_frames
        self.scroll_to(view.start_frame if long and inside else start, self._y_revealing(row))

    def follow(self, old_frame: float, new_frame: float, *, started: bool) -> bool:
        """Turn the page when the playhead leaves it; stay where a person scrolled away from it."""
        view = self._state.viewport
        was_visible = view.start_frame <= old_frame <= view.end_frame
        is_visible = view.start_frame <= new_frame < view.end_frame
        if is_visible or not (was_visible or started):
            return False
        fits = self.fits_project
        self.scroll_to(new_frame - PAGE_MARGIN_SHARE * view.visible_frames, self._state.scroll_y)
        self.fits_project = fits
        return True

    @property
    def content_height(self) -> int:
        """Height of all rows with the drop area."""
        return content_height(len(self._state.rows)) if self._state.rows else self._lanes_height

    def saved(self) -> dict[str, float | int | bool]:
        """Return what to keep for the next time."""
        view = self._state.viewport
        return {
            "start_frame": view.start_frame,
            "frames_per_pixel": view.frames_per_pixel,
            "scroll_y": self._state.scroll_y,
            "fits_project": self.fits_project,
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Show what `saved` told; values that make no sense are left out."""
        try:
            zoom = float(saved["frames_per_pixel"])
            start = float(saved["start_frame"])
            scroll_y = int(saved.get("scroll_y", 0))
        except (KeyError, TypeError, ValueError, OverflowError):
            return
        if not (zoom >= MIN_FRAMES_PER_PIXEL and zoom < float("inf") and 0 <= start < float("inf")):
            return
        self.fits_project = bool(saved.get("fits_project", False))
        self._state.viewport = replace(self._state.viewport, start_frame=start, frames_per_pixel=zoom)
        self._state.scroll_y = scroll_y
        self._settle()

    def _y_revealing(self, row: int | None) -> int:
        y = self._state.scroll_y
        if row is None:
            return y
        top = row_top(row)
        return min(max(y, top + TRACK_HEIGHT_PX - self._lanes_height), top)

    def _settle(self) -> None:
        state = self._state
        widest = state.widest_frames_per_pixel
        if state.viewport.frames_per_pixel > widest:
            state.viewport = replace(state.viewport, frames_per_pixel=widest)
        state.viewport = state.viewport.scrolled_to(state.viewport.start_frame, state.content_frames)
        deepest = max(self.content_height - self._lanes_height, 0)
        state.scroll_y = min(max(state.scroll_y, 0), deepest)
        self._changed()

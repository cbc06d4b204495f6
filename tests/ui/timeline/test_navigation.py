"""Zooming, scrolling, following the playhead."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.ui.timeline.view import TimelineView
from tests.ui.timeline import hands
from tests.ui.timeline.conftest import BAR


@pytest.mark.parametrize("notches", [3, 1, -1])
@pytest.mark.parametrize("x", [90, 400, 700])
def test_ctrl_and_wheel_zoom_around_the_cursor(view: TimelineView, x: int, notches: int) -> None:
    view._navigator.show_range(2 * BAR, 3 * BAR)
    before = view.viewport.frame_at(x)
    hands.wheel(view._parts.lanes, x, 60, notches, hands.CTRL)
    assert view.viewport.frame_at(x) == pytest.approx(before, abs=1e-3)
    assert (view.viewport.visible_frames < BAR) == (notches > 0)


def test_zooming_ends_at_sixteen_pixels_per_frame_and_at_the_project(view: TimelineView) -> None:
    for _ in range(80):
        view.zoom_in()
    assert view.viewport.frames_per_pixel == 1 / 16
    for _ in range(80):
        view.zoom_out()
    assert 8 * BAR < view.viewport.visible_frames < 24 * BAR


def test_plus_and_minus_zoom(view: TimelineView) -> None:
    whole = view.viewport.frames_per_pixel
    QTest.keyClick(view._parts.lanes, Qt.Key.Key_Plus, hands.SHIFT)
    assert view.viewport.frames_per_pixel < whole
    QTest.keyClick(view._parts.lanes, Qt.Key.Key_Minus)
    assert view.viewport.frames_per_pixel == pytest.approx(whole)


def test_z_shows_the_selection_and_x_goes_back(view: TimelineView) -> None:
    before = view.viewport
    view.select_clip("walk")
    QTest.keyClick(view._parts.lanes, Qt.Key.Key_Z)
    assert BAR < view.viewport.start_frame < 2 * BAR
    assert 6 * BAR < view.viewport.end_frame < 7 * BAR
    QTest.keyClick(view._parts.lanes, Qt.Key.Key_X)
    assert view.viewport == before


def test_shift_and_wheel_scroll_in_time(view: TimelineView) -> None:
    view._navigator.show_range(0, BAR)
    hands.wheel(view._parts.lanes, 100, 60, -2, hands.SHIFT)
    assert view.viewport.start_frame == pytest.approx(120 * view.viewport.frames_per_pixel)


def test_the_wheel_scrolls_through_the_tracks_and_the_heads_with_them(view: TimelineView) -> None:
    view.set_project(Project("Many", tracks=tuple(Track(f"Track {n}") for n in range(12))))
    hands.wheel(view._parts.headers, 50, 60, -2)
    tops = [header.y() for header in view._parts.headers.headers.values()]
    assert tops[:2] == [-120, -20]


def test_the_page_turns_with_the_playhead(view: TimelineView) -> None:
    view._navigator.show_range(0, BAR)
    view.set_playhead(BAR - 10, playing=True)
    assert view.viewport.start_frame == 0
    view.set_playhead(BAR + 10, playing=True)
    assert 0 < view.viewport.start_frame < BAR + 10


def test_the_page_turns_back_when_the_loop_begins_again(view: TimelineView) -> None:
    view._navigator.show_range(3 * BAR, 4 * BAR)
    view.set_playhead(4 * BAR - 10, playing=True)
    view.set_playhead(2 * BAR, playing=True)
    assert view.viewport.start_frame <= 2 * BAR < view.viewport.end_frame


def test_who_scrolled_away_from_the_playhead_is_left_alone(view: TimelineView) -> None:
    view._navigator.show_range(0, BAR)
    view.set_playhead(100, playing=True)
    view._navigator.show_range(5 * BAR, 6 * BAR)
    view.set_playhead(2_000, playing=True)
    assert view.viewport.start_frame == 5 * BAR


def test_starting_to_play_brings_the_playhead_into_sight(view: TimelineView) -> None:
    view._navigator.show_range(5 * BAR, 6 * BAR)
    view.set_playhead(0, playing=False)
    assert view.viewport.start_frame == 5 * BAR
    view.set_playhead(0, playing=True)
    assert view.viewport.start_frame == 0


def test_an_edit_leaves_zoom_and_scroll_alone(view: TimelineView, project: Project) -> None:
    view._navigator.show_range(2 * BAR, 3 * BAR)
    before = view.viewport
    view.set_project(Project("Test", 120.0, tracks=project.tracks[:2]))
    assert view.viewport == before


def test_the_first_sound_in_an_empty_project_is_shown_as_a_whole(view: TimelineView) -> None:
    view.set_project(Project("New"))
    track = Track("Song", StemType.OTHER, (Clip("d", "Song", 0, 100 * BAR),))
    view.set_project(Project("New", tracks=(track,)))
    assert view.viewport.visible_frames == pytest.approx(100 * BAR)


def test_the_view_is_kept_as_json_and_restored(view: TimelineView) -> None:
    view._navigator.show_range(2 * BAR, 3 * BAR)
    shown = view.viewport
    kept = json.loads(json.dumps(view.view_state()))
    view.zoom_to_fit()
    view.restore_view_state(kept)
    assert view.viewport.start_frame == pytest.approx(shown.start_frame)
    assert view.viewport.frames_per_pixel == pytest.approx(shown.frames_per_pixel)


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"start_frame": "x", "frames_per_pixel": 1},
        {"start_frame": 0, "frames_per_pixel": 0},
        {"start_frame": float("nan"), "frames_per_pixel": 2},
        {"start_frame": -5, "frames_per_pixel": float("inf")},
        {"start_frame": 0, "frames_per_pixel": 10, "scroll_y": None},
    ],
)
def test_a_damaged_view_state_changes_nothing(view: TimelineView, nonsense: dict[str, object]) -> None:
    before = view.viewport
    view.restore_view_state(nonsense)
    assert view.viewport == before


def test_dragging_the_overview_window_scrolls_and_its_edge_zooms(view: TimelineView) -> None:
    overview = view._parts.overview
    view._navigator.show_range(2 * BAR, 4 * BAR)
    hands.drag(overview, (300, 20), (400, 20))
    assert view.viewport.start_frame == pytest.approx(3 * BAR)
    assert view.viewport.visible_frames == pytest.approx(2 * BAR)
    hands.drag(overview, (500, 20), (600, 20))
    assert view.viewport.start_frame == pytest.approx(3 * BAR)
    assert view.viewport.end_frame == pytest.approx(6 * BAR)


def test_a_click_beside_the_overview_window_goes_there(view: TimelineView) -> None:
    view._navigator.show_range(0, BAR)
    hands.click(view._parts.overview, 600, 20)
    assert view.viewport.frame_at(400) == pytest.approx(6 * BAR)


def test_the_scroll_bar_scrolls(view: TimelineView) -> None:
    view._navigator.show_range(0, BAR)
    hands.drag(view._parts.across, (10, 6), (400, 6))
    assert 2 * BAR < view.viewport.start_frame < 6 * BAR


def test_resizing_keeps_a_fitted_project_fitted(view: TimelineView) -> None:
    view.resize(1376, 700)
    assert view.viewport.visible_frames == pytest.approx(8 * BAR)
    assert view.viewport.width_px == 1200

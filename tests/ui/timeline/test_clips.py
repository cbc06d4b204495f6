"""Selecting, moving and asking for changes of clips."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from infinite_studio.project.clip_steps import ClipPlace
from infinite_studio.project.model import Project
from infinite_studio.ui.timeline.lanes import Lanes
from infinite_studio.ui.timeline.view import TimelineView
from tests.ui.timeline import hands
from tests.ui.timeline.conftest import BAR, BEAT

DRUMS_Y, BASS_Y, FREE_Y, BELOW_Y = 50, 150, 250, 340


@pytest.fixture
def lanes(view: TimelineView) -> Lanes:
    return view._parts.lanes


def collect(signal: object) -> list[tuple[object, ...]]:
    heard: list[tuple[object, ...]] = []
    signal.connect(lambda *values: heard.append(values))
    return heard


def test_a_click_selects_a_clip_and_a_click_beside_it_selects_none(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.selection_changed)
    hands.click(lanes, 450, DRUMS_Y)
    hands.click(lanes, 300, FREE_Y)
    assert heard == [(("kit2",),), ((),)]


def test_dragging_a_clip_lands_on_the_nearest_beat(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    hands.drag(lanes, (250, BASS_Y), (250 + 60, BASS_Y))
    assert heard == [((ClipPlace("walk", "bass", 2 * BAR + 2 * BEAT),),)]


def test_alt_drags_without_snapping(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    hands.drag(lanes, (250, BASS_Y), (250 + 60, BASS_Y), hands.ALT)
    assert heard == [((ClipPlace("walk", "bass", 2 * BAR + 60 * 960),),)]


def test_a_clip_can_be_dragged_to_another_track(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    hands.drag(lanes, (250, BASS_Y), (250, FREE_Y))
    assert heard == [((ClipPlace("walk", "free", 2 * BAR),),)]


def test_a_clip_dragged_below_the_last_track_stays_on_it(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    hands.drag(lanes, (250, BASS_Y), (250, BELOW_Y + 100))
    assert heard == [((ClipPlace("walk", "free", 2 * BAR),),)]


def test_a_clip_never_begins_before_the_project(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    hands.drag(lanes, (201, BASS_Y), (-160, BASS_Y))
    assert heard == [((ClipPlace("walk", "bass", 0),),)]


def test_a_trembling_click_moves_nothing(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    hands.drag(lanes, (250, BASS_Y), (252, BASS_Y + 1))
    assert heard == []


def test_a_drag_back_to_where_it_was_moves_nothing(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    hands.drag(lanes, (250, BASS_Y), (259, BASS_Y))
    assert heard == []


def test_escape_lets_go_of_a_dragged_clip(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    hands.press(lanes, 250, BASS_Y)
    hands.move(lanes, 400, BASS_Y)
    QTest.keyClick(lanes, Qt.Key.Key_Escape)
    hands.release(lanes, 400, BASS_Y)
    assert heard == []


def test_holding_a_clip_at_the_edge_scrolls(view: TimelineView, lanes: Lanes, qtbot: QtBot) -> None:
    hands.press(lanes, 250, BASS_Y)
    hands.move(lanes, 790, BASS_Y)
    qtbot.waitUntil(lambda: view.viewport.start_frame > 0)
    hands.release(lanes, 790, BASS_Y)


def test_a_clip_that_vanishes_while_it_is_held_is_let_go(
    view: TimelineView, lanes: Lanes, project: Project
) -> None:
    heard = collect(view.clips_moved)
    hands.press(lanes, 250, BASS_Y)
    hands.move(lanes, 400, BASS_Y)
    view.set_project(Project("Other", tracks=project.tracks[:1]))
    hands.release(lanes, 400, BASS_Y)
    assert heard == []
    assert view.selected_clip_ids == ()


def test_arrow_keys_go_from_clip_to_clip(view: TimelineView, lanes: Lanes) -> None:
    lanes.setFocus()
    visited = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left):
        QTest.keyClick(lanes, key)
        visited.append(view.selected_clip_ids)
    assert visited[:3] == [("kit1",), ("kit2",), ("walk",)]
    assert visited[3] in {("kit1",), ("kit2",)}
    assert visited[4] == ("kit1",)


def test_alt_with_an_arrow_key_moves_the_clip_by_a_beat_or_a_track(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    view.select_clip("walk")
    QTest.keyClick(lanes, Qt.Key.Key_Left, hands.ALT)
    QTest.keyClick(lanes, Qt.Key.Key_Down, hands.ALT)
    assert heard == [
        ((ClipPlace("walk", "bass", 2 * BAR - BEAT),),),
        ((ClipPlace("walk", "free", 2 * BAR),),),
    ]


def test_a_clip_reached_by_key_is_scrolled_into_sight(view: TimelineView, lanes: Lanes) -> None:
    view._navigator.show_range(0, BAR)
    view.select_clip("kit1")
    QTest.keyClick(lanes, Qt.Key.Key_Right)
    assert view.viewport.start_frame <= 4 * BAR < view.viewport.end_frame


@pytest.mark.parametrize("modifiers", [hands.NONE, hands.CTRL])
def test_d_and_ctrl_d_duplicate(view: TimelineView, lanes: Lanes, modifiers: Qt.KeyboardModifier) -> None:
    heard = collect(view.clips_duplicated)
    view.select_clip("kit1")
    QTest.keyClick(lanes, Qt.Key.Key_D, modifiers)
    assert heard == [(("kit1",),)]


def test_delete_asks_for_the_selected_clip_to_go(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_deleted)
    QTest.keyClick(lanes, Qt.Key.Key_Delete)
    view.select_clip("walk")
    QTest.keyClick(lanes, Qt.Key.Key_Delete)
    assert heard == [(("walk",),)]


def test_s_splits_at_the_playhead_only_inside_the_clip(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_split)
    view.select_clip("walk")
    for frame in (BAR, 2 * BAR, 3 * BAR, 6 * BAR):
        view.set_playhead(frame, playing=False)
        QTest.keyClick(lanes, Qt.Key.Key_S)
    assert heard == [(("walk",), 3 * BAR)]


def test_a_right_click_selects_the_clip_and_asks_for_its_menu(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clip_menu_requested)
    tracks = collect(view.track_menu_requested)
    hands.right_click(lanes, 250, BASS_Y)
    hands.right_click(lanes, 10, FREE_Y)
    assert heard == [("walk", lanes.mapToGlobal(QPoint(250, BASS_Y)))]
    assert [track_id for track_id, _ in tracks] == ["free"]


def test_a_selected_clip_that_is_deleted_is_no_longer_selected(view: TimelineView, project: Project) -> None:
    view.select_clip("walk")
    heard = collect(view.selection_changed)
    view.set_project(Project("Fewer", tracks=project.tracks[:1]))
    assert heard == [((),)]


def test_an_unknown_clip_cannot_be_selected(view: TimelineView) -> None:
    view.select_clip("nobody")
    assert view.selected_clip_ids == ()


def test_a_clip_of_one_frame_can_be_grabbed(view: TimelineView, lanes: Lanes, project: Project) -> None:
    from dataclasses import replace

    short = replace(project.tracks[1].clips[0], length_frames=1)
    view.set_project(project.with_track(replace(project.tracks[1], clips=(short,))))
    hands.click(lanes, 201, BASS_Y)
    assert view.selected_clip_ids == ("walk",)

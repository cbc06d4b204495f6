"""Selecting several clips, and asking for changes of all of them at once."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from infinite_studio.project.clip_steps import ClipPlace
from infinite_studio.project.model import Project
from infinite_studio.ui.theme import DARK
from infinite_studio.ui.timeline.lanes import Lanes
from infinite_studio.ui.timeline.view import TimelineView
from tests.ui.timeline import hands
from tests.ui.timeline.conftest import BAR, BEAT
from tests.ui.timeline.test_clips import BASS_Y, DRUMS_Y, FREE_Y, collect

KIT1, KIT2, WALK = (100, DRUMS_Y), (450, DRUMS_Y), (250, BASS_Y)


@pytest.fixture
def lanes(view: TimelineView) -> Lanes:
    return view._parts.lanes


def click(lanes: Lanes, place: tuple[int, int], modifiers: Qt.KeyboardModifier = hands.NONE) -> None:
    hands.press(lanes, *place, modifiers)
    hands.release(lanes, *place, modifiers)


def test_ctrl_click_adds_a_clip_and_takes_it_away(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.selection_changed)
    click(lanes, KIT1)
    click(lanes, WALK, hands.CTRL)
    click(lanes, KIT1, hands.CTRL)
    assert heard == [(("kit1",),), (("walk", "kit1"),), (("walk",),)]


def test_shift_click_selects_everything_between(view: TimelineView, lanes: Lanes) -> None:
    click(lanes, KIT1)
    click(lanes, WALK, hands.SHIFT)
    assert set(view.selected_clip_ids) == {"kit1", "kit2", "walk"}
    click(lanes, KIT2, hands.SHIFT)
    assert set(view.selected_clip_ids) == {"kit1", "kit2"}
    assert view.selected_clip_ids[0] == "kit1"


def test_a_click_on_one_of_several_selects_it_alone_when_it_is_let_go(
    view: TimelineView, lanes: Lanes
) -> None:
    view.select_all()
    hands.press(lanes, *WALK)
    assert len(view.selected_clip_ids) == 3
    hands.release(lanes, *WALK)
    assert view.selected_clip_ids == ("walk",)


def test_ctrl_a_selects_all_and_escape_none(view: TimelineView, lanes: Lanes) -> None:
    QTest.keyClick(lanes, Qt.Key.Key_A, hands.CTRL)
    assert set(view.selected_clip_ids) == {"kit1", "kit2", "walk"}
    QTest.keyClick(lanes, Qt.Key.Key_Escape)
    assert view.selected_clip_ids == ()


def test_the_band_selects_what_it_touches_and_tells_once(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.selection_changed)
    hands.drag(lanes, (700, FREE_Y), (450, DRUMS_Y))
    assert {frozenset(ids) for (ids,) in heard} == {frozenset({"kit2", "walk"})}
    assert len(heard) == 1
    assert view._state.band is None


def test_the_band_with_ctrl_keeps_what_was_selected(view: TimelineView, lanes: Lanes) -> None:
    click(lanes, KIT1)
    hands.drag(lanes, (650, FREE_Y), (580, BASS_Y), hands.CTRL)
    assert set(view.selected_clip_ids) == {"kit1", "walk"}


def test_escape_gives_the_band_up_and_brings_the_selection_back(view: TimelineView, lanes: Lanes) -> None:
    click(lanes, KIT1)
    hands.press(lanes, 650, FREE_Y, hands.SHIFT)
    hands.move(lanes, 580, BASS_Y, hands.SHIFT)
    assert set(view.selected_clip_ids) == {"kit1", "walk"}
    QTest.keyClick(lanes, Qt.Key.Key_Escape)
    hands.release(lanes, 580, BASS_Y)
    assert view.selected_clip_ids == ("kit1",)


def test_the_band_scrolls_at_the_edge(view: TimelineView, lanes: Lanes, qtbot: QtBot) -> None:
    hands.press(lanes, 20, FREE_Y)
    hands.move(lanes, 795, FREE_Y)
    qtbot.waitUntil(lambda: view.viewport.start_frame > 0)
    assert view._state.band is not None
    assert view._state.band.start_frame == pytest.approx(20 * 960)
    hands.release(lanes, 795, FREE_Y)


def test_the_band_is_painted_while_it_is_drawn(view: TimelineView, lanes: Lanes) -> None:
    view.set_theme(DARK)
    before = lanes.grab().toImage().pixelColor(700, FREE_Y)
    hands.press(lanes, 750, FREE_Y + 30)
    hands.move(lanes, 650, FREE_Y - 30)
    assert lanes.grab().toImage().pixelColor(700, FREE_Y) != before
    hands.release(lanes, 650, FREE_Y - 30)
    assert lanes.grab().toImage().pixelColor(700, FREE_Y) == before


def test_selected_clips_are_dragged_together_on_the_beat(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    view.select_clips(("kit2", "walk"))
    hands.drag(lanes, WALK, (WALK[0] + 60, BASS_Y))
    assert heard == [
        ((ClipPlace("walk", "bass", 2 * BAR + 2 * BEAT), ClipPlace("kit2", "drums", 4 * BAR + 2 * BEAT)),)
    ]
    assert view.selected_clip_ids == ("kit2", "walk")  # fmt: skip


def test_clips_dragged_together_stop_where_the_first_one_must(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    view.select_clips(("kit1", "walk"))
    hands.drag(lanes, WALK, (WALK[0] - 120, FREE_Y + 100))
    assert heard == [((ClipPlace("walk", "free", 2 * BAR), ClipPlace("kit1", "bass", 0)),)]


def test_a_ctrl_pressed_clip_is_dragged_with_the_others(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    click(lanes, KIT2)
    hands.drag(lanes, WALK, (WALK[0] + 50, BASS_Y), hands.CTRL)
    assert [place.clip_id for place in heard[0][0]] == ["walk", "kit2"]


def test_keys_ask_for_all_selected_clips_at_once(view: TimelineView, lanes: Lanes) -> None:
    signals = (view.clips_duplicated, view.clips_deleted, view.clips_copied, view.clips_cut)
    heard = [collect(signal) for signal in signals]
    pasted = collect(view.paste_requested)
    view.select_clips(("walk", "kit1"))
    for key, modifiers in (
        (Qt.Key.Key_D, hands.CTRL),
        (Qt.Key.Key_Delete, hands.NONE),
        (Qt.Key.Key_C, hands.CTRL),
        (Qt.Key.Key_X, hands.CTRL),
        (Qt.Key.Key_V, hands.CTRL),
    ):
        QTest.keyClick(lanes, key, modifiers)
    assert heard == [[(("walk", "kit1"),)]] * 4
    assert pasted == [()]


def test_s_splits_those_selected_clips_that_the_playhead_is_in(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_split)
    view.select_all()
    view.set_playhead(3 * BAR, playing=False)
    QTest.keyClick(lanes, Qt.Key.Key_S)
    assert heard == [(("kit1", "walk"), 3 * BAR)]


def test_alt_with_an_arrow_moves_all_selected_clips(view: TimelineView, lanes: Lanes) -> None:
    heard = collect(view.clips_moved)
    view.select_clips(("walk", "kit1"))
    QTest.keyClick(lanes, Qt.Key.Key_Right, hands.ALT)
    QTest.keyClick(lanes, Qt.Key.Key_Up, hands.ALT)
    assert heard == [((ClipPlace("walk", "bass", 2 * BAR + BEAT), ClipPlace("kit1", "drums", BEAT)),)]


def test_assistive_technology_hears_how_much_is_selected(view: TimelineView, lanes: Lanes) -> None:
    view.select_clips(("walk", "kit1"))
    assert lanes.accessibleName() == "2 clips selected on 2 tracks, from bar 1.1 to bar 7.1"
    view.select_clip("walk")
    assert lanes.accessibleName() == "Clip Walk on track Bass at bar 3.1"
    view.select_clip(None)
    assert lanes.accessibleName() == "Clips, none selected"


def test_every_selected_clip_is_painted_as_one_is(view: TimelineView, lanes: Lanes) -> None:
    view.set_theme(DARK)

    def edge(x: int, y: int) -> str:
        return lanes.grab().toImage().pixelColor(x, y).name()

    places = ((100, 5), (500, 5), (300, 105))
    plain = [edge(*place) for place in places]
    view.select_all()
    marked = [edge(*place) for place in places]
    assert len(set(marked)) == 1
    assert set(marked).isdisjoint(plain)


def test_clips_that_are_gone_are_no_longer_selected(view: TimelineView, project: Project) -> None:
    view.select_all()
    view.set_project(replace(project, tracks=project.tracks[:1]))
    assert set(view.selected_clip_ids) == {"kit1", "kit2"}


def test_zooming_to_the_selection_shows_all_of_it(view: TimelineView) -> None:
    view.select_clips(("walk", "kit2"))
    view.zoom_to_selection()
    assert view.viewport.start_frame <= 2 * BAR
    assert view.viewport.end_frame >= 8 * BAR

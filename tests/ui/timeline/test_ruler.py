"""Seeking and looping in the ruler."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from infinite_studio.project.model import LoopRange, Project
from infinite_studio.ui.timeline.view import TimelineView
from tests.ui.timeline import hands
from tests.ui.timeline.conftest import BAR, BEAT
from tests.ui.timeline.test_clips import collect

UPPER_Y, LOWER_Y = 12, 36


def test_a_click_in_the_lower_half_seeks(view: TimelineView) -> None:
    heard = collect(view.seek_requested)
    hands.click(view._parts.ruler, 250, LOWER_Y)
    assert heard == [(250 * 960,)]


def test_dragging_in_the_lower_half_seeks_along(view: TimelineView) -> None:
    heard = collect(view.seek_requested)
    hands.drag(view._parts.ruler, (100, LOWER_Y), (200, LOWER_Y))
    assert heard[0] == (100 * 960,)
    assert heard[-1] == (200 * 960,)


def test_seeking_left_of_the_beginning_goes_to_the_beginning(view: TimelineView) -> None:
    heard = collect(view.seek_requested)
    hands.drag(view._parts.ruler, (50, LOWER_Y), (-50, LOWER_Y))
    assert heard[-1] == (0,)


def test_dragging_in_the_upper_half_sets_the_loop_range_on_beats_once(view: TimelineView) -> None:
    heard = collect(view.loop_changed)
    hands.drag(view._parts.ruler, (98, UPPER_Y), (333, UPPER_Y))
    assert heard == [(LoopRange(BAR, 3 * BAR + BEAT),)]


def test_alt_sets_a_loop_range_off_the_beat(view: TimelineView) -> None:
    heard = collect(view.loop_changed)
    hands.drag(view._parts.ruler, (98, UPPER_Y), (333, UPPER_Y), hands.ALT)
    assert heard == [(LoopRange(98 * 960, 333 * 960),)]


def test_a_loop_range_dragged_leftwards_begins_where_the_drag_ends(view: TimelineView) -> None:
    heard = collect(view.loop_changed)
    hands.drag(view._parts.ruler, (300, UPPER_Y), (100, UPPER_Y))
    assert heard == [(LoopRange(BAR, 3 * BAR),)]


def test_a_click_in_the_upper_half_changes_nothing(view: TimelineView) -> None:
    heard = collect(view.loop_changed)
    hands.click(view._parts.ruler, 300, UPPER_Y)
    assert heard == []


@pytest.mark.parametrize(
    ("grab", "target", "expected"),
    [
        (200, 100, LoopRange(BAR, 4 * BAR)),
        (400, 500, LoopRange(2 * BAR, 5 * BAR)),
        (300, 400, LoopRange(3 * BAR, 5 * BAR)),
        (200, 500, LoopRange(4 * BAR, 5 * BAR)),
    ],
    ids=["start", "end", "body", "start past the end"],
)
def test_the_loop_range_can_be_taken_by_its_ends_and_its_middle(
    make_view: Callable[..., TimelineView], looped: Project, grab: int, target: int, expected: LoopRange
) -> None:
    view = make_view(looped)
    heard = collect(view.loop_changed)
    hands.drag(view._parts.ruler, (grab, UPPER_Y), (target, UPPER_Y))
    assert heard == [(expected,)]


def test_a_double_click_on_the_loop_range_removes_it(
    make_view: Callable[..., TimelineView], looped: Project
) -> None:
    view = make_view(looped)
    heard = collect(view.loop_changed)
    hands.double_click(view._parts.ruler, 300, UPPER_Y)
    assert heard == [(None,)]


def test_the_loop_range_is_shown_while_it_is_dragged(view: TimelineView) -> None:
    before = view._parts.lanes.grab().toImage()
    hands.press(view._parts.ruler, 100, UPPER_Y)
    hands.move(view._parts.ruler, 300, UPPER_Y)
    during = view._parts.lanes.grab().toImage()
    hands.release(view._parts.ruler, 300, UPPER_Y)
    assert during.pixelColor(150, 252) != before.pixelColor(150, 252)


def test_arrow_keys_on_the_ruler_seek_by_a_beat(view: TimelineView) -> None:
    heard = collect(view.seek_requested)
    view.set_playhead(BAR, playing=False)
    QTest.keyClick(view._parts.ruler, Qt.Key.Key_Right)
    QTest.keyClick(view._parts.ruler, Qt.Key.Key_Left)
    assert heard == [(BAR + BEAT,), (BAR - BEAT,)]

"""Dropping files and stored sounds."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from infinite_studio.project.model import Project
from infinite_studio.ui.timeline.drops import OBJECT_MIME_TYPE, ObjectDrop, object_mime_data
from infinite_studio.ui.timeline.metrics import HEADER_WIDTH_PX, TOP_PX
from infinite_studio.ui.timeline.view import TimelineView
from tests.ui.timeline import hands
from tests.ui.timeline.conftest import BAR
from tests.ui.timeline.test_clips import collect

SONG = "/music/שיר 🎵.wav"


def files(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (HEADER_WIDTH_PX + 312, TOP_PX + 150, (3 * BAR, "bass")),
        (HEADER_WIDTH_PX + 312, TOP_PX + 400, (3 * BAR, "")),
        (HEADER_WIDTH_PX + 312, 60, (3 * BAR, "")),
        (HEADER_WIDTH_PX + 312, 20, (3 * BAR, "")),
        (40, TOP_PX + 250, (BAR + 7, "free")),
    ],
    ids=["lane", "below the last lane", "ruler", "overview", "head, at the playhead"],
)
def test_files_land_where_they_are_dropped(
    view: TimelineView, x: int, y: int, expected: tuple[int, str]
) -> None:
    view.set_playhead(BAR + 7, playing=False)
    heard = collect(view.files_dropped)
    hands.drop(view, files(SONG, "/music/b.flac"), x, y)
    assert heard == [([Path(SONG), Path("/music/b.flac")], *expected)]


def test_alt_drops_off_the_beat(view: TimelineView) -> None:
    heard = collect(view.files_dropped)
    hands.drop(view, files(SONG), HEADER_WIDTH_PX + 312, TOP_PX + 150, hands.ALT)
    assert heard[0][1] == 312 * 960


def test_a_drop_follows_zoom_and_scroll(view: TimelineView) -> None:
    view._navigator.show_range(4 * BAR, 6 * BAR)
    heard = collect(view.files_dropped)
    hands.drop(view, files(SONG), HEADER_WIDTH_PX + 400, TOP_PX + 50)
    assert heard[0][1:] == (5 * BAR, "drums")


def test_the_first_sound_lands_at_the_beginning(make_view: Callable[..., TimelineView]) -> None:
    view = make_view(Project("New"))
    heard = collect(view.files_dropped)
    hands.drop(view, files(SONG), HEADER_WIDTH_PX + 500, TOP_PX + 200)
    assert heard == [([Path(SONG)], 0, "")]


def test_a_stored_sound_lands_where_it_is_dropped(view: TimelineView) -> None:
    heard = collect(view.object_dropped)
    hands.drop(view, object_mime_data("ab" * 32, "Take 2"), HEADER_WIDTH_PX + 400, TOP_PX + 50)
    assert heard == [(ObjectDrop("ab" * 32, "Take 2", 4 * BAR, "drums"),)]


def unreadable_object() -> QMimeData:
    data = QMimeData()
    data.setData(OBJECT_MIME_TYPE, b"\xff{nonsense")
    return data


def plain_text() -> QMimeData:
    data = QMimeData()
    data.setText("hello")
    return data


def web_link() -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.mp3")])
    return data


@pytest.mark.parametrize("make", [unreadable_object, plain_text, web_link])
def test_what_is_no_sound_is_refused(view: TimelineView, make: Callable[[], QMimeData]) -> None:
    heard = collect(view.files_dropped), collect(view.object_dropped)
    assert not hands.drag_over(view, make(), 400, 200)
    hands.drop(view, make(), 400, 200)
    assert heard == ([], [])


def test_dragging_over_shows_where_it_will_land(view: TimelineView) -> None:
    before = view._parts.lanes.grab().toImage()
    hands.drag_over(view, files(SONG), HEADER_WIDTH_PX + 300, TOP_PX + 250)
    during = view._parts.lanes.grab().toImage()
    assert during.pixelColor(300, 240) != before.pixelColor(300, 240)
    assert during.pixelColor(600, 240) != before.pixelColor(600, 240)
    assert during.pixelColor(600, 40) == before.pixelColor(600, 40)


def test_an_empty_project_offers_to_choose_files_and_to_describe_a_beat(
    make_view: Callable[..., TimelineView],
) -> None:
    view = make_view(Project("New"))
    zone = view._parts.lanes.drop_zone
    choose, describe = collect(view.import_requested), collect(view.describe_requested)
    hands.click(zone._choose, 20, 15)
    hands.click(zone._describe, 20, 15)
    assert (choose, describe) == ([()], [()])

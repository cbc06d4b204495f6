"""The selected commit shows its stems: to hear, to drag and to take."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession
from tests.ui.history.samples import cid

from infinite_studio.ui.history_model import HistoryModel
from infinite_studio.ui.history_panel import HistoryPanel
from infinite_studio.ui.history_stems import StemChip
from infinite_studio.ui.timeline.drops import ObjectDrop, dropped_object


def chip(panel: HistoryPanel, name: str) -> StemChip:
    assert panel.list.strip is not None
    return next(each for each in panel.list.strip.chips if each.text() == name)


def test_a_click_opens_the_stems_below_the_row(panel: HistoryPanel) -> None:
    view = panel.list
    place = view.visualRect(panel.model.index(3)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.model.opened_row == 3
    assert panel.model.index(4).data(HistoryModel.IS_DETAIL)
    assert panel.list.strip is not None
    stems = panel.model.index(3).data(HistoryModel.ROW).commit.stems
    assert [each.text() for each in panel.list.strip.chips] == ["Mix", *(stem.name for stem in stems)]
    assert len(stems) == 5
    assert panel.list.strip.isVisible()


def test_the_arrow_keys_step_over_the_stems(panel: HistoryPanel) -> None:
    panel.select(cid(4))
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    chosen = panel.selected()
    assert chosen is not None
    assert chosen.commit_id == cid(3)
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    assert panel.selected() == panel.model.known(cid(4))
    assert panel.model.opened_row == 3


def test_stems_without_room_are_behind_the_last_chip(panel: HistoryPanel) -> None:
    panel.select(cid(4))
    strip = panel.list.strip
    assert strip is not None
    hidden = [each for each in strip.chips if each.isHidden()]
    assert strip.more.isVisible() == bool(hidden)
    if hidden:
        assert strip.more.text() == f"+{len(hidden)}"
    right = max(each.geometry().right() for each in strip.chips if not each.isHidden())
    assert right <= strip.width()


def test_a_chip_is_heard_and_marked(panel: HistoryPanel, session: FakeSession) -> None:
    panel.select(cid(4))
    chip(panel, "drums").click()
    assert session.calls[-1] == ("audition", "object-4")
    session.emit(takes=True)
    assert chip(panel, "drums").is_heard
    assert not chip(panel, "bass").is_heard


def test_a_chip_carries_its_sound(panel: HistoryPanel) -> None:
    panel.select(cid(4))
    data = chip(panel, "drums").drag(QPoint(3, 3)).mimeData()
    assert dropped_object(data) == ("object-4", "drums")


def test_a_dropped_stem_lands_as_the_stem_of_the_shown_version(
    panel: HistoryPanel, session: FakeSession
) -> None:
    panel.select(cid(4))
    panel.place_dropped(ObjectDrop("object-0", "bass", 96_000, ""))
    assert session.calls[-1] == ("place_stem_of_commit", cid(4), "bass", 96_000, None)


def test_a_dropped_sound_of_the_library_is_left_to_the_library(
    panel: HistoryPanel, session: FakeSession
) -> None:
    panel.place_dropped(ObjectDrop("s0", "lets_go.mp3", 0, ""))
    assert not [call for call in session.calls if call[0] == "place_stem_of_commit"]


def test_the_menu_of_a_stem_places_it_without_a_mouse(panel: HistoryPanel, session: FakeSession) -> None:
    commit = session.commit_of(cid(4))
    assert commit is not None
    menu = panel.commit_actions.stem_menu(commit, commit.stems[1])
    next(action for action in menu.actions() if action.text() == "Place at playhead").trigger()
    assert session.calls[-1] == ("place_stem_of_commit", cid(4), "bass", session.playhead_frame, None)


def test_the_strip_goes_when_the_search_shows_other_rows(panel: HistoryPanel, qtbot: QtBot) -> None:
    panel.select(cid(4))
    panel.search.setText("hats")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1)
    assert panel.model.opened_row is None
    assert panel.list.strip is None

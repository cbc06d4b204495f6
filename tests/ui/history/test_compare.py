"""Two versions are compared in words, stem by stem, and by ear."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession
from tests.ui.held_session import HeldSession
from tests.ui.history.conftest import shown
from tests.ui.history.samples import cid, comparison

from infinite_studio.errors import StudioError
from infinite_studio.ui.compare_view import CompareView
from infinite_studio.ui.compare_words import NOTHING_CHANGED, SAME_MIXDOWN, figures_text, mixdown_text
from infinite_studio.ui.history_menu import ONLY_ONE
from infinite_studio.ui.history_panel import HistoryPanel


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(900, 800)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def view(session: FakeSession, over: QWidget) -> Iterator[CompareView]:
    session.comparisons[cid(4), cid(7)] = comparison(session)
    view = CompareView(session, over)  # type: ignore[arg-type]
    view.compare(cid(4), cid(7))
    return view


def test_it_lies_over_the_right_side_and_follows_it(view: CompareView, over: QWidget) -> None:
    assert view.geometry().right() == over.width() - 1
    over.resize(1_200, 700)
    assert view.geometry().right() == 1_199
    assert view.height() == 700


def test_it_lies_at_the_left_and_is_mirrored_where_people_read_from_the_right(
    view: CompareView, over: QWidget
) -> None:
    over.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    over.resize(1_200, 700)
    assert view.geometry().left() == 0
    card = view.versions[0]
    badge = QRect(0, 0, 40, card.height())
    assert card.placed(badge).right() == card.width() - 1
    before = card.grab().toImage()
    over.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    after = card.grab().toImage().flipped(Qt.Orientation.Horizontal)
    left, right = (image.pixelColor(card.width() - 26, card.height() // 2 - 12) for image in (before, after))
    assert left == right, "the letter is at the other side"


def test_every_line_begins_where_people_begin_to_read(view: CompareView, over: QWidget) -> None:
    labels = (view.mixdown, view.stems_label, *view.sentences.findChildren(QLabel))
    for direction, side in (
        (Qt.LayoutDirection.RightToLeft, Qt.AlignmentFlag.AlignRight),
        (Qt.LayoutDirection.LeftToRight, Qt.AlignmentFlag.AlignLeft),
    ):
        over.setLayoutDirection(direction)
        assert all(label.alignment() & side for label in labels)


def test_it_says_what_changed_and_how_alike_the_stems_are(view: CompareView) -> None:
    assert view.sentences.sentences == ("Tempo 90 → 84 BPM", "drums replaced")
    assert [row.chip.text() for row in view.rows] == ["removed", "changed", "same", "added"]
    assert figures_text(view.rows[1].stem) == "similarity 0.41 · null −3.2 dB"
    assert view.mixdown.text() == "Mixdown: null −4.8 dB."


def test_a_side_without_the_stem_cannot_be_heard(view: CompareView, session: FakeSession) -> None:
    a, b = view.rows[0].buttons
    assert a.isEnabled()
    assert not b.isEnabled()
    assert b.toolTip() == "There is no vocals of B."
    a.click()
    assert session.calls[-1] == ("audition", "v")


def test_one_press_hears_a_and_the_next_hears_b(
    view: CompareView, session: FakeSession, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: session.jobs.is_idle)
    view.work.button.click()
    assert session.ab is not None
    assert not session.ab.hears_b
    assert session.is_playing, "pressing Hear is heard at once"
    assert view.versions[0].is_heard
    assert view.work.button.text() == "Hear B"
    view.switch()
    assert session.ab.hears_b
    assert view.versions[1].is_heard
    assert session.is_playing


def test_pressing_the_second_version_hears_it_first(
    view: CompareView, session: FakeSession, qtbot: QtBot
) -> None:
    view.versions[1].click()
    assert session.ab is not None
    assert session.ab.hears_b


def test_the_project_comes_back(view: CompareView, session: FakeSession) -> None:
    assert not view.back_button.isVisible()
    view.switch()
    assert view.back_button.isVisible()
    view.back_button.click()
    assert session.ab is None
    assert not view.back_button.isVisible()


def test_escape_closes_and_forgets_the_comparison(view: CompareView, session: FakeSession) -> None:
    view.activateWindow()
    view.switch()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.isVisible()
    assert session.calls[-1] == ("close_comparison",)
    assert session.ab is None


def test_a_version_without_sound_says_so(session: FakeSession, over: QWidget) -> None:
    view = CompareView(session, over)  # type: ignore[arg-type]
    view.compare(cid(1), cid(7))
    view.refresh()
    assert view.why_silent() == "Version A has no sound."
    view.switch()
    assert session.ab is None


def test_it_shows_that_it_listens_and_can_be_cancelled(
    held: HeldSession, over: QWidget, qtbot: QtBot
) -> None:
    view = CompareView(held, over)  # type: ignore[arg-type]
    view.compare(cid(4), cid(7))
    qtbot.waitUntil(lambda: view.work.is_working)
    assert view.sentences.sentences == ("Listening to both versions…",)
    view.work.cancel.click()
    qtbot.waitUntil(lambda: not view.work.is_working)
    assert view.sentences.sentences == ()


def test_a_failure_is_said_in_place(held: HeldSession, over: QWidget, qtbot: QtBot) -> None:
    held.failure = StudioError("The sound “drums” is damaged.", hint="Repair the library.")
    view = CompareView(held, over)  # type: ignore[arg-type]
    view.compare(cid(4), cid(7))
    held.release.set()
    qtbot.waitUntil(lambda: view.problem.text == "The sound “drums” is damaged.")


def test_stems_are_taken_from_the_version_one_is_not_on(view: CompareView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.pick_requested) as asked:
        view.pick_button.click()
    assert asked.args[0].commit_id == cid(4)
    with qtbot.waitSignal(view.merge_requested) as asked:
        view.merge_button.click()
    assert asked.args[0].commit_id == cid(4)


def test_nothing_is_taken_between_two_other_versions(session: FakeSession, over: QWidget) -> None:
    view = CompareView(session, over)  # type: ignore[arg-type]
    view.compare(cid(3), cid(4))
    assert view.pick_button.toolTip() == "Neither version is the one you are on."


def test_equal_versions_say_so(session: FakeSession) -> None:
    from dataclasses import replace

    same = comparison(session)
    same = replace(same, mixdown_null_db=None)
    assert mixdown_text(same) == SAME_MIXDOWN
    silent = replace(same, a=replace(same.a, mixdown_object_id=None))
    assert mixdown_text(silent) == "A has no sound."
    assert NOTHING_CHANGED.endswith("differs.")


def test_the_panel_asks_for_the_selected_and_the_current_version(panel: HistoryPanel, qtbot: QtBot) -> None:
    panel.select(cid(4))
    with qtbot.waitSignal(panel.compare_requested) as asked:
        panel.compare_button.click()
    assert asked.args == [cid(4), cid(7)]


def test_without_a_selection_it_is_the_current_version_and_what_it_was_made_from(
    panel: HistoryPanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.compare_requested) as asked:
        panel.compare_button.click()
    assert asked.args == [cid(6), cid(7)]


def test_one_commit_has_nothing_to_compare_with(session: FakeSession, qtbot: QtBot) -> None:
    session.commits = session.commits[-1:]
    session.base_commit_id = cid(1)
    panel = shown(session, qtbot)
    assert not panel.compare_button.isEnabled()
    assert panel.compare_button.toolTip() == ONLY_ONE


def test_compare_with_asks_which_version(panel: HistoryPanel, session: FakeSession, qtbot: QtBot) -> None:
    from infinite_studio.ui.palette import CommandPalette

    menu = panel.menu_for(session.commits[3])
    next(action for action in menu.actions() if action.text() == "Compare with…").trigger()
    palette = panel.window().findChild(CommandPalette)
    assert isinstance(palette, CommandPalette)
    assert len(palette.shown) == 6
    with qtbot.waitSignal(panel.compare_requested) as asked:
        palette.shown[-1].run()
    assert asked.args == [cid(4), cid(1)]
    palette.close_palette()

"""The history panel shows commits in words and lanes, and goes to them."""

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession, commit

from infinite_studio.history.values import BranchInfo, Commit
from infinite_studio.ui.actions import NOTHING_TO_COMMIT
from infinite_studio.ui.commit_words import changes_text, contents_text, matches
from infinite_studio.ui.dialogs.commit_dialog import CommitDialog
from infinite_studio.ui.dialogs.name_dialog import NameDialog
from infinite_studio.ui.history_lanes import LaneWalk, branches_of, graph_rows
from infinite_studio.ui.history_list import HistoryModel
from infinite_studio.ui.history_panel import HistoryPanel
from infinite_studio.ui.main_window import MainWindow


def cid(n: int) -> str:
    return f"{n:064x}"


def line_of(*parents: tuple[int, ...]) -> tuple[Commit, ...]:
    """Return commits, newest first, from pairs of a number and the numbers of its parents."""
    return tuple(commit(n, f"c{n}", tuple(cid(p) for p in above), i) for i, (n, *above) in enumerate(parents))


def shown(session: FakeSession, qtbot: QtBot) -> HistoryPanel:
    """Return the panel on its own."""
    panel = HistoryPanel(session)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(280, 700)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


@pytest.fixture
def panel(session: FakeSession, qtbot: QtBot) -> HistoryPanel:
    return shown(session, qtbot)


def test_a_double_click_checks_out(panel: HistoryPanel, session: FakeSession) -> None:
    view = panel.list
    place = view.visualRect(panel.model.index(3)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [call for call in session.calls if call[0] == "checkout"] == [("checkout", cid(4))]


def test_the_ring_follows_the_checked_out_commit(panel: HistoryPanel, session: FakeSession) -> None:
    session.checkout(cid(4))
    model = panel.model
    current = [model.index(i).data(HistoryModel.IS_CURRENT) for i in range(model.rowCount())]
    assert current == [False, False, False, True, False, False, False]


def line(menu: QMenu, text: str) -> QAction:
    """Return a line of a menu."""
    return next(action for action in menu.actions() if action.text() == text)


def test_the_menu_checks_out_branches_and_forks(panel: HistoryPanel, session: FakeSession) -> None:
    menu = panel.menu_for(session.commits[2])
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == [
        "Check out",
        "Audition",
        "Compare with current",
        "Compare with…",
        "Cherry-pick stems…",
        "Merge into current…",
        "New branch here…",
        "Tag…",
        "Switch to branch late-night",
        "Fork into a new project…",
        "Export bundle of this version…",
    ]
    line(menu, "Check out").trigger()
    assert session.calls[-1] == ("checkout", cid(5))
    line(menu, "New branch here…").trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, NameDialog) and w.isVisible())
    dialog.name.setText("slow")
    dialog.confirm.click()
    assert session.calls[-1] == ("create_branch", "slow", cid(5))


def test_checking_out_where_one_is_is_greyed_and_says_so(panel: HistoryPanel, session: FakeSession) -> None:
    assert panel.menu_for(session.commits[0]).actions()[0].isEnabled()
    session._undo.mark_kept(session.project)
    go = panel.menu_for(session.commits[0]).actions()[0]
    assert not go.isEnabled()
    assert go.toolTip() == "You are here."


@pytest.mark.parametrize(
    ("query", "n_found"),
    [("hats", 1), ("dusty rhodes", 1), ("90 BPM", 2), ("d minor", 7), ("nothing like it", 0)],
)
def test_search_finds_message_prompt_tempo_and_key(panel: HistoryPanel, query: str, n_found: int) -> None:
    panel.search.setText(query)
    panel.refresh()
    assert panel.model.rowCount() == n_found
    if n_found == 0:
        assert panel.empty.isVisible()
        assert panel.empty.sentence.text() == "No commit matches."


def test_escape_empties_the_search(panel: HistoryPanel, qtbot: QtBot) -> None:
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "hats")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1)
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.model.rowCount() == 7


def test_an_empty_history_says_what_a_commit_is(empty_session: FakeSession, qtbot: QtBot) -> None:
    panel = shown(empty_session, qtbot)
    assert panel.empty.sentence.text() == "No versions yet."
    assert panel.empty.isVisible()
    assert panel.commit_button.toolTip() == NOTHING_TO_COMMIT
    assert not panel.commit_button.isEnabled()


def test_commit_opens_the_dialog(window: MainWindow) -> None:
    window.history.commit_button.click()
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, CommitDialog) and w.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].reject()


def test_a_straight_line_stays_in_one_lane() -> None:
    rows = graph_rows(line_of((3, 2), (2, 1), (1,)), (BranchInfo("main", cid(3)),))
    assert [row.lane for row in rows] == [0, 0, 0]
    assert rows[0].above == ()
    assert rows[-1].below == ()


def test_a_side_branch_has_its_own_lane_until_it_meets_its_origin() -> None:
    commits = line_of((4, 2), (3, 2), (2, 1), (1,))
    rows = graph_rows(commits, (BranchInfo("main", cid(4)), BranchInfo("side", cid(3))))
    assert [row.lane for row in rows] == [0, 1, 0, 0]
    assert {(line.from_lane, line.to_lane) for line in rows[2].above} == {(0, 0), (1, 0)}
    owner = branches_of(commits, (BranchInfo("main", cid(4)), BranchInfo("side", cid(3))))
    assert [owner[c.commit_id] for c in commits] == ["main", "side", "main", "main"]
    assert rows[1].color == rows[2].above[1].color != rows[0].color


def test_main_keeps_the_first_lane_when_another_branch_is_newer() -> None:
    commits = line_of((3, 1), (2, 1), (1,))
    rows = graph_rows(commits, (BranchInfo("main", cid(2)), BranchInfo("idea", cid(3))))
    assert [row.lane for row in rows] == [1, 0, 0]
    assert all(line.from_lane == 1 for line in rows[0].below)


def test_a_merge_draws_a_line_to_each_parent() -> None:
    commits = line_of((4, 2, 3), (3, 1), (2, 1), (1,))
    rows = graph_rows(commits, (BranchInfo("main", cid(4)), BranchInfo("side", cid(3))))
    assert {(line.from_lane, line.to_lane) for line in rows[0].below} == {(0, 0), (0, 1)}
    assert [row.lane for row in rows] == [0, 1, 0, 0]


def test_lines_leave_a_row_where_they_enter_the_next() -> None:
    commits = line_of((7, 6), (6, 4, 5), (5, 4), (4, 2, 3), (3, 1), (2, 1), (1,))
    branches = (BranchInfo("main", cid(7)), BranchInfo("a", cid(5)), BranchInfo("b", cid(3)))
    rows = graph_rows(commits, branches)
    for upper, lower in pairwise(rows):
        assert {line.to_lane for line in upper.below} == {line.from_lane for line in lower.above}


def test_a_parent_that_is_not_loaded_yet_has_its_line_already() -> None:
    rows = graph_rows(line_of((9, 8)), (BranchInfo("main", cid(9)),))
    assert [(line.from_lane, line.to_lane) for line in rows[0].below] == [(0, 0)]


def test_a_history_walked_in_pages_is_drawn_as_if_walked_at_once() -> None:
    commits = line_of((7, 6), (6, 4, 5), (5, 4), (4, 2, 3), (3, 1), (2, 1), (1,))
    branches = (BranchInfo("main", cid(7)), BranchInfo("a", cid(5)), BranchInfo("b", cid(3)))
    walk = LaneWalk(branches)
    paged = tuple(walk.row_of(each) for page in (commits[:3], commits[3:4], commits[4:]) for each in page)
    assert paged == graph_rows(commits, branches)


def test_a_commit_belongs_to_the_first_branch_that_leads_to_it() -> None:
    commits = line_of((3, 1), (2, 1), (1,))
    owner = branches_of(commits, (BranchInfo("alt", cid(3)), BranchInfo("main", cid(2))))
    assert owner == {cid(2): "main", cid(1): "main", cid(3): "alt"}


def test_words_say_what_changed() -> None:
    before = commit(1, "a", (), 9, tempo=90.0, stems=3)
    after = commit(2, "b", (cid(1),), 2, tempo=84.0, stems=4, key="F minor")
    assert changes_text(after, before) == "+ vocals · drums replaced · tempo 90 → 84 · 1 more"
    assert changes_text(before, None) == contents_text(before) == "90 BPM · D minor · 3 stems"


def test_search_reads_ids_and_ignores_case() -> None:
    one = commit(0xABC, "Softer HATS", (), 1)
    assert matches(one, "hats softer")
    assert matches(one, cid(0xABC)[:10])
    assert not matches(one, "hats harder")

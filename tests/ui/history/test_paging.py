"""A long history is loaded page by page, stays where it is, and is drawn only where it is looked at."""

import re
from dataclasses import replace

from pytestqt.qtbot import QtBot
from tests.ui.fake_session import FakeSession, commit
from tests.ui.history.conftest import shown
from tests.ui.history.samples import cid, long_line

from infinite_studio.history.values import BranchInfo
from infinite_studio.project.diff import Change, ChangeKind, ProjectDiff
from infinite_studio.ui.history_model import PAGE_ROWS, HistoryModel
from infinite_studio.ui.history_panel import HistoryPanel


def with_long_history(session: FakeSession, n: int = 2_000, first: int = 500) -> None:
    commits = long_line(n)
    session.commits, session.older = commits[:first], commits[first:]
    session.branches = (BranchInfo("main", cid(n)),)
    session.tags = ()
    session.base_commit_id = cid(n)


def test_a_long_history_begins_with_one_page(session: FakeSession, qtbot: QtBot) -> None:
    with_long_history(session)
    assert shown(session, qtbot).model.n_rows == PAGE_ROWS


def test_scrolling_down_reaches_the_first_commit(session: FakeSession, qtbot: QtBot) -> None:
    with_long_history(session)
    panel = shown(session, qtbot)
    bar = panel.list.verticalScrollBar()

    def at_the_end() -> bool:
        bar.setValue(bar.maximum())
        return panel.model.n_rows == 2_000

    qtbot.waitUntil(at_the_end)
    assert not panel.model.canFetchMore()
    last = panel.model.commit_at(1_999)
    assert last is not None
    assert last.message == "c1"


def test_every_row_of_a_line_stays_in_one_lane_over_all_pages(session: FakeSession, qtbot: QtBot) -> None:
    with_long_history(session)
    panel = shown(session, qtbot)
    model = panel.model
    while model.canFetchMore():
        model.fetchMore()
    assert {model.index(row).data(HistoryModel.ROW).graph.lane for row in range(2_000)} == {0}


def test_a_commit_keeps_the_place_one_looks_at_and_the_selection(session: FakeSession, qtbot: QtBot) -> None:
    with_long_history(session)
    panel = shown(session, qtbot)
    while panel.model.n_rows < 700:
        panel.model.fetchMore()
    panel.select(cid(1_400))
    bar = panel.list.verticalScrollBar()
    bar.setValue(42_000)
    newest = commit(2_001, "newer", (cid(2_000),), 0)
    session.older = (session.commits[-1], *session.older)
    session.commits = (newest, *session.commits[:-1])
    session.branches = (BranchInfo("main", cid(2_001)),)
    session.emit(history=True)
    assert panel.model.commit_at(0) == newest
    assert bar.value() == 42_000
    assert panel.model.n_rows >= 700
    chosen = panel.selected()
    assert chosen is not None
    assert chosen.commit_id == cid(1_400)


def test_only_what_is_looked_at_asks_for_waveforms(session: FakeSession, qtbot: QtBot) -> None:
    with_long_history(session, 300, 300)
    session.commits = tuple(
        replace(each, mixdown_object_id=f"mixdown-{n}") for n, each in enumerate(session.commits)
    )
    panel = shown(session, qtbot)

    def asked() -> tuple[str, ...]:
        return next((call[1] for call in reversed(session.calls) if call[0] == "prepare_peaks"), ())

    qtbot.waitUntil(lambda: len(asked()) > 5)
    assert asked()[0] == "mixdown-0"
    assert len(asked()) < 20
    panel.model.make_rows(200)
    bar = panel.list.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 68 * 80)
    bar.setValue(68 * 80)
    qtbot.waitUntil(lambda: "mixdown-80" in asked())
    assert "mixdown-0" not in asked()


def test_what_changed_is_said_once_it_is_known(
    panel: HistoryPanel, session: FakeSession, qtbot: QtBot
) -> None:
    index = panel.model.index(0)
    assert index.data(HistoryModel.WHAT) == "drums replaced"
    diff = ProjectDiff(tuple(Change(ChangeKind.CLIP, f"Change {n}") for n in range(5)))
    session.diffs[cid(7)] = diff
    session.emit(history=True)
    qtbot.waitUntil(lambda: index.data(HistoryModel.WHAT) == "Change 0 · Change 1 · Change 2 · 2 more")


def test_the_search_looks_beyond_what_is_loaded(session: FakeSession, qtbot: QtBot) -> None:
    with_long_history(session)
    panel = shown(session, qtbot)
    panel.search.setText("c17")
    qtbot.waitUntil(lambda: panel.model.n_loaded == 111)
    row = panel.model.index(0).data(HistoryModel.ROW)
    assert row.graph is None
    panel.search.clear()
    assert panel.model.n_rows == PAGE_ROWS


def test_a_forked_project_says_where_it_comes_from(panel: HistoryPanel, session: FakeSession) -> None:
    assert not panel.origin.isVisible()
    session.repository = replace(session.repository, forked_from=cid(1), repository_id="repo-9")
    session.repositories = (
        session.repository,
        replace(session.repository, repository_id="repo-1", name="Tape"),
    )
    session.emit(repositories=True)
    assert panel.origin.isVisible()
    assert panel.origin.text == "Forked from “Tape” at “First sketch”"


def test_a_row_tells_tags_branches_and_place_to_a_screen_reader(panel: HistoryPanel) -> None:
    from PySide6.QtCore import Qt

    told = panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    expected = r"Softer hats, 84 BPM, drums replaced, \d+ min, Ada, main, checked out"
    assert re.fullmatch(expected, told)
    assert "tag demo-1" in panel.model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)

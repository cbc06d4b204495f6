"""The history: search, the list of commits with its graph, and what can be done with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QTimer, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from infinite_studio.ui.actions import NOTHING_TO_COMMIT, READ_ONLY
from infinite_studio.ui.commit_words import changes_text, matches
from infinite_studio.ui.history_lanes import branches_of, graph_rows, ordered_branches
from infinite_studio.ui.history_list import HistoryDelegate, HistoryModel, HistoryRow
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import SearchField
from infinite_studio.ui.kit.row_list import RowList
from infinite_studio.ui.kit.surfaces import EmptyState, Panel
from infinite_studio.ui.popups import open_dialog, open_menu

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

AGES_MS = 30_000
NO_MATCH = "No commit matches."


def rows_for(session: StudioSession, query: str) -> tuple[HistoryRow, ...]:
    """Return the rows of a session's history that match a search; the graph is drawn only without one."""
    commits, branches = session.commits, session.branches
    by_id = {commit.commit_id: commit for commit in commits}
    owner = branches_of(commits, branches)
    colors = {name: place for place, name in enumerate(ordered_branches(branches))}
    graph = (None,) * len(commits) if query.strip() else graph_rows(commits, branches)
    n_lanes = max((row.n_lanes for row in graph if row is not None), default=1)
    return tuple(
        HistoryRow(
            commit,
            changes_text(commit, by_id.get(next(iter(commit.parent_ids), ""))),
            owner.get(commit.commit_id, ""),
            colors.get(owner.get(commit.commit_id, ""), 0),
            drawn,
            commit.commit_id == session.base_commit_id,
            n_lanes,
            tuple(colors.items()),
        )
        for commit, drawn in zip(commits, graph, strict=True)
        if matches(commit, query)
    )


class HistoryPanel(Panel):
    """Every kept version of the project; a double-click goes there, and the work of now is kept first."""

    commit_requested = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: tuple[object, ...] = ()
        self.search = SearchField("Search message, prompt, key…")
        self.model = HistoryModel(self)
        self.list = RowList(self.model, HistoryDelegate(self), "Commits, newest first")
        self.empty = EmptyState(
            IconName.HISTORY,
            "No versions yet.",
            "Commit… keeps the project as it is now, so that you can always come back to it.",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        self.commit_button = QuietButton("Commit…", IconName.COMMIT)
        self.body.addWidget(self.search)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.commit_button)
        self.search.textChanged.connect(self._on_search)
        self.list.chosen.connect(self._on_chosen)
        self.list.menu_requested.connect(self._on_menu_requested)
        self.commit_button.clicked.connect(self._on_commit_clicked)
        session.changed.connect(self._on_changed)
        self._ages = QTimer(self)
        self._ages.setInterval(AGES_MS)
        self._ages.timeout.connect(self.list.viewport().update)
        self._ages.start()
        self.refresh()

    def refresh(self) -> None:
        """Show the history as it is now."""
        session, query = self._session, self.search.text()
        shown = (session.commits, session.branches, session.base_commit_id, query)
        if shown != self._shown:
            self._shown = shown
            self.model.set_rows(rows_for(session, query))
        empty = self.model.rowCount() == 0
        if self._session.commits:
            self.empty.set_texts(NO_MATCH, "Search by message, prompt, tempo or key.")
        else:
            self.empty.set_texts(
                "No versions yet.",
                "Commit… keeps the project as it is now, so that you can always come back to it.",
            )
        self._stack.setCurrentWidget(self.empty if empty else self.list)
        self.search.setEnabled(bool(self._session.commits))
        self.commit_button.set_available(self.why_no_commit(), "Keep the project as it is now (Ctrl+S)")

    def why_no_commit(self) -> str:
        """Why there is nothing to commit; empty where there is."""
        if self._session.is_read_only:
            return READ_ONLY
        return "" if self._session.unsaved_steps else NOTHING_TO_COMMIT

    def menu_for(self, commit: Commit) -> QMenu:
        """Return the menu of a commit."""
        menu = QMenu(self)
        here = commit.commit_id == self._session.base_commit_id
        go = menu.addAction("Check out")
        go.setEnabled(not here or self._session.unsaved_steps > 0)
        go.setToolTip("" if go.isEnabled() else "You are here.")
        go.triggered.connect(lambda: self._session.checkout(commit.commit_id))
        menu.addAction("New branch here…").triggered.connect(lambda: self._ask_branch(commit))
        menu.addAction("Fork into a new project…").triggered.connect(lambda: self._ask_fork(commit))
        menu.setToolTipsVisible(True)
        return menu

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.history or changes.project or changes.repositories:
            self.refresh()

    def _on_search(self, _text: str) -> None:
        self.refresh()

    def _on_commit_clicked(self) -> None:
        self.commit_requested.emit()

    def _on_chosen(self, index: QModelIndex) -> None:
        row: HistoryRow = index.data(HistoryModel.ROW)
        if not row.is_current or self._session.unsaved_steps:
            self._session.checkout(row.commit.commit_id)

    def _on_menu_requested(self, index: QModelIndex, position: QPoint) -> None:
        row: HistoryRow = index.data(HistoryModel.ROW)
        menu = self.menu_for(row.commit)
        open_menu(menu, position)

    def _ask_branch(self, commit: Commit) -> None:
        from infinite_studio.ui.dialogs.name_dialog import NameDialog

        open_dialog(NameDialog.for_branch(self._session, commit.commit_id, self.window()))

    def _ask_fork(self, commit: Commit) -> None:
        from infinite_studio.ui.dialogs.name_dialog import NameDialog

        open_dialog(NameDialog.for_fork(self._session, commit.commit_id, self.window()))

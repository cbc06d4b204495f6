"""The rows of the history, made page by page while a person scrolls; one row may have its details below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from infinite_studio.ui.commit_words import changes_text
from infinite_studio.ui.history_lanes import GraphRow, LaneWalk
from infinite_studio.ui.kit.time_text import age_text

if TYPE_CHECKING:
    from infinite_studio.history.values import BranchInfo, Commit, TagInfo

PAGE_ROWS = 40
_MOST_USUAL_LANES = 3
_NO_INDEX = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One commit as it is drawn; ``graph`` is None among the results of a search."""

    commit: Commit
    branch: str
    graph: GraphRow | None
    tips: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """What the rows are made from; ``is_found`` says that it is the result of a search."""

    commits: Sequence[Commit] = ()
    branches: Sequence[BranchInfo] = ()
    tags: Sequence[TagInfo] = ()
    n_commits: int = 0
    is_found: bool = False


class HistoryModel(QAbstractListModel):
    """Rows are made forty at a time; ``more_wanted`` asks for the commits that follow one."""

    ROW = Qt.ItemDataRole.UserRole
    IS_DETAIL = Qt.ItemDataRole.UserRole + 1
    IS_CURRENT = Qt.ItemDataRole.UserRole + 2
    WHAT = Qt.ItemDataRole.UserRole + 3

    more_wanted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commits: list[Commit] = []
        self._n_commits = 0
        self._is_found = False
        self._rows: list[HistoryRow] = []
        self._by_id: dict[str, Commit] = {}
        self._places: dict[str, int] = {}
        self._words: dict[str, str] = {}
        self._made_on: dict[str, str] = {}
        self._walk = LaneWalk(())
        self._tips: dict[str, tuple[str, ...]] = {}
        self._tags: dict[str, tuple[str, ...]] = {}
        self._current_id: str | None = None
        self._opened: int | None = None
        self.usual_lanes = 1

    # --- what is shown ---------------------------------------------------------------------------

    def show(self, listing: Listing) -> None:
        """Show other commits from the beginning."""
        self.beginResetModel()
        self._commits = list(listing.commits)
        self._n_commits = max(listing.n_commits, len(listing.commits))
        self._is_found = listing.is_found
        self._by_id = {commit.commit_id: commit for commit in listing.commits}
        self._walk = LaneWalk(listing.branches)
        self._tips = _grouped((branch.commit_id, branch.name) for branch in listing.branches)
        self._tags = _grouped((tag.commit_id, tag.name) for tag in listing.tags)
        self._opened = None
        self._rows, self._places = [], {}
        if not listing.is_found:
            self._made_on = {}
        self._extend(self._next_page())
        self.endResetModel()
        lanes = [row.graph.n_lanes for row in self._rows if row.graph is not None]
        self.usual_lanes = min(max(lanes, default=1), _MOST_USUAL_LANES)

    def append(self, commits: Sequence[Commit]) -> None:
        """Show older commits below the last; none means that there are no more."""
        self._commits.extend(commits)
        self._by_id.update((commit.commit_id, commit) for commit in commits)
        if commits:
            self._add_page()
        else:
            self._n_commits = len(self._commits)

    @property
    def n_loaded(self) -> int:
        """How many commits are there to make rows of."""
        return len(self._commits)

    def set_current(self, commit_id: str | None) -> None:
        """Mark the checked-out commit."""
        if commit_id != self._current_id:
            before, self._current_id = self._current_id, commit_id
            for changed in (before, commit_id):
                self._announce(changed)

    def set_words(self, words: dict[str, str]) -> None:
        """Say what commits changed, where that is known better than from their records."""
        new = {commit_id: text for commit_id, text in words.items() if self._words.get(commit_id) != text}
        self._words.update(new)
        for commit_id in new:
            self._announce(commit_id)

    def row_of(self, commit_id: str) -> int:
        """Return the view's row of a commit, or −1 where it has none yet."""
        place = self._places.get(commit_id, -1)
        return place + 1 if self._opened is not None and place > self._opened else place

    def commit_at(self, row: int) -> Commit | None:
        """Return the commit of a row, or of the details below it."""
        return None if not 0 <= row < self.rowCount() else self._rows[self._place(row)].commit

    def make_rows(self, n_rows: int) -> None:
        """Make rows until there are so many, as far as commits are loaded."""
        while len(self._rows) < min(n_rows, len(self._commits)):
            self._add_page()

    @property
    def n_rows(self) -> int:
        """How many commits have a row."""
        return len(self._rows)

    def loaded(self) -> tuple[Commit, ...]:
        """Return every commit that is loaded, newest first."""
        return tuple(self._commits)

    def loaded_after(self, commit_id: str) -> tuple[Commit, ...]:
        """Return the loaded commits that follow one; none in the result of a search."""
        place = self._places.get(commit_id)
        if place is None or self._is_found:
            return ()
        return tuple(self._commits[place + 1 :])

    def known(self, commit_id: str) -> Commit | None:
        """Return a commit that is loaded."""
        return self._by_id.get(commit_id)

    # --- details below a row ---------------------------------------------------------------------

    @property
    def opened_row(self) -> int | None:
        """The view's row whose details are shown below it."""
        return self._opened

    def open_row(self, commit_id: str | None) -> None:
        """Show the details of a commit below its row, or of none."""
        place = None if commit_id is None else self._places.get(commit_id)
        if place == self._opened:
            return
        if self._opened is not None:
            gone = self._opened + 1
            self.beginRemoveRows(QModelIndex(), gone, gone)
            self._opened = None
            self.endRemoveRows()
        if place is not None:
            self.beginInsertRows(QModelIndex(), place + 1, place + 1)
            self._opened = place
            self.endInsertRows()

    # --- Qt's questions --------------------------------------------------------------------------

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows) + (self._opened is not None)

    def canFetchMore(self, parent: _Index = _NO_INDEX) -> bool:
        if parent.isValid():
            return False
        return len(self._rows) < self._n_commits

    def fetchMore(self, _parent: _Index = _NO_INDEX) -> None:
        if len(self._rows) < len(self._commits):
            self._add_page()
        else:
            self.more_wanted.emit(self._commits[-1].commit_id)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and self._is_detail(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index) | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[self._place(index.row())]
        if role == self.ROW:
            return row
        if role == self.IS_DETAIL:
            return self._is_detail(index.row())
        if role == self.IS_CURRENT:
            return row.commit.commit_id == self._current_id
        if role == self.WHAT:
            return self.what(row.commit)
        return None if self._is_detail(index.row()) else self._text(row, role)

    def what(self, commit: Commit) -> str:
        """Return what a commit changed since its first parent, in few words."""
        known = self._words.get(commit.commit_id)
        return known or changes_text(commit, self._by_id.get(next(iter(commit.parent_ids), "")))

    def _text(self, row: HistoryRow, role: int) -> str | None:
        commit = row.commit
        if role == Qt.ItemDataRole.DisplayRole:
            return commit.message or "No message"
        if role == Qt.ItemDataRole.ToolTipRole:
            when = f"{commit.created.astimezone():%Y-%m-%d %H:%M} · {commit.author.name} · {commit.short_id}"
            names = " · ".join((*row.tips, *row.tags))
            return "\n".join(part for part in (commit.message, self.what(commit), when, names) if part)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            told = [commit.message, self.what(commit), age_text(commit.created), commit.author.name]
            told += [row.branch, *(f"tag {tag}" for tag in row.tags)]
            told += ["checked out"] if commit.commit_id == self._current_id else []
            return ", ".join(part for part in told if part)
        return None

    def _is_detail(self, row: int) -> bool:
        return self._opened is not None and row == self._opened + 1

    def _place(self, row: int) -> int:
        return row - 1 if self._opened is not None and row > self._opened else row

    def _announce(self, commit_id: str | None) -> None:
        row = self.row_of(commit_id or "")
        if row >= 0:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    # --- making rows -----------------------------------------------------------------------------

    def _add_page(self) -> None:
        page = self._next_page()
        first = self.rowCount()
        self.beginInsertRows(QModelIndex(), first, first + len(page) - 1)
        self._extend(page)
        self.endInsertRows()

    def _next_page(self) -> Sequence[Commit]:
        done = len(self._rows)
        return self._commits[done : done + PAGE_ROWS]

    def _extend(self, commits: Sequence[Commit]) -> None:
        for commit in commits:
            commit_id = commit.commit_id
            graph = None
            if not self._is_found:
                self._made_on[commit_id] = self._walk.branch_of(commit)
                graph = self._walk.row_of(commit)
            branch = self._made_on.get(commit_id, "")
            self._places[commit_id] = len(self._rows)
            tips, tags = self._tips.get(commit_id, ()), self._tags.get(commit_id, ())
            self._rows.append(HistoryRow(commit, branch, graph, tips, tags))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for commit_id, name in pairs:
        found[commit_id] = (*found.get(commit_id, ()), name)
    return found

"""The scrolling list of commits, with the stems of the selected one below its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from infinite_studio.ui.history_list import ROW_PX, HistoryDelegate, words_left
from infinite_studio.ui.history_model import HistoryModel, HistoryRow
from infinite_studio.ui.history_stems import StemStrip
from infinite_studio.ui.timeline.drops import object_mime_data

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit, StemRecord


class HistoryView(QTableView):
    """Rows of one height, so that a hundred thousand scroll like ten; details take a row of their own.

    A table of one column and not a list: a `QListView` measures every row again whenever some are added.
    """

    chosen = Signal(QModelIndex)
    menu_requested = Signal(QModelIndex, QPoint)
    heard = Signal(str)
    stem_menu_requested = Signal(object, object, QPoint)

    def __init__(self, model: HistoryModel, delegate: HistoryDelegate) -> None:
        super().__init__()
        self._history = model
        self.strip: StemStrip | None = None
        self.wrapped: Callable[[str, str], QMimeData] = object_mime_data
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setAccessibleName("Commits, newest first")
        self._look_like_a_list()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        model.modelAboutToBeReset.connect(self._forget_strip)
        model.rowsAboutToBeRemoved.connect(self._forget_strip)

    def _look_like_a_list(self) -> None:
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.setMinimumSectionSize(ROW_PX)
        rows.setDefaultSectionSize(ROW_PX)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows.hide()
        columns.hide()

    def show_details(self, commit: Commit | None) -> None:
        """Show the stems of a commit below its row, or none."""
        wanted = commit if commit is not None and (commit.stems or commit.mixdown_object_id) else None
        if wanted is not None and self.strip is not None and self.strip.commit == wanted:
            return
        self._history.open_row(wanted.commit_id if wanted is not None else None)
        if wanted is None:
            return
        row = self._history.row_of(wanted.commit_id)
        shown: HistoryRow = self._history.index(row).data(HistoryModel.ROW)
        leading_px = words_left(shown, self._history.usual_lanes)
        self.strip = StemStrip(wanted, leading_px, wrapped=self.wrapped)
        self.strip.heard.connect(self.heard)
        self.strip.menu_requested.connect(self._on_stem_menu)
        self.setIndexWidget(self._history.index(row + 1), self.strip)
        if self.isVisible():
            self.scrollTo(self._history.index(row + 1))
            self.scrollTo(self._history.index(row))

    def set_heard(self, object_id: str | None) -> None:
        """Mark the stem that is heard now."""
        if self.strip is not None:
            self.strip.set_heard(object_id)

    def commits_nearest_first(self) -> Iterator[Commit]:
        """Every loaded commit, the one whose stems are shown first."""
        if self.strip is not None:
            yield self.strip.commit
        yield from self._history.loaded()

    def visible_commits(self) -> tuple[Commit, ...]:
        """Return the commits whose rows can be seen."""
        first = self.rowAt(1)
        if first < 0:
            return ()
        rows = range(first, first + self.viewport().height() // ROW_PX + 2)
        found = {c.commit_id: c for row in rows if (c := self._history.commit_at(row)) is not None}
        return tuple(found.values())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Return, and go into the stems with an arrow sideways."""
        key, index = event.key(), self.currentIndex()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            self.chosen.emit(index)
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_Left}:
            if self.strip is not None:
                self.strip.chips[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _on_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if index.isValid():
            self.menu_requested.emit(index, self.viewport().mapToGlobal(position))

    def _forget_strip(self, _parent: QModelIndex | None = None, _first: int = 0, _last: int = 0) -> None:
        self.strip = None

    def _on_stem_menu(self, stem: StemRecord, position: QPoint) -> None:
        if self.strip is not None:
            self.stem_menu_requested.emit(self.strip.commit, stem, position)

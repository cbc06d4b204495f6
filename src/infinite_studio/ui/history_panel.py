"""The history: search, the list of commits with its graph, and what can be done with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QWidget

from infinite_studio.ui.actions import NOTHING_TO_COMMIT, READ_ONLY
from infinite_studio.ui.commit_words import diff_text
from infinite_studio.ui.dragged_files import sounds_of
from infinite_studio.ui.history_list import HistoryDelegate
from infinite_studio.ui.history_menu import ONLY_ONE, CommitActions
from infinite_studio.ui.history_model import PAGE_ROWS, HistoryModel, Listing
from infinite_studio.ui.history_origin import origin_of
from infinite_studio.ui.history_view import HistoryView
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import SearchField
from infinite_studio.ui.kit.labels import ElidedLabel
from infinite_studio.ui.kit.surfaces import EmptyState, Panel
from infinite_studio.ui.popups import open_menu

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit, StemRecord
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes
    from infinite_studio.ui.timeline.drops import ObjectDrop

AGES_MS = 30_000
SETTLED_MS = 180
TYPED_MS = 120
NO_MATCH = ("No commit matches.", "Search by message, prompt, tempo, key, stem, tag or author.")
NO_VERSIONS = (
    "No versions yet.",
    "Commit… keeps the project as it is now, so that you can always come back to it.",
)


class HistoryPanel(Panel):
    """Every kept version of the project; a double-click goes there, and the work of now is kept first."""

    commit_requested = Signal()
    compare_requested = Signal(str, str)

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: tuple[object, ...] = ()
        self._repository_id = ""
        self.commit_actions = CommitActions(session, self, self.compare_requested.emit)
        self.search = SearchField("Search message, prompt, key…")
        self.origin = ElidedLabel(token="text_secondary", caption=True)
        self.model = HistoryModel(self)
        self.delegate = HistoryDelegate(session.peaks, self)
        self.list = HistoryView(self.model, self.delegate)
        self.list.wrapped = sounds_of(session)
        self.empty = EmptyState(IconName.HISTORY, *NO_VERSIONS)
        self._stack = QStackedWidget()
        self.commit_button = QuietButton("Commit…", IconName.COMMIT)
        self.compare_button = QuietButton("Compare A/B", IconName.COMPARE)
        self._lay_out()
        self._connect()
        self._start_timers()
        self.refresh()

    def _lay_out(self) -> None:
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.commit_button, 1)
        row.addWidget(self.compare_button, 1)
        self.body.addWidget(self.search)
        self.body.addWidget(self.origin)
        self.body.addWidget(self._stack, 1)
        self.body.addLayout(row)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_typed)
        self.model.more_wanted.connect(self._on_more_wanted)
        self.list.chosen.connect(self._on_chosen)
        self.list.menu_requested.connect(self._on_menu_requested)
        self.list.stem_menu_requested.connect(self._on_stem_menu_requested)
        self.list.heard.connect(self._on_heard)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.list.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.commit_button.clicked.connect(self._on_commit_clicked)
        self.compare_button.clicked.connect(self._on_compare_clicked)
        self._session.changed.connect(self._on_changed)

    def _start_timers(self) -> None:
        self._ages = QTimer(self)
        self._ages.setInterval(AGES_MS)
        self._ages.timeout.connect(self.list.viewport().update)
        self._ages.start()
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._prepare_visible)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._typed.timeout.connect(self.refresh)

    # --- what is shown ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the history as it is now."""
        self._typed.stop()
        session, query = self._session, self.search.text().strip()
        shown = (session.commits, session.branches, session.tags, session.commit_count, query)
        if shown != self._shown:
            was_for, self._shown = self._shown[-1:], shown
            self._show_rows(query, is_other_search=was_for != (query,))
        self.model.set_current(session.base_commit_id)
        self._show_heard()
        self._show_origin()
        self.empty.set_texts(*(NO_MATCH if session.commits else NO_VERSIONS))
        self._stack.setCurrentWidget(self.list if self.model.rowCount() else self.empty)
        self.search.setEnabled(bool(session.commits))
        self.commit_button.set_available(self.why_no_commit(), "Keep the project as it is now (Ctrl+S)")
        self._refresh_compare()
        self._settled.start()

    def selected(self) -> Commit | None:
        """Return the selected commit."""
        index = self.list.currentIndex()
        return self.model.commit_at(index.row()) if index.isValid() else None

    def select(self, commit_id: str) -> None:
        """Select a commit and bring it into view, where it is loaded."""
        row = self.model.row_of(commit_id)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))

    def why_no_commit(self) -> str:
        """Why there is nothing to commit; empty where there is."""
        if self._session.is_read_only:
            return READ_ONLY
        return "" if self._session.unsaved_steps else NOTHING_TO_COMMIT

    def menu_for(self, commit: Commit) -> QMenu:
        """Return the menu of a commit."""
        return self.commit_actions.menu(commit)

    def compare_selected(self) -> None:
        """Compare the selected commit with the checked-out one."""
        pair = self.commit_actions.other_for(self.selected())
        if pair is not None:
            self.compare_requested.emit(*pair)

    def place_dropped(self, drop: ObjectDrop) -> None:
        """Put a stem of a version where it was dropped; sounds of the library are placed by others."""
        if self._session.sound_of(drop.object_id) is not None:
            return
        for commit in self.list.commits_nearest_first():
            names = [stem.name for stem in commit.stems if stem.object_id == drop.object_id]
            if names:
                name = drop.name if drop.name in names else names[0]
                self._session.place_stem_of_commit(commit.commit_id, name, drop.frame, drop.track_id or None)
                return

    def _show_rows(self, query: str, *, is_other_search: bool) -> None:
        session, chosen = self._session, self.selected()
        n_before = 0 if is_other_search else self.model.n_rows
        top = 0 if is_other_search else self.list.verticalScrollBar().value()
        branches, tags = session.branches, session.tags
        if query:
            found = session.search_history(query)
            self.model.show(Listing(found, branches, tags, len(found), is_found=True))
        else:
            commits = self._with_loaded(session.commits)
            self.model.show(Listing(commits, branches, tags, session.commit_count))
            self.model.make_rows(n_before)
        self.list.show_details(None)
        if chosen is not None:
            self.select(chosen.commit_id)
        self.list.verticalScrollBar().setValue(top)

    def _with_loaded(self, commits: Sequence[Commit]) -> tuple[Commit, ...]:
        """Return the newest commits with the older ones of the same project that were loaded before."""
        repository_id = self._session.repository.repository_id
        was_same, self._repository_id = self._repository_id == repository_id, repository_id
        older = self.model.loaded_after(commits[-1].commit_id) if was_same and commits else ()
        return (*commits, *older)

    def _show_heard(self) -> None:
        session = self._session
        heard = session.auditioned_object_id
        if session.ab is not None:
            commit = self.model.known(session.ab.heard_commit_id)
            heard = commit.mixdown_object_id if commit is not None else None
        if heard != self.delegate.heard_object_id:
            self.delegate.heard_object_id = heard
            self.list.viewport().update()
        self.list.set_heard(heard)

    def _show_origin(self) -> None:
        origin = origin_of(self._session)
        self.origin.setVisible(origin is not None)
        self.origin.set_text(origin.sentence if origin is not None else "")
        self.delegate.repository_id = self._session.repository.repository_id
        self.delegate.origin_name = f"from {origin.project}" if origin is not None else ""

    def _refresh_compare(self) -> None:
        reason = "" if self.commit_actions.other_for(self.selected()) else ONLY_ONE
        self.compare_button.set_available(
            reason, "Say what changed, and hear both: the selected version and the one you are on"
        )

    def _prepare_visible(self) -> None:
        """Find out what the rows changed that are looked at now, and draw their waveforms."""
        session = self._session
        if not self.isVisible():
            return
        words, silent = {}, []
        for commit in self.list.visible_commits():
            diff = session.what_changed(commit.commit_id) if commit.parent_ids else None
            if diff is not None and not diff.is_empty:
                words[commit.commit_id] = diff_text(diff)
            if commit.mixdown_object_id is not None and session.peaks(commit.mixdown_object_id) is None:
                silent.append(commit.mixdown_object_id)
        self.model.set_words(words)
        session.prepare_peaks(silent)

    # --- what happens ----------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settled.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settled.stop()

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.peaks:
            self.delegate.thumbnails.forget(changes.peaks)
            self.list.viewport().update()
        if changes.history or changes.project or changes.repositories:
            self.refresh()
        elif changes.takes or changes.sounds:
            self._show_heard()

    def _on_typed(self, text: str) -> None:
        if text.strip():
            self._typed.start()
        else:
            self.refresh()

    def _on_more_wanted(self, last_id: str) -> None:
        self.model.append(self._session.commits_before(last_id, PAGE_ROWS))

    def _on_scrolled(self, value: int) -> None:
        self._settled.start()
        bar = self.list.verticalScrollBar()
        if value >= bar.maximum() - 3 * bar.pageStep() and self.model.canFetchMore():
            self.model.fetchMore()

    def _on_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        commit = self.model.commit_at(index.row()) if index.isValid() else None
        self.list.show_details(commit)
        self.list.set_heard(self.delegate.heard_object_id)
        self._refresh_compare()

    def _on_chosen(self, index: QModelIndex) -> None:
        commit = self.model.commit_at(index.row())
        here = self._session.base_commit_id
        if commit is not None and (commit.commit_id != here or self._session.unsaved_steps):
            self._session.checkout(commit.commit_id)

    def _on_heard(self, object_id: str) -> None:
        self._session.audition(object_id)

    def _on_menu_requested(self, index: QModelIndex, position: QPoint) -> None:
        commit = self.model.commit_at(index.row())
        if commit is not None:
            open_menu(self.menu_for(commit), position)

    def _on_stem_menu_requested(self, commit: Commit, stem: StemRecord, position: QPoint) -> None:
        open_menu(self.commit_actions.stem_menu(commit, stem), position)

    def _on_commit_clicked(self) -> None:
        self.commit_requested.emit()

    def _on_compare_clicked(self) -> None:
        self.compare_selected()

"""The library: what was dropped, ready to be heard, dragged and split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStackedWidget, QWidget

from infinite_studio.ui.dragged_files import sounds_of
from infinite_studio.ui.generate_menu import add_making_actions
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import SearchField
from infinite_studio.ui.kit.row_list import RowList
from infinite_studio.ui.kit.surfaces import EmptyState, Panel
from infinite_studio.ui.library_list import LibraryDelegate, LibraryModel, SoundRow, facts_text
from infinite_studio.ui.popups import open_menu

if TYPE_CHECKING:
    from infinite_studio.history.values import Sound
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

_EMPTY = ("Nothing dropped yet.", "Drop a song, a stem or a hum anywhere on the window, or choose files.")
_NO_MATCH = ("No sound matches.", "Search by name, tempo or key.")
FIND_LIKE = "Sounds like the selected"
FIND_LIKE_HINT = "Compares timbre, rhythm, pitch and dynamics; what is found appears in Listen"
NOTHING_SELECTED = "Select a sound first."
ROUGH_SPLIT = "Split into stems (rough)"
ROUGH_SPLIT_HINT = "The quick splitter is labelled as a rough split: it needs no weights and takes seconds."


class LibraryPanel(Panel):
    """Sounds by name with tempo and key; a double-click places one at the playhead."""

    import_requested = Signal()
    sound_selected = Signal(object)

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.search = SearchField("Search name, tempo, key…")
        self.model = LibraryModel(self, sounds_of(session))
        self.delegate = LibraryDelegate(session.peaks, self)
        self.list = RowList(self.model, self.delegate, "Sounds")
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.empty = EmptyState(IconName.DROP, *_EMPTY, button="Import…")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        self.find_like = QuietButton(FIND_LIKE)
        self.import_button = QuietButton("Import…", IconName.IMPORT)
        self._finding = JobFollower(session.jobs, self)
        for widget in (self.search, self._stack, self.find_like, self.import_button):
            self.body.addWidget(widget, 1 if widget is self._stack else 0)
        self.search.textChanged.connect(self._on_search)
        self.list.chosen.connect(self._on_chosen)
        self.list.menu_requested.connect(self._on_menu_requested)
        self.find_like.clicked.connect(self._on_find_like)
        self._finding.changed.connect(self._refresh_find_like)
        self.import_button.clicked.connect(self._on_import)
        self.empty.pressed.connect(self._on_import)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        session.changed.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        """Show the sounds as they are now."""
        words = self.search.text().casefold().split()
        rows = []
        for sound in self._session.sounds:
            facts = facts_text(sound, self._session.analysis_of(sound.object_id))
            if all(word in f"{sound.name} {facts}".casefold() for word in words):
                auditioned = self._session.auditioned_object_id == sound.object_id
                rows.append(SoundRow(sound, facts, auditioned))
        self.model.set_rows(rows)
        has_sounds = bool(self._session.sounds)
        self.empty.set_texts(*(_NO_MATCH if has_sounds else _EMPTY))
        self._stack.setCurrentWidget(self.list if rows else self.empty)
        self.search.setEnabled(has_sounds)
        self.import_button.setVisible(has_sounds)
        self.find_like.setVisible(has_sounds)
        self._refresh_find_like()
        if self.empty.button is not None:
            self.empty.button.setVisible(not has_sounds)

    def menu_for(self, sound: Sound) -> QMenu:
        """Return the menu of a sound."""
        session = self._session
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        heard = session.auditioned_object_id == sound.object_id
        menu.addAction("Place at playhead").triggered.connect(lambda: self._place(sound))
        split = menu.addAction(ROUGH_SPLIT)
        split.setToolTip(ROUGH_SPLIT_HINT)
        split.triggered.connect(lambda: session.split_object(sound.object_id, session.playhead_frame))
        add_making_actions(menu, session, sound.object_id, this="this")
        menu.addAction("Stop" if heard else "Audition").triggered.connect(
            lambda: session.audition(sound.object_id)
        )
        menu.addSeparator()
        remove = menu.addAction("Remove from the library")
        remove.setToolTip("Clips and commits that use it keep it.")
        remove.triggered.connect(lambda: session.remove_sound(sound.sound_id))
        return menu

    def _place(self, sound: Sound) -> None:
        self._session.place_sound(sound.sound_id, self._session.playhead_frame)

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.peaks:
            self.delegate.forget(changes.peaks)
            self.list.viewport().update()
        if changes.sounds or changes.repositories:
            self.refresh()

    def _on_search(self, _text: str) -> None:
        self.refresh()

    def _on_import(self) -> None:
        self.import_requested.emit()

    def _on_chosen(self, index: QModelIndex) -> None:
        row: SoundRow = index.data(LibraryModel.ROW)
        self._place(row.sound)

    @Slot()
    def _refresh_find_like(self) -> None:
        reason = "" if self._selected() is not None else NOTHING_SELECTED
        if self._finding.is_running:
            reason = "The studio is looking for them."
        self.find_like.set_available(reason, FIND_LIKE_HINT)

    @Slot()
    def _on_find_like(self) -> None:
        row = self._selected()
        job_id = self._session.find_like(row.sound.object_id) if row is not None else None
        if job_id is not None:
            self._finding.follow([job_id])

    def _selected(self) -> SoundRow | None:
        row: SoundRow | None = self.list.currentIndex().data(LibraryModel.ROW)
        return row

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        row: SoundRow | None = index.data(LibraryModel.ROW)
        self._refresh_find_like()
        self.sound_selected.emit(row.sound.sound_id if row is not None else None)

    def _on_menu_requested(self, index: QModelIndex, position: QPoint) -> None:
        row: SoundRow = index.data(LibraryModel.ROW)
        menu = self.menu_for(row.sound)
        open_menu(menu, position)

"""Sounds that sound like another one, or like words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.ui.icons import IconName
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import IconButton, QuietButton
from infinite_studio.ui.kit.fields import SearchField
from infinite_studio.ui.kit.labels import Caption, ElidedLabel, SectionLabel
from infinite_studio.ui.kit.surfaces import Card, ProgressLine
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from infinite_studio.services.searching import Find, Finds
    from infinite_studio.services.session import StudioSession

FIND_LIKE = "Find what sounds like this"
WORDS_PLACEHOLDER = "Find by words, such as “warm slow piano”…"
WITHOUT_CLAP = "Finding by words needs the weights “clap-music”; press Return to see how large they are."
NOTHING_FOUND = "Nothing else in the library or the history has been listened to yet."


class FindRow(QWidget):
    """One sound: play, name, where it is, and how alike it is as a bar with its percentage."""

    def __init__(self, session: StudioSession, find: Find, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.found = find
        self.play = IconButton(IconName.PLAY, f"Listen to “{find.name}”")
        self.name = ElidedLabel(find.name, weight=QFont.Weight.Medium)
        self.where = ElidedLabel(find.where, token="text_secondary", caption=True)
        self.likeness = Caption(f"{find.likeness:.0%}")
        self.likeness.setWordWrap(False)
        self.bar = ProgressLine()
        self.bar.set_fraction(find.likeness)
        self.bar.setAccessibleName(f"{find.likeness:.0%} alike")
        texts = QVBoxLayout()
        texts.setSpacing(1)
        for widget in (self.name, self.where, self.bar):
            texts.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self.play)
        row.addLayout(texts, 1)
        row.addWidget(self.likeness)
        self.play.clicked.connect(self._on_play)

    def refresh(self) -> None:
        """Show whether this sound is heard now."""
        playing = self._session.auditioned_object_id == self.found.object_id
        name = "Stop listening" if playing else f"Listen to “{self.found.name}”"
        self.play.set_icon(IconName.STOP if playing else IconName.PLAY, name)

    @Slot()
    def _on_play(self) -> None:
        self._session.audition(self.found.object_id)


class FindsSection(QWidget):
    """Search by sound and by words, and what was found."""

    like_wanted = Signal()
    shown = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._finds: Finds | None = None
        self._follower = JobFollower(session.jobs, self)
        self._all = JobFollower(session.jobs, self)
        self.words = SearchField(WORDS_PLACEHOLDER)
        self.find_like = WorkButton(FIND_LIKE, self._follower)
        self.heading = SectionLabel("Sounds alike")
        self.query = Caption()
        self.unheard = Caption()
        self.listen_all = QuietButton("Listen to them")
        self.listen_all.setToolTip("Runs in the background and can be cancelled in the list of jobs")
        self.results = Card()
        self.rows: list[FindRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (
            self.find_like,
            self.words,
            self.heading,
            self.query,
            self.results,
            self.unheard,
            self.listen_all,
        ):
            column.addWidget(widget)
        self.find_like.pressed.connect(self.like_wanted)
        self.words.returnPressed.connect(self._on_words)
        self.listen_all.clicked.connect(self._on_listen_all)
        self._all.changed.connect(self.refresh)
        self.refresh()

    def follow(self, job_id: int | None) -> None:
        """Show the progress of a search."""
        if job_id is not None:
            self._follower.follow([job_id])

    def refresh(self) -> None:
        """Show what was found last."""
        finds = self._session.finds
        self.words.setToolTip("" if self._session.has_word_search else WITHOUT_CLAP)
        if finds is not self._finds:
            self._finds = finds
            self._show_rows(finds.finds if finds is not None else ())
            if finds is not None:
                self.shown.emit()
        has_finds = finds is not None
        for widget in (self.heading, self.query, self.results):
            widget.setVisible(has_finds)
        n_unheard = finds.n_unheard if finds is not None and not finds.by_words else 0
        self.unheard.setVisible(n_unheard > 0)
        self.listen_all.setVisible(n_unheard > 0)
        if finds is not None:
            self.query.setText(f"Like “{finds.query}”" if finds.finds else NOTHING_FOUND)
            self.results.setVisible(bool(finds.finds))
            plural = "sound is" if n_unheard == 1 else "sounds are"
            self.unheard.setText(f"{n_unheard:,} {plural} not listened to yet.")
        running = "The studio is listening to them." if self._all.is_running else ""
        self.listen_all.set_available(running, "Runs in the background; cancel it in the list of jobs")
        for row in self.rows:
            row.refresh()

    def _show_rows(self, finds: tuple[Find, ...]) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [FindRow(self._session, find) for find in finds]
        for row in self.rows:
            self.results.body.addWidget(row)

    @Slot()
    def _on_words(self) -> None:
        words = self.words.text().strip()
        if words:
            self.follow(self._session.find_words(words))

    @Slot()
    def _on_listen_all(self) -> None:
        job_id = self._session.listen_to_everything()
        if job_id is not None:
            self._all.follow([job_id])

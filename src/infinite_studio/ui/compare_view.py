"""Two versions side by side, over the end of the timeline: in words, stem by stem, and by ear with one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStyle, QWidget

from infinite_studio.ui.compare_sentences import SentenceList
from infinite_studio.ui.compare_stem_row import CompareStemRow
from infinite_studio.ui.compare_version import VersionCard
from infinite_studio.ui.compare_words import NOTHING_CHANGED, NULL_HINT, mixdown_text
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import IconButton, QuietButton
from infinite_studio.ui.kit.labels import Caption, SectionLabel
from infinite_studio.ui.kit.surfaces import Panel, ScrollColumn
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit
    from infinite_studio.services.comparing import Comparison
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

WIDTH_PX = 348
AB_KEY = "B"
YOU_ARE_HERE = "you are here"
LISTENING = "Listening to both versions…"


class CompareView(Panel):
    """Opens when two versions are compared, and goes with Escape or its cross; the project is heard again then."""

    pick_requested = Signal(object)
    merge_requested = Signal(object)
    closed = Signal()

    def __init__(self, session: StudioSession, over: QWidget) -> None:
        super().__init__(over)
        self._session = session
        self._over = over
        self._shown: Comparison | None = None
        self._pair: tuple[str, str] | None = None
        self._plays_when_ready = self._wants_b_first = False
        self._follower = JobFollower(session.jobs, self)
        self.close_button = IconButton(IconName.CLOSE, "Close the comparison (Escape)")
        self.versions = VersionCard("A"), VersionCard("B")
        self.work = WorkButton("Hear A and B", self._follower)
        self.back_button = QuietButton("Hear the project again")
        self.problem = InlineProblem()
        self.sentences = SentenceList()
        self.mixdown = Caption("", "tertiary")
        self.rows: list[CompareStemRow] = []
        self.pick_button = QuietButton("Take stems…", IconName.SPLIT)
        self.merge_button = QuietButton("Merge…", IconName.MERGE)
        self._column = ScrollColumn()
        self._lay_out()
        self._connect()
        self.hide()

    # --- what the window calls -------------------------------------------------------------------

    def compare(self, a_commit_id: str, b_commit_id: str) -> None:
        """Compare two versions and show what comes of it."""
        session = self._session
        self._pair = a_commit_id, b_commit_id
        self.problem.clear()
        self._show_versions(*(session.commit_of(commit_id) for commit_id in self._pair))
        job_id = session.compare(a_commit_id, b_commit_id)
        if job_id is not None:
            self._follower.follow((job_id,))
        self._open()
        self.refresh()

    def switch(self) -> None:
        """Hear the other version, or the first one where none was heard yet."""
        if self._session.ab is not None:
            self._session.ab_toggle()
        else:
            self._begin_to_hear(wants_b=False)

    def why_silent(self) -> str:
        """Why the two cannot be heard in turn; empty where they can."""
        if self._pair is None or not self.isVisible():
            return "Compare two versions first."
        silent = [card.letter for card in self.versions if not card.isEnabled()]
        return f"Version {' and '.join(silent)} has no sound." if silent else ""

    def close_view(self) -> None:
        """Leave the comparison and hear the project again."""
        if self.isVisible():
            self.hide()
            self._follower.cancel()
            self._pair = self._shown = None
            self._session.close_comparison()
            self.closed.emit()

    def refresh(self) -> None:
        """Show the comparison and what is heard as they are now."""
        session, comparison = self._session, self._session.comparison
        if self._pair is None:
            return
        is_ours = comparison is not None and (comparison.a.commit_id, comparison.b.commit_id) == self._pair
        shown = comparison if is_ours else None
        if shown is not self._shown or shown is None:
            self._shown = shown
            self._show_comparison(shown)
        self._show_heard()
        if session.ab is not None and self._plays_when_ready:
            self._plays_when_ready = False
            if self._wants_b_first:
                session.ab_toggle()
            if not session.is_playing:
                session.play_or_stop()

    # --- building --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setFixedWidth(WIDTH_PX)
        self.setProperty("kind", "dock")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Comparison of two versions")
        head = QHBoxLayout()
        title = QLabel("Compare")
        title.setProperty("kind", "title")
        head.addWidget(title, 1)
        head.addWidget(self.close_button)
        self.body.addLayout(head)
        self.body.addWidget(self._column, 1)
        column = self._column.body
        column.setContentsMargins(0, 0, 6, 0)
        for card in self.versions:
            column.addWidget(card)
        column.addWidget(self.work)
        column.addWidget(self.back_button)
        column.addWidget(self.problem)
        self.changes_label = SectionLabel("What changed")
        column.addWidget(self.changes_label)
        column.addWidget(self.sentences)
        self.stems_label = SectionLabel("Stems")
        column.addWidget(self.stems_label)
        column.addWidget(self.mixdown)
        column.addStretch(1)
        self.mixdown.setToolTip(NULL_HINT)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.pick_button, 1)
        foot.addWidget(self.merge_button, 1)
        self.body.addLayout(foot)

    def _connect(self) -> None:
        self.close_button.clicked.connect(self._on_close)
        self.work.pressed.connect(self.switch)
        self.back_button.clicked.connect(self._on_back)
        for card in self.versions:
            card.clicked.connect(self._on_version)
        self.pick_button.clicked.connect(self._on_pick)
        self.merge_button.clicked.connect(self._on_merge)
        self._follower.finished.connect(self._on_finished)
        self._session.changed.connect(self._on_changed)
        self._over.installEventFilter(self)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._on_close)

    # --- showing ---------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the end of what the view lies over: its right side, or its left where people read from there."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Turn round with the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()
            self._align()

    def _align(self) -> None:
        """Let every line begin where people begin to read; a label itself goes by the script of its text."""
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
        for label in self.findChildren(QLabel):
            present = label.alignment()
            if not present & Qt.AlignmentFlag.AlignHCenter:
                upright = present & Qt.AlignmentFlag.AlignVertical_Mask
                label.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | upright)

    def _open(self) -> None:
        self._place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        width = min(WIDTH_PX, self._over.width())
        at_end = QRect(self._over.width() - width, 0, width, self._over.height())
        self.setGeometry(QStyle.visualRect(self.layoutDirection(), self._over.rect(), at_end))

    def _show_versions(self, a: Commit | None, b: Commit | None) -> None:
        here = self._session.base_commit_id
        for card, commit in zip(self.versions, (a, b), strict=True):
            card.show_commit(commit, YOU_ARE_HERE if commit is not None and commit.commit_id == here else "")
        other = self._other(a, b)
        reason = "" if other is not None else "Neither version is the one you are on."
        for button in (self.pick_button, self.merge_button):
            button.set_available(reason)

    def _show_comparison(self, comparison: Comparison | None) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        self.stems_label.setVisible(comparison is not None and bool(comparison.stems))
        self.changes_label.setVisible(comparison is not None or self._follower.is_running)
        if comparison is None:
            self.sentences.show_sentences((LISTENING,) if self._follower.is_running else (), is_list=False)
            self.mixdown.setText("")
            return
        self._show_versions(comparison.a, comparison.b)
        changes = comparison.diff.sentences
        self.sentences.show_sentences(changes or (NOTHING_CHANGED,), is_list=bool(changes))
        self.mixdown.setText(mixdown_text(comparison))
        place = self._column.body.indexOf(self.stems_label) + 1
        for stem in comparison.stems:
            row = CompareStemRow(stem)
            row.heard.connect(self._on_heard)
            self.rows.append(row)
            self._column.body.insertWidget(place, row)
            place += 1
        self._align()

    def _show_heard(self) -> None:
        ab, alone = self._session.ab, self._session.auditioned_object_id
        for card, hears_b in zip(self.versions, (False, True), strict=True):
            card.set_heard(is_heard=ab is not None and ab.hears_b is hears_b and alone is None)
        for row in self.rows:
            row.set_heard(alone)
        self.back_button.setVisible(ab is not None)
        button = self.work.button
        verb = "Hear A and B" if ab is None else "Hear A" if ab.hears_b else "Hear B"
        button.setText(verb)
        button.set_trailing(f"key {AB_KEY}")
        button.set_available(self.why_silent(), "Both play at the same place; only what you hear changes.")

    def _other(self, a: Commit | None, b: Commit | None) -> Commit | None:
        """Return the version that one is not on, where one is on the other."""
        here = self._session.base_commit_id
        known = [commit for commit in (a, b) if commit is not None]
        others = [commit for commit in known if commit.commit_id != here]
        return others[0] if len(known) == 2 and len(others) == 1 else None

    # --- what happens ----------------------------------------------------------------------------

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if self.isVisible() and (changes.history or changes.takes or changes.sounds or changes.device):
            self.refresh()

    def _on_finished(self) -> None:
        failed = self._follower.failure
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)
        self._follower.forget()
        self.refresh()

    def _on_version(self) -> None:
        """Hear the version whose card was pressed."""
        wants_b = self.sender() is self.versions[1]
        ab = self._session.ab
        if ab is None:
            self._begin_to_hear(wants_b=wants_b)
        elif ab.hears_b is not wants_b:
            self._session.ab_toggle()

    def _begin_to_hear(self, *, wants_b: bool) -> None:
        if self._pair is not None and not self.why_silent():
            self._plays_when_ready, self._wants_b_first = True, wants_b
            self._session.ab_start(*self._pair)

    def _on_heard(self, object_id: str) -> None:
        self._session.audition(object_id)

    def _on_close(self) -> None:
        self.close_view()

    def _on_back(self) -> None:
        self._session.ab_stop()

    def _on_pick(self) -> None:
        other = self._elsewhere()
        if other is not None:
            self.pick_requested.emit(other)

    def _on_merge(self) -> None:
        other = self._elsewhere()
        if other is not None:
            self.merge_requested.emit(other)

    def _elsewhere(self) -> Commit | None:
        if self._pair is None:
            return None
        return self._other(*(self._session.commit_of(commit_id) for commit_id in self._pair))

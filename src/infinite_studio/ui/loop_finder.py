"""The part of the Loop panel that finds loops in a sound and lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.looping.candidates import LoopCandidate, LoopWishes
from infinite_studio.services.looping_values import CrossfadeChoice, LoopPoints
from infinite_studio.services.session_parts.looping import seam_key
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField, SpinField, field_row
from infinite_studio.ui.kit.labels import Caption, SectionLabel
from infinite_studio.ui.loop_candidate_row import LoopCandidateRow
from infinite_studio.ui.loop_crossfade import CrossfadeField
from infinite_studio.ui.split_target import SplitTarget, targets_of
from infinite_studio.ui.toggle_switch import ToggleSwitch
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from infinite_studio.services.looping_finding import FoundLoops
    from infinite_studio.services.session import StudioSession

NO_TARGET = "Drop a song or choose a clip first."
FIRST_USE = (
    "The studio listens for what comes again and lists where the sound can go back without being noticed."
)
HARD_CUT = CrossfadeChoice(milliseconds=0.0)


class LoopFinder(QWidget):
    """Emits ``candidate_chosen`` with a `LoopCandidate` or None, and ``sound_chosen`` when another sound is looked at."""

    candidate_chosen = Signal(object)
    sound_chosen = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._selected_clip_id: str | None = None
        self._shown: FoundLoops | None = None
        self._chosen: LoopCandidate | None = None
        self.follower = JobFollower(session.jobs, self)
        self.target = ComboField("Sound")
        self.shortest = SpinField("At least", minimum=0.5, maximum=600, value=2, decimals=1, suffix=" s")
        self.longest = SpinField(
            "At most", minimum=0, maximum=1800, value=0, decimals=0, suffix=" s", lowest_text="any length"
        )
        self.whole_bars = ToggleSwitch("Whole bars only")
        self.near = ToggleSwitch("Start near the playhead")
        self.work = WorkButton("Find loops", self.follower)
        self.problem = InlineProblem()
        self.hint = Caption(FIRST_USE, "tertiary")
        self.label = SectionLabel("Candidates")
        self.crossfade = CrossfadeField()
        self.again = QuietButton("Search again…")
        self._search = QWidget()
        self._is_searching = True
        self.rows: tuple[LoopCandidateRow, ...] = ()
        self._list = QVBoxLayout()
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def sound(self) -> SplitTarget | None:
        """What is looked at."""
        value = self.target.value()
        return value if isinstance(value, SplitTarget) else None

    @property
    def candidate(self) -> LoopCandidate | None:
        """The loop that is chosen."""
        return self._chosen

    def set_selected_clip(self, clip_id: str | None) -> None:
        """Offer the selected clip first."""
        self._selected_clip_id = clip_id
        self.refresh()
        if clip_id is not None and self.target.editor.count():
            self.target.editor.setCurrentIndex(0)

    def wishes(self) -> LoopWishes:
        """Return what stands in the fields."""
        near = None
        if self.near.isChecked() and self.sound is not None:
            rate = self._session.project.sample_rate
            near = max((self._session.playhead_frame - self.sound.at_frame) / rate, 0.0)
        return LoopWishes(
            self.shortest.value(),
            self.longest.value() or None,
            near_start_seconds=near,
            whole_bars=self.whole_bars.isChecked(),
        )

    @Slot()
    def look(self) -> None:
        """Look for loops in the chosen sound."""
        sound = self.sound
        if sound is None or self.follower.is_running:
            return
        self.problem.clear()
        job_id = self._session.find_loops(sound.object_id, sound.name, self.wishes())
        self.follower.follow(() if job_id is None else (job_id,))

    @Slot()
    def refresh(self) -> None:
        """Show the sounds that there are, and what was found in the chosen one."""
        targets = targets_of(self._session, self._selected_clip_id)
        before = self.sound
        self.target.set_options([(target.label, target) for target in targets])
        if before is not None and before not in targets:
            self.target.choose(next((t for t in targets if t.object_id == before.object_id), None))
        self.show_found()

    @Slot()
    def show_found(self) -> None:
        """Show the candidates of the chosen sound."""
        sound = self.sound
        self.work.button.set_available(
            "" if sound else NO_TARGET, f"Find loops in {sound.name}" if sound else ""
        )
        found = self._session.loops_of(sound.object_id) if sound is not None else None
        if found is not self._shown:
            self._shown, self._is_searching = found, False
            self._fill(found.candidates if found is not None else ())
        is_found = found is not None and bool(found.candidates)
        for widget in (self.label, self.crossfade):
            widget.setVisible(is_found)
        self._search.setVisible(self._is_searching or not is_found)
        self.again.setVisible(is_found and not self._is_searching)
        self.hint.setText(FIRST_USE if sound is not None else f"{NO_TARGET} {FIRST_USE}")
        self.hint.setVisible(found is None)
        self._mark_heard()

    def _fill(self, candidates: tuple[LoopCandidate, ...]) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = tuple(LoopCandidateRow(n + 1, candidate) for n, candidate in enumerate(candidates))
        for row in self.rows:
            self._list.addWidget(row)
            row.chosen.connect(self._on_chosen)
            row.cut_wanted.connect(self._on_cut)
            row.joined_wanted.connect(self._on_joined)
        self._on_chosen(candidates[0] if candidates else None)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.target)
        column.addWidget(self._search)
        search = QVBoxLayout(self._search)
        search.setContentsMargins(0, 0, 0, 0)
        search.setSpacing(8)
        search.addLayout(field_row(self.shortest, self.longest))
        for widget in (self.whole_bars, self.near, self.work):
            search.addWidget(widget)
        for below in (self.problem, self.hint, self.label):
            column.addWidget(below)
        self._list.setSpacing(6)
        column.addLayout(self._list)
        column.addWidget(self.again)
        column.addWidget(self.crossfade)

    def _connect(self) -> None:
        self.target.editor.currentIndexChanged.connect(self._on_target)
        self.crossfade.changed.connect(self._on_crossfade)
        self.again.clicked.connect(self._on_again)
        self.work.pressed.connect(self.look)
        self.follower.finished.connect(self._on_finished)

    @Slot()
    def _on_target(self) -> None:
        self.problem.clear()
        self.show_found()
        self.sound_chosen.emit()

    @Slot()
    def _on_again(self) -> None:
        self._is_searching = True
        self.show_found()
        self.work.button.setFocus()

    @Slot()
    def _on_crossfade(self) -> None:
        self._mark_heard()
        self.candidate_chosen.emit(self._chosen)

    @Slot()
    def _on_finished(self) -> None:
        failed = self.follower.failure
        self.follower.forget()
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)

    @Slot(object)
    def _on_chosen(self, candidate: LoopCandidate | None) -> None:
        self._chosen = candidate
        for row in self.rows:
            row.set_chosen(is_chosen=row.candidate is candidate)
        self.candidate_chosen.emit(candidate)

    @Slot(object)
    def _on_cut(self, candidate: LoopCandidate) -> None:
        self._hear(candidate, HARD_CUT)

    @Slot(object)
    def _on_joined(self, candidate: LoopCandidate) -> None:
        self._hear(candidate, self.crossfade.choice)

    def _hear(self, candidate: LoopCandidate, crossfade: CrossfadeChoice) -> None:
        self._on_chosen(candidate)
        if self.sound is not None:
            points = points_of(candidate)
            self._session.audition_seam(self.sound.object_id, points, crossfade, candidate.tempo_bpm)

    def _mark_heard(self) -> None:
        heard, sound = self._session.auditioned_object_id, self.sound
        if sound is None:
            return
        for row in self.rows:
            points = points_of(row.candidate)
            for button, crossfade in ((row.cut, HARD_CUT), (row.joined, self.crossfade.choice)):
                button.object_id = seam_key(sound.object_id, points, crossfade)
                button.set_heard(heard)


def points_of(candidate: LoopCandidate) -> LoopPoints:
    """Return a candidate's place in seconds."""
    rate = candidate.sample_rate
    return LoopPoints(candidate.start_frame / rate, candidate.end_frame / rate)

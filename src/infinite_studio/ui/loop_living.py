"""The page of the Loop panel that plans and writes living loops."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.audio.files import safe_filename, unused_path
from infinite_studio.errors import StudioError
from infinite_studio.jobs.job import JobState
from infinite_studio.services.looping_living import LivingRequest, LivingSource
from infinite_studio.ui.dialogs.open_folder import open_folder
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField, SpinField, field_row
from infinite_studio.ui.kit.labels import Caption, SectionLabel
from infinite_studio.ui.kit.time_text import seconds_text
from infinite_studio.ui.loop_living_strip import LivingStrip
from infinite_studio.ui.loop_place import PlaceRow
from infinite_studio.ui.loop_target import TargetFields
from infinite_studio.ui.loop_words import living_text, plan_text, step_lines
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from infinite_studio.services.session import StudioSession

WHAT = "Instead of one loop again and again: a walk over variations, joined on the bar, none again too soon."
PLANNING = "Planning…"
_SOURCES = (
    ("Versions, else re-rolls", LivingSource.AUTO),
    ("Versions in the history", LivingSource.HISTORY),
    ("New re-rolls", LivingSource.SKETCH),
)
_ASK_MS = 250
_SHOWN_STEPS = 6


class LivingLoop(QWidget):
    """Plans anew after every change; what is written is exactly the plan that is shown."""

    def __init__(
        self,
        session: StudioSession,
        parent: QWidget | None = None,
        *,
        show_folder: Callable[[Path], bool] = open_folder,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._show_folder = show_folder
        self._written: Path | None = None
        self._follower = JobFollower(session.jobs, self)
        self._asking = JobFollower(session.jobs, self)
        self.source = ComboField("Walk over")
        self.source.set_options(_SOURCES)
        self.target = TargetFields(session)
        self.apart = SpinField("Others between", minimum=0, maximum=63, value=2)
        self.apart.setToolTip("How many other pieces lie at least between two times of the same one")
        self.seed = SpinField("Seed", minimum=0, maximum=999_999, value=1)
        self.pool = SpinField("Re-rolls", minimum=1, maximum=64, value=8)
        self.strip = LivingStrip()
        self.summary = Caption("", "secondary")
        self.steps = Caption("", "tertiary")
        self.place = PlaceRow(session)
        self.work = WorkButton("Write the living loop", self._follower)
        self.problem = InlineProblem()
        self.done = Caption("", "good")
        self.open_folder = QuietButton("Open folder")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._lay_out()
        self._connect()

    def request(self) -> LivingRequest:
        """Return what stands in the fields.

        Raises
        ------
        InvalidTargetError
            If the target cannot be read.
        """
        suffix, depth = self.target.kind()
        name = safe_filename(f"{self._session.project.name} living {self.target.words()}", f".{suffix}")
        source = self.source.value()
        return LivingRequest(
            self.target.target(),
            unused_path(self.place.folder / name),
            LivingSource(str(source)),
            int(self.apart.value()),
            int(self.seed.value()),
            int(self.pool.value()),
            depth,
        )

    @Slot()
    def start(self) -> None:
        """Write the living loop."""
        plan = self._session.living_plan
        if plan is None or not self.work.button.isEnabled() or self._follower.is_running:
            return
        for widget in (self.done, self.open_folder):
            widget.hide()
        self.problem.clear()
        request = self.request()
        self._written = request.output
        self._session.update_settings(export_folder=str(self.place.folder))
        job_id = self._session.write_living(request, plan.duration_seconds)
        self._follower.follow(() if job_id is None else (job_id,))

    @Slot()
    def refresh(self) -> None:
        """Plan anew, a moment after the last change, while the page is seen."""
        self.pool.setVisible(self.source.value() != LivingSource.HISTORY)
        if not self.isVisible() or self._follower.is_running:
            return
        reason, hint = self._why_not()
        self.problem.show_problem(reason, hint)
        self._clear_plan("" if reason else PLANNING)
        self.work.button.set_available(reason or PLANNING)
        if reason:
            self._timer.stop()
        else:
            self._timer.start()

    def show_plan(self) -> None:
        """Show what will be heard, once that is known."""
        plan = self._session.living_plan
        if plan is None or self._timer.isActive() or self._why_not()[0]:
            return
        learned = self._session.predict_seconds(f"living:{self.target.kind()[0]}", plan.duration_seconds)
        self.strip.show_plan(plan)
        self.strip.show()
        self.summary.setText(plan_text(plan))
        self.steps.setText("\n".join(step_lines(plan, _SHOWN_STEPS)))
        self.work.button.set_trailing("" if learned is None else f"≈ {seconds_text(learned)}")
        self.work.button.set_available("", "Write exactly this plan")

    def show_done(self) -> None:
        """Say what was written last."""
        living = self._session.living
        if living is not None and living.path == self._written:
            self.done.setText(living_text(living))
            self.done.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _why_not(self) -> tuple[str, str]:
        try:
            self.target.target()
        except StudioError as error:
            return str(error), error.hint
        return "", ""

    def _clear_plan(self, text: str) -> None:
        self.strip.hide()
        self.summary.setText(text)
        self.steps.setText("")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        above: tuple[QWidget, ...] = (Caption(WHAT, "tertiary"), self.source, self.target)
        for widget in above:
            column.addWidget(widget)
        column.addLayout(field_row(self.apart, self.seed))
        heading = SectionLabel("What will be heard")
        for widget in (self.pool, heading, self.strip, self.summary, self.steps):
            column.addWidget(widget)
        for widget in (self.place, self.work, self.problem, self.done, self.open_folder):
            column.addWidget(widget)
        for hidden in (self.strip, self.done, self.open_folder):
            hidden.hide()

    def _connect(self) -> None:
        self.source.editor.currentIndexChanged.connect(self._on_edited)
        self.target.edited.connect(self._on_edited)
        for spin in (self.apart, self.seed, self.pool):
            spin.number_changed.connect(self._on_edited)
        self.work.pressed.connect(self.start)
        self.open_folder.clicked.connect(self._on_open_folder)
        self._timer.timeout.connect(self._on_ask)
        self._follower.finished.connect(self._on_finished)
        self._asking.finished.connect(self._on_asked)

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self.refresh()

    @Slot()
    def _on_ask(self) -> None:
        if not self._why_not()[0]:
            job_id = self._session.ask_living(self.request())
            self._asking.follow(() if job_id is None else (job_id,))

    @Slot()
    def _on_asked(self) -> None:
        failed = self._asking.failure
        self._asking.forget()
        if failed is not None:
            self._clear_plan("")
            self.problem.show_problem(failed.sentence, failed.hint)
            self.work.button.set_available(failed.sentence)

    @Slot()
    def _on_finished(self) -> None:
        failed = self._follower.failure
        succeeded = any(view.state is JobState.SUCCEEDED for view in self._follower.views)
        self._follower.forget()
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)
        self.open_folder.setVisible(succeeded)
        if succeeded:
            self.show_done()

    @Slot()
    def _on_open_folder(self) -> None:
        folder = self._written.parent if self._written is not None else self.place.folder
        if not self._show_folder(folder):
            self.problem.show_problem("The system could not open the folder.", str(folder))

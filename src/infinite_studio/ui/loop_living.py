"""The page of the Loop panel that plans and writes living loops."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.audio.files import safe_filename, unused_path
from infinite_studio.errors import StudioError
from infinite_studio.services.looping_living import LivingRequest, LivingSource
from infinite_studio.ui.dialogs.open_folder import open_folder
from infinite_studio.ui.kit.fields import ComboField, SpinField, field_row
from infinite_studio.ui.kit.labels import Caption, SectionLabel
from infinite_studio.ui.kit.time_text import seconds_text
from infinite_studio.ui.long_file import LongFile
from infinite_studio.ui.loop_living_strip import LivingStrip
from infinite_studio.ui.loop_target import TargetFields
from infinite_studio.ui.loop_words import living_text, plan_text, step_lines

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
        self.file = LongFile(session, "Write the living loop", show_folder)
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
            unused_path(self.file.place.folder / name),
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
        if plan is None or not self.file.may_start:
            return
        request = self.request()
        self.file.begin(request.output)
        job_id = self._session.write_living(request, plan.duration_seconds)
        self.file.follow_writing(job_id)

    @Slot()
    def refresh(self) -> None:
        """Plan anew, a moment after the last change, while the page is seen."""
        self.pool.setVisible(self.source.value() != LivingSource.HISTORY)
        if not self.isVisible() or self.file.is_writing:
            return
        reason, hint = self._why_not()
        self.file.problem.show_problem(reason, hint)
        self._clear_plan("" if reason else PLANNING)
        self.file.work.button.set_available(reason or PLANNING)
        if reason:
            self.file.stop_asking()
        else:
            self.file.ask_soon()

    def show_plan(self) -> None:
        """Show what will be heard, once that is known."""
        plan = self._session.living_plan
        if plan is None or self.file.is_asking_soon or self._why_not()[0]:
            return
        learned = self._session.predict_seconds(f"living:{self.target.kind()[0]}", plan.duration_seconds)
        self.strip.show_plan(plan)
        self.strip.show()
        self.summary.setText(plan_text(plan))
        self.steps.setText("\n".join(step_lines(plan, _SHOWN_STEPS)))
        self.file.work.button.set_trailing("" if learned is None else f"≈ {seconds_text(learned)}")
        self.file.work.button.set_available("", "Write exactly this plan")

    @Slot()
    def show_done(self) -> None:
        """Say what was written last."""
        living = self._session.living
        if living is not None and living.path == self.file.written:
            self.file.show_done(living_text(living))

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
        column.addWidget(self.file)
        self.strip.hide()

    def _connect(self) -> None:
        self.source.editor.currentIndexChanged.connect(self._on_edited)
        self.target.edited.connect(self._on_edited)
        for spin in (self.apart, self.seed, self.pool):
            spin.number_changed.connect(self._on_edited)
        self.file.work.pressed.connect(self.start)
        self.file.asked.connect(self._on_ask)
        self.file.not_possible.connect(self._on_not_possible)
        self.file.wrote.connect(self.show_done)

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self.refresh()

    @Slot()
    def _on_ask(self) -> None:
        if not self._why_not()[0]:
            job_id = self._session.ask_living(self.request())
            self.file.follow_question(job_id)

    @Slot(str, str)
    def _on_not_possible(self, sentence: str, hint: str) -> None:
        self._clear_plan("")
        self.file.problem.show_problem(sentence, hint)
        self.file.work.button.set_available(sentence)

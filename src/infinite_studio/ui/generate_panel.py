"""The Generate panel: describe music, see what was understood, make takes, choose among them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from infinite_studio.engines.base import Understanding
from infinite_studio.errors import StudioError
from infinite_studio.services.values import Problem
from infinite_studio.ui.edge_column import EdgeColumn
from infinite_studio.ui.generate_fields import FieldError, GenerateFields
from infinite_studio.ui.generate_form import GenerateForm
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.fields import ComboField, FieldCard, field_row
from infinite_studio.ui.kit.surfaces import Panel
from infinite_studio.ui.kit.time_text import seconds_text
from infinite_studio.ui.prompt_edit import PromptEdit
from infinite_studio.ui.suggestion_row import SuggestionRow
from infinite_studio.ui.takes_list import TakesList
from infinite_studio.ui.understanding_row import UnderstandingRow
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from infinite_studio.engines.base import EngineInfo
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

DEBOUNCE_MS = 150
READ_ONLY = "Another window has this library open, so nothing new can be kept here. Close it first."
NO_ENGINE = "The library is still being opened."


class GeneratePanel(Panel):
    """A prompt with its chips, five fields, one button and the takes."""

    prompt_copied = Signal(str)

    def __init__(
        self, session: StudioSession, parent: QWidget | None = None, rng: random.Random | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._follower = JobFollower(session.jobs, self)
        self._answer: Understanding | Problem | None = None
        self.engine = ComboField("Engine")
        self.licence = FieldCard("Licence")
        self.prompt = PromptEdit()
        self.suggestions = SuggestionRow()
        self.understanding = UnderstandingRow()
        self.form = GenerateForm(rng or random.Random())
        self.field_problem = InlineProblem()
        self.work = WorkButton("Generate", self._follower)
        self.failure = InlineProblem()
        self.takes = TakesList(session)
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(DEBOUNCE_MS)
        self._lay_out()
        self._connect()
        self._refresh_engines()
        self._refresh()

    @property
    def engine_name(self) -> str:
        """Registered name of the chosen engine."""
        return str(self.engine.value() or "sketch")

    @Slot()
    def generate(self) -> None:
        """Submit one request a take."""
        if not self.work.button.isEnabled() or self._follower.is_running:
            return
        self.form.draw_seed_if_wanted()
        self._refresh()
        fields = self._readable_fields()
        if fields is None or isinstance(self._answer, Problem):
            return
        self.failure.clear()
        job_ids = [self._session.generate(request, self.engine_name) for request in fields.requests()]
        self._follower.follow(job_id for job_id in job_ids if job_id is not None)

    def _lay_out(self) -> None:
        column = EdgeColumn(self)
        self.setFocusProxy(self.prompt)
        column.body.addLayout(field_row(self.engine, self.licence))
        for widget in (
            self.prompt,
            self.suggestions,
            self.understanding,
            self.form,
            self.field_problem,
            self.work,
            self.failure,
        ):
            column.body.addWidget(widget)
        column.body.addSpacing(4)
        column.body.addWidget(self.takes)
        column.body.addStretch(1)

    def _connect(self) -> None:
        self._debounce.timeout.connect(self._refresh)
        self.prompt.textChanged.connect(self._on_edited)
        self.prompt.submitted.connect(self.generate)
        self.form.changed.connect(self._on_edited)
        self.engine.editor.currentIndexChanged.connect(self._on_engine)
        self.suggestions.chosen.connect(self._on_suggestion)
        self.work.pressed.connect(self.generate)
        self.takes.prompt_copied.connect(self.prompt_copied)
        self._follower.finished.connect(self._on_finished)
        self._session.changed.connect(self._on_changed)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(shortcut.context().WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.generate)

    @Slot()
    def _on_edited(self) -> None:
        self.suggestions.setVisible(not self.prompt.toPlainText().strip())
        self._debounce.start()

    @Slot(str)
    def _on_suggestion(self, prompt: str) -> None:
        self.prompt.setPlainText(prompt)
        self.prompt.setFocus()
        self.prompt.moveCursor(self.prompt.textCursor().MoveOperation.End)

    @Slot()
    def _on_engine(self) -> None:
        info = next((info for info in self._engines() if info.name == self.engine_name), None)
        self.licence.set_value(info.licence if info else "", "good")
        self.engine.setToolTip(info.description if info else "")
        self._debounce.start()

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.repositories or changes.settings or not self.engine.editor.count():
            self._refresh_engines()
            self._refresh()

    @Slot()
    def _on_finished(self) -> None:
        failed = self._follower.failure
        if failed is not None:
            self.failure.show_problem(failed.sentence, failed.hint)
        self._follower.forget()
        self._refresh()

    def _engines(self) -> tuple[EngineInfo, ...]:
        try:
            return self._session.generators
        except StudioError:
            return ()

    def _refresh_engines(self) -> None:
        self.engine.set_options([(info.label, info.name) for info in self._engines()])
        self._on_engine()

    def _readable_fields(self) -> GenerateFields | None:
        fields = self.form.fields(self.prompt.toPlainText())
        try:
            fields.request()
        except FieldError as error:
            self.field_problem.show_problem(str(error), error.hint)
            return None
        self.field_problem.clear()
        return fields

    @Slot()
    def _refresh(self) -> None:
        """Ask the engine what it makes of the fields, and show the answer, the time it takes and what is wrong."""
        self._debounce.stop()
        fields = self._readable_fields()
        self._answer = None
        reason = self._reason()
        if fields is None:
            reason = reason or self.field_problem.text
        elif not reason:
            self._answer = self._session.understand(fields.request(), self.engine_name)
            self.understanding.show_answer(self._answer)
            reason = self._answer.sentence if isinstance(self._answer, Problem) else ""
        self.work.button.set_available(reason, "Ctrl+Return")
        self._show_price(fields)

    def _reason(self) -> str:
        if not self._engines():
            return NO_ENGINE
        return READ_ONLY if self._session.is_read_only else ""

    def _show_price(self, fields: GenerateFields | None) -> None:
        n_takes = fields.n_takes if fields else 1
        self.work.button.setText("Generate" if n_takes == 1 else f"Generate {n_takes} takes")
        seconds = None
        if isinstance(self._answer, Understanding):
            seconds = self._session.predict_seconds(
                f"generate:{self.engine_name}", self._answer.duration_seconds
            )
        self.work.button.set_trailing("" if seconds is None else f"≈ {seconds_text(seconds * n_takes)}")

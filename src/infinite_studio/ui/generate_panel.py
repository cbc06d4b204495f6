"""The Generate panel: describe music, see what was understood, make takes, choose among them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from infinite_studio.engines.base import Understanding
from infinite_studio.errors import StudioError
from infinite_studio.services.styles import with_style
from infinite_studio.services.values import Problem
from infinite_studio.ui.closeness_row import ClosenessRow
from infinite_studio.ui.continue_row import ContinueRow
from infinite_studio.ui.edge_column import EdgeColumn
from infinite_studio.ui.generate_advanced import AdvancedSection
from infinite_studio.ui.generate_cost import UNKNOWN_TIME, cost_text, no_disk_text
from infinite_studio.ui.generate_fields import FieldError, GenerateFields, asks_for_something
from infinite_studio.ui.generate_form import GenerateForm
from infinite_studio.ui.generate_styles import StylesPopup
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.chips import Tone
from infinite_studio.ui.kit.fields import ComboField, FieldCard, field_row
from infinite_studio.ui.kit.labels import ElidedLabel
from infinite_studio.ui.kit.surfaces import Panel
from infinite_studio.ui.kit.time_text import seconds_text
from infinite_studio.ui.melody_section import MelodySection
from infinite_studio.ui.models_words import NON_COMMERCIAL_HINT, missing_model
from infinite_studio.ui.prompt_edit import PromptEdit
from infinite_studio.ui.suggestion_row import SuggestionRow
from infinite_studio.ui.take_card import licence_tone
from infinite_studio.ui.takes_list import TakesList
from infinite_studio.ui.understanding_row import UnderstandingRow
from infinite_studio.ui.work_button import WorkButton

if TYPE_CHECKING:
    from infinite_studio.engines.base import EngineInfo
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes, ContinueSource, LikeSource, Melody, StyleInfo

ROOMY_PX = 600
NARROW_PX = 320
DEBOUNCE_MS = 150
READ_ONLY = "Another window has this library open, so nothing new can be kept here. Close it first."
NEEDS_NOTES = "This engine follows notes, not sounds: hum the tune or open it in Hum…, or clear the melody."
NO_ENGINE = "The library is still being opened."


class GeneratePanel(Panel):
    """A prompt with its chips, the fields, what to follow, one button and the takes.

    ``wanted`` says that something elsewhere was chosen for the next take, so that the panel should be seen.
    """

    prompt_copied = Signal(str)
    wanted = Signal()

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
        self.melody = MelodySection(session)
        self.closeness = ClosenessRow()
        self.continuing = ContinueRow()
        self.advanced = AdvancedSection()
        self.cost = ElidedLabel("", token="text_tertiary", caption=True)
        self._like: LikeSource | None = None
        self._tempo_of_melody = ""
        self._melody: Melody | None = None
        self._continued: ContinueSource | None = None
        self._new_source: QWidget | None = None
        self.missing = InlineProblem()
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
        self._refresh_sources()
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
        self._follower.follow(self._session.generate_takes(fields.requests(), self.engine_name))

    def open_styles(self) -> StylesPopup:
        """Open the list of styles."""
        popup = StylesPopup(self._session.styles, self._session.style_problems, self)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.chosen.connect(self._on_style)
        popup.open_at(self.suggestions.styles)
        return popup

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the room of the suggestions to the button where there is little, and the engine's name a line of its own."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW_PX
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)
        self._offer_prompts()

    def _offer_prompts(self) -> None:
        is_empty = not self.prompt.toPlainText().strip()
        self.suggestions.offer_prompts(are_offered=is_empty and self.height() >= ROOMY_PX)

    def _lay_out(self) -> None:
        self._column = column = EdgeColumn(self)
        self.setFocusProxy(self.prompt)
        self._head = field_row(self.engine, self.licence)
        self._head.setStretch(0, 3)
        self._head.setStretch(1, 2)
        column.body.addLayout(self._head)
        column.body.addWidget(self.missing)
        description = QVBoxLayout()
        description.setSpacing(8)
        for line in (self.prompt, self.suggestions, self.understanding):
            description.addWidget(line)
        column.body.addLayout(description)
        for widget in (
            self.form,
            self.melody,
            self.closeness,
            self.continuing,
            self.advanced,
            self.field_problem,
            self.work,
            self.cost,
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
        self.suggestions.styles.clicked.connect(self._on_style_button)
        self.melody.changed.connect(self._refresh_sources)
        self.closeness.changed.connect(self._debounce.start)
        self.closeness.cleared.connect(self._on_like_cleared)
        self.continuing.changed.connect(self._on_continuing)
        self.continuing.asked.connect(self._on_playhead_asked)
        self.continuing.cleared.connect(self._on_continued_cleared)
        self.advanced.changed.connect(self._on_advanced)
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
        self._offer_prompts()
        self._debounce.start()

    @Slot(str)
    def _on_suggestion(self, prompt: str) -> None:
        self.prompt.setPlainText(prompt)
        self.prompt.setFocus()
        self.prompt.moveCursor(self.prompt.textCursor().MoveOperation.End)

    @Slot()
    def _on_style_button(self) -> None:
        self.open_styles()

    @Slot(object)
    def _on_style(self, style: StyleInfo) -> None:
        prompt = with_style(self.prompt.toPlainText(), style, self._session.styles)
        self._on_suggestion(prompt)

    @Slot()
    def _on_like_cleared(self) -> None:
        self._session.drop_like()
        self.prompt.setFocus()

    @Slot()
    def _on_continued_cleared(self) -> None:
        self._session.drop_continued()
        self.prompt.setFocus()

    @Slot()
    def _on_continuing(self) -> None:
        self._session.change_continued(
            is_at_playhead=self.continuing.is_at_playhead, context_seconds=self.continuing.context_seconds
        )

    @Slot()
    def _on_playhead_asked(self) -> None:
        if self._continued is not None:
            self.continuing.allow_playhead(self._session.cut_of(self._continued.source_id))

    def _show_continued(self) -> bool:
        """Show what the next take goes on from; say whether that was chosen just now."""
        continued = self._session.continued
        is_new = continued is not None and (
            self._continued is None or continued.source_id != self._continued.source_id
        )
        self._continued = continued
        cut_seconds = self._session.cut_of(continued.source_id) if continued is not None else None
        self.continuing.show_source(continued, hears_sounds=self._hears(), cut_seconds=cut_seconds)
        if is_new and continued is not None and continued.prompt and not self.prompt.toPlainText().strip():
            self.prompt.setPlainText(continued.prompt)
        return is_new

    def _hears(self) -> bool:
        info = self._info()
        return info is not None and info.hears_sounds

    def _info(self) -> EngineInfo | None:
        return next((info for info in self._engines() if info.name == self.engine_name), None)

    @Slot()
    def _refresh_sources(self) -> None:
        """Show what the next take follows; something newly chosen brings the panel to the front."""
        like, melody = self._session.like, self._session.melody
        is_new = like is not None and (self._like is None or like.source_id != self._like.source_id)
        is_other_tune = melody is not None and melody != self._melody
        self._like = like
        self.closeness.show_source(like)
        if melody != self._melody:
            self._melody = melody
            self._follow_tempo()
        if is_new and like is not None and like.prompt and not self.prompt.toPlainText().strip():
            self.prompt.setPlainText(like.prompt)
        goes_on = self._show_continued()
        self._refresh()
        if is_new or is_other_tune or goes_on:
            self.wanted.emit()
            self._new_source = self.closeness if is_new else self.continuing if goes_on else self.melody
            QTimer.singleShot(0, self._show_new_source)

    @Slot()
    def _show_new_source(self) -> None:
        """Scroll to what was chosen elsewhere, and to the button below it where there is room for both."""
        self._column.ensureWidgetVisible(self.work, 0, 12)
        if self._new_source is not None:
            self._column.ensureWidgetVisible(self._new_source, 0, 12)

    def _follow_tempo(self) -> None:
        """Write the melody's tempo into its field, unless the person or the prompt says another."""
        if self._tempo_of_melody and self.form.tempo.text() == self._tempo_of_melody:
            self.form.tempo.editor.clear()
        self._tempo_of_melody = ""
        tempo_bpm = self._melody.tempo_bpm if self._melody is not None else None
        if tempo_bpm is None or self.form.tempo.text().strip():
            return
        if not self._session.names_tempo(self.prompt.toPlainText(), self.engine_name):
            self._tempo_of_melody = f"{tempo_bpm:g}"
            self.form.tempo.editor.setText(self._tempo_of_melody)

    @Slot()
    def _on_engine(self) -> None:
        info = self._info()
        licence = info.licence if info else ""
        is_free = licence_tone(licence) is Tone.GOOD
        self.licence.set_value(licence.split(" · ")[0], "good" if is_free else "attention")
        self.licence.setToolTip("" if is_free else f"{licence}\n{NON_COMMERCIAL_HINT}")
        self.advanced.setVisible(info is not None and info.needs_weights)
        self._session.choose_engine(self.engine_name, self.advanced.sampling())
        self._show_continued()
        self.engine.setToolTip(info.description if info else "")
        missing = missing_model(self._session.weights(), info.missing) if info and info.missing else None
        self.missing.show_problem(*(missing or ("",)))
        self._debounce.start()

    @Slot()
    def _on_advanced(self) -> None:
        self._session.choose_engine(self.engine_name, self.advanced.sampling())
        self._debounce.start()

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.repositories or changes.settings or changes.weights or not self.engine.editor.count():
            self._refresh_engines()
            self._refresh()

    @Slot()
    def _on_finished(self) -> None:
        failed = self._follower.failure
        if failed is not None:
            self.failure.show_problem(failed.sentence, failed.hint, failed.remedy)
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
        fields = self._fields()
        try:
            fields.request()
        except FieldError as error:
            self.field_problem.show_problem(str(error), error.hint)
            return None
        self.field_problem.clear()
        return fields

    def _fields(self) -> GenerateFields:
        fields = self.form.fields(self.prompt.toPlainText())
        if self._melody is not None:
            sound = self._melody.sound if self._hears() and self._melody.is_recording else None
            fields = replace(fields, melody=self._melody.notes, melody_sound=sound)
        info = self._info()
        if info is not None and info.needs_weights:
            fields = replace(fields, sampling=self.advanced.sampling())
        if self._like is not None and self._like.blueprint is not None:
            fields = replace(fields, like=self._like.blueprint, closeness=self.closeness.closeness)
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
        elif self._engines():
            self._answer = self._session.understand(fields.request(), self.engine_name)
            self.understanding.show_answer(self._answer, is_asked=asks_for_something(fields.request()))
            reason = reason or (self._answer.sentence if isinstance(self._answer, Problem) else "")
        self.work.button.set_available(reason, "Ctrl+Return")
        self._show_price(fields)

    def _reason(self) -> str:
        if not self._engines():
            return NO_ENGINE
        if self._session.is_read_only:
            return READ_ONLY
        if not self.missing.isHidden():
            return self.missing.text
        if self._melody is not None and not self._melody.notes and not self._hears():
            return NEEDS_NOTES
        is_listening = self._like is not None and self._like.blueprint is None
        return f"Still listening to “{self._like.label}”." if self._like is not None and is_listening else ""

    def _show_price(self, fields: GenerateFields | None) -> None:
        n_takes = fields.n_takes if fields else 1
        self.work.button.setText("Generate" if n_takes == 1 else f"Generate {n_takes} takes")
        seconds, cost = None, ""
        if isinstance(self._answer, Understanding):
            length = self._answer.duration_seconds
            seconds = self._session.predict_generating(self.engine_name, length, n_takes)
            no_room = no_disk_text(length, n_takes, self._session.free_bytes)
            cost = no_room or cost_text(self.engine_name, length, n_takes)
            self.cost.set_text(cost, "danger" if no_room else "text_tertiary")
            if no_room and self.work.button.isEnabled():
                self.work.button.set_available(no_room)
            elif cost and seconds is None and self.work.button.isEnabled():
                self.work.button.set_available("", f"Ctrl+Return. {UNKNOWN_TIME}")
        self.work.button.set_trailing("" if seconds is None else f"≈ {seconds_text(seconds)}")
        self.cost.setVisible(bool(cost) and self.missing.isHidden())

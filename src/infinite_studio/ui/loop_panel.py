"""The Loop panel: an exact loop range with its export; and loops found in a sound, heard, and extended to hours."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from infinite_studio.errors import StudioError
from infinite_studio.project.model import LoopRange
from infinite_studio.project.steps import SetLoop, find_clip
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.dialogs.export_dialog import ExportDialog
from infinite_studio.ui.edge_column import EdgeColumn
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.buttons import PrimaryButton, QuietButton, explain
from infinite_studio.ui.kit.fields import field_row
from infinite_studio.ui.kit.labels import Caption, SectionLabel
from infinite_studio.ui.kit.surfaces import Panel
from infinite_studio.ui.loop_extender import LoopExtender
from infinite_studio.ui.loop_fields import Grid, LoopFieldError, checked_loop
from infinite_studio.ui.loop_finder import LoopFinder
from infinite_studio.ui.loop_living import LivingLoop
from infinite_studio.ui.loop_strip import LoopStrip
from infinite_studio.ui.position_field import PositionField
from infinite_studio.ui.toggle_switch import ToggleSwitch

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

BAR_CHOICES = (1, 2, 4, 8)
DEFAULT_BARS = 4
NO_SOUND = "There is nothing in the project yet. Generate a take or drop a song first."
NO_CLIP = "Choose a clip on the timeline first."
NO_LOOP = "There is no loop range yet. Choose one above."


class LoopPanel(Panel):
    """Sets the loop range exactly; every change is one undoable step."""

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._selected_clip_id: str | None = None
        self.page = ChoiceRow("Loop", (("Range", "range"), ("Extend", "extend"), ("Living", "living")))
        self.finder = LoopFinder(session)
        self.extender = LoopExtender(session, self.finder)
        self.living = LivingLoop(session)
        self.enabled = ToggleSwitch("Loop while playing")
        self.strip = LoopStrip()
        self.start_time = PositionField("Start · mm:ss.mmm", "Loop start, time", "00:00.000")
        self.start_bar = PositionField("Start · bar", "Loop start, bar", "1.1.1")
        self.end_time = PositionField("End · mm:ss.mmm", "Loop end, time", "00:00.000")
        self.end_bar = PositionField("End · bar", "Loop end, bar", "1.1.1")
        self.problem = InlineProblem()
        self.length = Caption()
        self.bars = tuple(QuietButton(str(n)) for n in BAR_CHOICES)
        self.whole = QuietButton("Whole project")
        self.clip = QuietButton("Selected clip")
        self.clear = QuietButton("Clear")
        self.tagged = QuietButton("Tagged in the file")
        self.export = PrimaryButton("Export loop…")
        self._lay_out()
        self._connect()
        self._refresh()

    @Slot(object)
    def set_selected_clip(self, clip_id: str | None) -> None:
        """Know which clip “Selected clip” means."""
        self._selected_clip_id = clip_id
        self.finder.set_selected_clip(clip_id)
        self._refresh_buttons()

    @Slot()
    def export_loop(self) -> None:
        """Open the export dialog with the loop range chosen."""
        if self._session.project.loop is not None:
            dialog = ExportDialog(self._session, self.window(), only_loop=True)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _lay_out(self) -> None:
        column = EdgeColumn(self)
        self.setFocusProxy(self.start_time)
        column.body.addWidget(self.page)
        self._range_page, self._extend_page = QWidget(), QWidget()
        for page in (self._range_page, self._extend_page, self.living):
            column.body.addWidget(page)
        self._lay_out_range(_column_of(self._range_page))
        body = _column_of(self._extend_page)
        body.addWidget(self.finder)
        body.addSpacing(4)
        body.addWidget(self.extender)
        column.body.addStretch(1)
        self._extend_page.hide()
        self.living.hide()

    def _lay_out_range(self, body: QVBoxLayout) -> None:
        body.addWidget(self.enabled)
        body.addWidget(self.strip)
        body.addLayout(field_row(self.start_time, self.start_bar))
        body.addLayout(field_row(self.end_time, self.end_bar))
        body.addWidget(self.problem)
        body.addWidget(self.length)
        body.addWidget(SectionLabel("Bars from the playhead"))
        body.addLayout(_row(*self.bars))
        body.addWidget(SectionLabel("Or take it from"))
        body.addLayout(_row(self.whole, self.clip))
        body.addLayout(_row(self.clear, self.tagged))
        body.addSpacing(4)
        body.addWidget(self.export)
        body.addWidget(Caption("What loops is exactly what is exported, to the frame.", "tertiary"))

    def _connect(self) -> None:
        self.page.chosen.connect(self._on_page)
        self.enabled.clicked.connect(self._on_enabled)
        self.start_time.entered.connect(self._on_start_time)
        self.start_bar.entered.connect(self._on_start_bar)
        self.end_time.entered.connect(self._on_end_time)
        self.end_bar.entered.connect(self._on_end_bar)
        for n, button in zip(BAR_CHOICES, self.bars, strict=True):
            name = f"Loop {n} bar{'' if n == 1 else 's'} from the playhead"
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(partial(self._on_bars, n))
        self.whole.clicked.connect(self._on_whole)
        self.clip.clicked.connect(self._on_clip)
        self.clear.clicked.connect(self._on_clear)
        self.tagged.setToolTip("Loop what the file's own loop points say")
        self.tagged.clicked.connect(self._on_tagged)
        self.export.clicked.connect(self.export_loop)
        self._session.changed.connect(self._on_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._session.ask_loop_tags()

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.project or changes.repositories:
            self._refresh()
            if self.isVisible():
                self._session.ask_loop_tags()
        if changes.project or changes.repositories or changes.sounds:
            self.finder.refresh()
        if changes.project or changes.repositories or changes.history:
            self.living.refresh()
        if changes.loops:
            self.finder.show_found()
            self.extender.show_preview()
            self.extender.show_done()
            self.living.show_plan()
            self.living.show_done()
            self._refresh_buttons()

    @Slot(object)
    def _on_page(self, page: str) -> None:
        self._range_page.setVisible(page == "range")
        self._extend_page.setVisible(page == "extend")
        self.living.setVisible(page == "living")

    def _refresh(self) -> None:
        project, grid = self._session.project, self._grid
        loop = project.loop
        self.problem.clear()
        self.strip.show_project(project)
        self.enabled.setChecked(loop is not None and loop.enabled)
        for field, text in (
            (self.start_time, grid.clock_text(loop.start_frame) if loop else ""),
            (self.start_bar, grid.bar_text(loop.start_frame) if loop else ""),
            (self.end_time, grid.clock_text(loop.end_frame) if loop else ""),
            (self.end_bar, grid.bar_text(loop.end_frame) if loop else ""),
        ):
            field.show_text(text)
        self.length.setText(self._length_text(loop))
        self._refresh_buttons()

    def _length_text(self, loop: LoopRange | None) -> str:
        if loop is None:
            return "No loop range yet: write a start and an end, or choose below."
        n_frames = loop.end_frame - loop.start_frame
        return f"Length {self._grid.clock_text(n_frames)} · {self._grid.length_text(n_frames)}"

    def _refresh_buttons(self) -> None:
        project = self._session.project
        empty = "" if project.length_frames else NO_SOUND
        explain(self.whole, empty, "Loop everything from the first bar to the end of the last clip")
        explain(self.clip, "" if self._selected_loop() else NO_CLIP, "Loop exactly this clip")
        tagged, loop = self._tagged_loop(), project.loop
        is_new = loop is None or tagged is None or tagged != replace(loop, enabled=tagged.enabled)
        self.tagged.setVisible(tagged is not None and is_new)
        explain(self.clear, "" if project.loop else NO_LOOP, "Remove the loop range")
        explain(self.enabled, "" if project.loop else NO_LOOP, "L")
        explain(
            self.export, (empty or NO_LOOP) if not project.loop or empty else "", "Export exactly this range"
        )

    @property
    def _grid(self) -> Grid:
        return Grid.of(self._session.project)

    def _selected_loop(self) -> LoopRange | None:
        if self._selected_clip_id is None:
            return None
        try:
            _track, clip = find_clip(self._session.project, self._selected_clip_id)
        except StudioError:
            return None
        return LoopRange(clip.start_frame, clip.end_frame)

    def _tagged_loop(self) -> LoopRange | None:
        """Return the loop that a clip's file says it has, the selected clip's first."""
        clips = [clip for _, clip in self._session.project.clips()]
        clips.sort(key=lambda clip: clip.clip_id != self._selected_clip_id)
        return next(
            filter(
                None, (self._session.tagged_loop(each) for each in dict.fromkeys(c.object_id for c in clips))
            ),
            None,
        )

    def _set_loop(self, loop: LoopRange | None) -> None:
        self._session.apply(SetLoop(loop))
        self._refresh()

    def _default_loop(self) -> LoopRange:
        project = self._session.project
        fallback = self._grid.bars_from(self._session.playhead_frame, DEFAULT_BARS)
        return project.loop or (LoopRange(0, project.length_frames) if project.length_frames else fallback)

    def _enter(self, field: PositionField, text: str, *, is_bar: bool, is_end: bool) -> None:
        """Take over a typed position, or say why it cannot be."""
        project = self._session.project
        loop = self._default_loop()
        try:
            frame = self._grid.parse_bar(text) if is_bar else self._grid.parse_clock(text)
            start, end = (loop.start_frame, frame) if is_end else (frame, loop.end_frame)
            if project.loop is None and not is_end and end <= start:
                end = self._grid.bars_from(start, DEFAULT_BARS + 1).end_frame
            changed = checked_loop(start, end, project.sample_rate, enabled=loop.enabled)
        except LoopFieldError as error:
            self.problem.show_problem(str(error), error.hint)
            field.editor.selectAll()
            return
        self._set_loop(changed)

    @Slot(str)
    def _on_start_time(self, text: str) -> None:
        self._enter(self.start_time, text, is_bar=False, is_end=False)

    @Slot(str)
    def _on_start_bar(self, text: str) -> None:
        self._enter(self.start_bar, text, is_bar=True, is_end=False)

    @Slot(str)
    def _on_end_time(self, text: str) -> None:
        self._enter(self.end_time, text, is_bar=False, is_end=True)

    @Slot(str)
    def _on_end_bar(self, text: str) -> None:
        self._enter(self.end_bar, text, is_bar=True, is_end=True)

    @Slot(bool)
    def _on_enabled(self, enabled: bool) -> None:
        loop = self._session.project.loop
        if loop is not None:
            self._set_loop(replace(loop, enabled=enabled))

    def _on_bars(self, n_bars: int, _checked: object = None) -> None:
        self._set_loop(self._grid.bars_from(self._session.playhead_frame, n_bars))

    @Slot()
    def _on_whole(self) -> None:
        self._set_loop(LoopRange(0, self._session.project.length_frames))

    @Slot()
    def _on_clip(self) -> None:
        self._set_loop(self._selected_loop())

    @Slot()
    def _on_tagged(self) -> None:
        self._set_loop(self._tagged_loop())

    @Slot()
    def _on_clear(self) -> None:
        self._set_loop(None)


def _row(*widgets: QWidget) -> QLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, 1)
    return row


def _column_of(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    return column

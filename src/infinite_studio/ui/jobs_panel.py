"""What the studio is working on: running, queued and finished jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.jobs.job import JobState, JobView
from infinite_studio.services.session_parts.core import QUIET_PREFIX
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton, PillButton
from infinite_studio.ui.kit.labels import ElidedLabel
from infinite_studio.ui.kit.surfaces import Panel, ProgressLine, ScrollColumn
from infinite_studio.ui.kit.time_text import eta_text, seconds_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infinite_studio.history.values import JobRecord
    from infinite_studio.jobs.runner import JobRunner

_SHOWN_FINISHED = 12
_HEADER_PX = 44
_BOTTOM_PX = 12
_GAP_PX = 4
_MOST_ROWS = 3
# A side this high per shown job keeps the primary button of the form above in sight.
_SIDE_PX_PER_ROW = 280
CUT_OFF = "Cut off when the studio ended"
NO_JOBS = "No jobs. Generating, splitting and exporting show up here."
_OUTCOMES = {
    JobState.SUCCEEDED: ("Done", "good"),
    JobState.FAILED: ("Failed", "danger"),
    JobState.CANCELLED: ("Cancelled", "text_tertiary"),
}


def listed(views: tuple[JobView, ...]) -> tuple[JobView, ...]:
    """Return the jobs that are a person's: without the studio's own, such as saving unsaved work."""
    return tuple(view for view in views if not view.kind.startswith(QUIET_PREFIX))


def state_text(view: JobView) -> tuple[str, str]:
    """Return what a job's second line says, and its colour token."""
    if view.state is JobState.QUEUED:
        predicted = f" · about {seconds_text(view.eta_seconds)}" if view.eta_seconds else ""
        return f"Waiting{predicted}", "text_tertiary"
    if view.state is JobState.RUNNING:
        parts = [view.stage, f"{view.fraction:.0%}", eta_text(view.eta_seconds)]
        return " · ".join(part for part in parts if part), "text_secondary"
    word, token = _OUTCOMES[view.state]
    if view.state is JobState.FAILED and view.sentence:
        return view.sentence, token
    return f"{word} · {seconds_text(view.elapsed_seconds)}", token


def summary_text(views: tuple[JobView, ...]) -> str:
    """Return a line such as ``1 running · 2 queued``; ``No jobs`` where nothing is to be done."""
    running = sum(view.state is JobState.RUNNING for view in views)
    queued = sum(view.state is JobState.QUEUED for view in views)
    parts = [f"{n} {word}" for n, word in ((running, "running"), (queued, "queued")) if n]
    return " · ".join(parts) or "No jobs"


class _JobRow(QFrame):
    """One job."""

    cancel_pressed = Signal(int)

    def __init__(self, job_id: int) -> None:
        super().__init__()
        self.job_id = job_id
        self.setProperty("kind", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 4, 6)
        row.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self.title = ElidedLabel(weight=QFont.Weight.Medium)
        self.state = ElidedLabel(caption=True, token="text_secondary")
        self.line = ProgressLine()
        for widget in (self.title, self.state, self.line):
            texts.addWidget(widget)
        row.addLayout(texts, 1)
        self._row, self._texts = row, texts
        self.cancel = IconButton(IconName.CLOSE, "Cancel")
        row.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignVCenter)
        self.cancel.clicked.connect(self._on_cancel)

    def show_view(self, view: JobView) -> None:
        """Show the job as it is now."""
        self.title.set_text(view.title)
        text, token = state_text(view)
        self.state.set_text(text, token)
        self.state.setToolTip(view.hint)
        self.line.setVisible(view.state is JobState.RUNNING)
        self.line.set_fraction(view.fraction)
        self.cancel.setVisible(not view.state.is_finished)
        self.setAccessibleName(f"{view.title}, {text}")
        self.setToolTip(f"{view.sentence}\n{view.hint}".strip())

    def wanted_height(self) -> int:
        """Return the height for what is shown now; Qt would still know the one before."""
        self._texts.invalidate()
        self._row.invalidate()
        return self._row.sizeHint().height()

    def _on_cancel(self) -> None:
        self.cancel_pressed.emit(self.job_id)


class _CutOffRow(QFrame):
    """A job that ran when the studio ended: to be run again or forgotten."""

    again_pressed = Signal(str)
    forget_pressed = Signal(str)

    def __init__(self, record: JobRecord) -> None:
        super().__init__()
        self._record_id = record.job_id
        self.setProperty("kind", "card")
        self.setAccessibleName(f"{record.title}, {CUT_OFF}")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 4, 6)
        row.setSpacing(4)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(ElidedLabel(record.title, weight=QFont.Weight.Medium))
        texts.addWidget(ElidedLabel(CUT_OFF, caption=True, token="text_secondary"))
        row.addLayout(texts, 1)
        self.again = PillButton("Again", tone="plain")
        self.again.setToolTip("Ask for the same again")
        self.forget = IconButton(IconName.CLOSE, "Do not offer this any more")
        for button in (self.again, self.forget):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.again.clicked.connect(self._on_again)
        self.forget.clicked.connect(self._on_forget)

    def wanted_height(self) -> int:
        """Return the height of a row with two lines."""
        return self.sizeHint().height()

    def _on_again(self) -> None:
        self.again_pressed.emit(self._record_id)

    def _on_forget(self) -> None:
        self.forget_pressed.emit(self._record_id)


class JobsPanel(Panel):
    """A section that opens and closes; what was cut off first, then running, the queue, and what is over."""

    opened = Signal(bool)
    again_pressed = Signal(str)
    forget_pressed = Signal(str)

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._rows: dict[int, _JobRow] = {}
        self._cut_off: dict[str, _CutOffRow] = {}
        self._is_open = True
        self._most_rows = _MOST_ROWS
        self.body.setContentsMargins(12, 8, 12, 0)
        self.body.setSpacing(8)
        self.header = PillButton("Jobs", IconName.CHEVRON_DOWN, "plain")
        self.header.setAccessibleName("Show or hide the jobs")
        self.clear = PillButton("Clear", tone="plain")
        self.clear.setToolTip("Forget the jobs that are over")
        self.header.padding_px = self.clear.padding_px = 6
        top = QHBoxLayout()
        top.setContentsMargins(-6, 0, -6, 0)
        top.setSpacing(8)
        top.addWidget(self.header)
        top.addStretch(1)
        top.addWidget(self.clear)
        self.body.addLayout(top)
        self.column = ScrollColumn()
        self.column.body.setSpacing(_GAP_PX)
        self.column.body.addStretch(1)
        self.body.addWidget(self.column)
        self.header.clicked.connect(self._on_header)
        self.clear.clicked.connect(jobs.clear_finished)
        jobs.changed.connect(self._on_job_changed)
        jobs.order_changed.connect(self.refresh)
        self.set_open(is_open=True)
        self.refresh()

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return self._is_open

    def set_open(self, *, is_open: bool) -> None:
        """Show or hide the list below the header."""
        self._is_open = is_open
        self.header.icon_name = IconName.CHEVRON_DOWN if is_open else IconName.CHEVRON_RIGHT
        self.header.update()
        self._fit()

    def fit_into(self, side_height_px: int) -> None:
        """Show fewer jobs at once where the side of the window is low; the others are scrolled to."""
        most_rows = min(max(side_height_px // _SIDE_PX_PER_ROW, 1), _MOST_ROWS)
        if most_rows != self._most_rows:
            self._most_rows = most_rows
            self._fit()

    def offer_again(self, records: Sequence[JobRecord]) -> None:
        """Show the jobs that were cut off, above all others."""
        wanted = {record.job_id: record for record in records}
        for record_id in set(self._cut_off) - set(wanted):
            self._remove(self._cut_off.pop(record_id))
        for record in records:
            if record.job_id not in self._cut_off:
                row = self._cut_off[record.job_id] = _CutOffRow(record)
                row.again_pressed.connect(self.again_pressed)
                row.forget_pressed.connect(self.forget_pressed)
                self.column.body.insertWidget(len(self._cut_off) - 1, row)
        self.refresh()

    def cut_off_row(self, record_id: str) -> _CutOffRow | None:
        """Return the row of a job that was cut off."""
        return self._cut_off.get(record_id)

    def row(self, job_id: int) -> _JobRow | None:
        """Return the row of a job that is shown."""
        return self._rows.get(job_id)

    def refresh(self) -> None:
        """Show every job in order: unfinished first, then the latest finished ones."""
        views = listed(self._jobs.views())
        unfinished = [view for view in views if not view.state.is_finished]
        finished = [view for view in reversed(views) if view.state.is_finished][:_SHOWN_FINISHED]
        wanted = [*unfinished, *finished]
        for job_id in set(self._rows) - {view.job_id for view in wanted}:
            self._remove(self._rows.pop(job_id))
        for place, view in enumerate(wanted, len(self._cut_off)):
            self._place_row(place, view)
        self._refresh_header(views)

    def _fit(self) -> None:
        """Take no more room than the jobs need, and never more than the side has to spare."""
        shown = self._shown_rows()[: self._most_rows] if self._is_open else []
        self.column.setVisible(bool(shown))
        heights = sum(row.wanted_height() + _GAP_PX for row in shown)
        bottom = _BOTTOM_PX if shown else 0
        self.body.setContentsMargins(12, 8, 12, bottom)
        self.setFixedHeight(_HEADER_PX + heights + bottom)

    def _shown_rows(self) -> list[_JobRow | _CutOffRow]:
        layout = self.column.body
        widgets = [item.widget() for i in range(layout.count()) if (item := layout.itemAt(i)) is not None]
        return [widget for widget in widgets if isinstance(widget, _JobRow | _CutOffRow)]

    def _remove(self, row: _JobRow | _CutOffRow) -> None:
        self.column.body.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _place_row(self, place: int, view: JobView) -> None:
        row = self._rows.get(view.job_id)
        if row is None:
            row = self._rows[view.job_id] = _JobRow(view.job_id)
            row.cancel_pressed.connect(self._jobs.cancel)
        if self.column.body.indexOf(row) != place:
            self.column.body.insertWidget(place, row)
        row.show_view(view)

    def _refresh_header(self, views: tuple[JobView, ...]) -> None:
        summary = summary_text(views)
        self.header.setText("Jobs · nothing running" if summary == "No jobs" else f"Jobs · {summary}")
        self.header.setToolTip("" if self._rows or self._cut_off else NO_JOBS)
        self.header.updateGeometry()
        self.clear.setVisible(any(view.state.is_finished for view in views))
        self._fit()

    def _on_job_changed(self, view: JobView) -> None:
        if not listed((view,)):
            return
        row = self._rows.get(view.job_id)
        if row is not None and view.state is JobState.RUNNING and not row.line.isHidden():
            row.show_view(view)
        else:
            self.refresh()

    def _on_header(self) -> None:
        self.set_open(is_open=not self.is_open)
        self.opened.emit(self.is_open)

"""Library care: check and repair, room on the disk, backups; nothing is removed before it was shown."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from infinite_studio.ui import care_words as words
from infinite_studio.ui.actions import READ_ONLY
from infinite_studio.ui.care_section import CareSection
from infinite_studio.ui.dialogs.studio_dialog import StudioDialog
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.job_follower import JobFollower
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import SpinField
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.surfaces import ProgressLine, ScrollColumn
from infinite_studio.ui.kit.time_text import bytes_text, eta_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes

WORKING = "Other work of this window is running."
SOURCES = "Bundles and backups (*.studio *.sqlite *.db);;All files (*)"
MOST_DAMAGES = 5
GIGABYTE = 10**9


class CareDialog(StudioDialog):
    """Every section says what it does before it does it, and what came of it afterwards."""

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__("Library care", parent, leave="Done", width_px=600)
        self._session = session
        self._follower = JobFollower(session.jobs, self)
        self._was_removed = {"room": False, "budget": False}
        self.check_button = QuietButton("Check")
        self.repair_button = QuietButton("Repair")
        self.source_button = QuietButton("Repair from a file…")
        self.look_button = QuietButton("See what can go")
        self.collect_button = QuietButton("Remove it")
        self.budget = SpinField(
            "Budget", minimum=1, maximum=100_000, value=20, step=1, suffix=" GB", lowest_text=""
        )
        self.budget_look_button = QuietButton("See what would go")
        self.budget_button = QuietButton("Drop it")
        self.backup_button = QuietButton("Back up now")
        self.sections = self._build_sections()
        self.problem = InlineProblem()
        self.stage = Caption()
        self.progress = ProgressLine(height_px=6)
        self.cancel_button = QuietButton("Cancel")
        self._lay_out()
        self._connect()
        self.refresh()
        self.leave.setFocus()

    def refresh(self) -> None:
        """Show every report as it is now."""
        session = self._session
        self._show_check()
        self._show_repair()
        self._show_room()
        self._show_budget()
        self.sections["backups"].show_result(words.backups_text(session.backups()))
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        session = self._session
        working = WORKING if self._follower.is_running else ""
        writes = working or (READ_ONLY if session.is_read_only else "")
        self.check_button.set_available(working)
        for button in (self.repair_button, self.source_button, self.backup_button):
            button.set_available(writes)
        for button in (self.look_button, self.budget_look_button):
            button.set_available(writes)
        for button in (self.collect_button, self.budget_button):
            button.set_available(writes, "What is listed goes for good.")

    # --- building --------------------------------------------------------------------------------

    def _build_sections(self) -> dict[str, CareSection]:
        grace = f"Sounds that no version, tag or open project needs go after {words.GRACE_DAYS} days."
        return {
            "check": CareSection(
                "Is everything whole?",
                "Hashes every row and every file again, and says what is damaged and what still opens.",
                self.check_button,
            ),
            "repair": CareSection(
                "Repair",
                "Brings damaged sounds back from recipes, backups or bundles. Damaged files are set aside, never deleted.",
                self.source_button,
                self.repair_button,
            ),
            "room": CareSection("What nothing needs", grace, self.look_button, self.collect_button),
            "budget": CareSection(
                "Disk budget",
                "Drops renders that their recipe makes again exactly, the largest first; they come back when they are played.",
                self.budget_look_button,
                self.budget_button,
            ),
            "backups": CareSection(
                "Backups", "The history is copied every 10 minutes of use.", self.backup_button
            ),
        }

    def _lay_out(self) -> None:
        column = ScrollColumn()
        column.setMinimumHeight(440)
        column.body.setContentsMargins(0, 0, 8, 0)
        for section in self.sections.values():
            column.body.addWidget(section)
        self.sections["budget"].body.insertWidget(2, self.budget)
        column.body.addStretch(1)
        self.body.addWidget(column, 1)
        self.body.addWidget(self.problem)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.stage, 1)
        row.addWidget(self.cancel_button)
        self.body.addLayout(row)
        self.body.addWidget(self.progress)
        for widget in (self.stage, self.progress, self.cancel_button):
            widget.hide()

    def _connect(self) -> None:
        session = self._session
        runs: tuple[tuple[QuietButton, Callable[[], int | None]], ...] = (
            (self.check_button, session.check_library),
            (self.repair_button, partial(session.repair_library, ())),
            (self.look_button, partial(self._collect, dry_run=True)),
            (self.collect_button, partial(self._collect, dry_run=False)),
            (self.budget_look_button, partial(self._fit_budget, dry_run=True)),
            (self.budget_button, partial(self._fit_budget, dry_run=False)),
            (self.backup_button, session.back_up_now),
        )
        for button, run in runs:
            button.clicked.connect(partial(self._run, run))
        self.source_button.clicked.connect(self._on_source)
        self.cancel_button.clicked.connect(self._on_cancel)
        self._follower.changed.connect(self._on_progress)
        self._follower.finished.connect(self._on_finished)
        session.changed.connect(self._on_changed)

    # --- showing ---------------------------------------------------------------------------------

    def _show_check(self) -> None:
        report = self._session.library_check
        if report is None:
            return
        names = {r.repository_id: r.name for r in self._session.repositories}
        lines = [f"• {damage.sentence}" for damage in report.damages[:MOST_DAMAGES]]
        more = len(report.damages) - MOST_DAMAGES
        lines += [f"and {more:,} more"] if more > 0 else []
        lines += [words.opens_text(report, names)] if report.damages else []
        tone = "danger" if report.damages else "good"
        self.sections["check"].show_result(words.check_text(report), tone, "\n".join(lines))

    def _show_repair(self) -> None:
        report = self._session.library_repair
        if report is not None:
            tone = "attention" if report.still_missing_ids else "good"
            self.sections["repair"].show_result(words.repair_text(report), tone)

    def _show_room(self) -> None:
        session = self._session
        size, free = bytes_text(session.library_bytes()), bytes_text(session.free_bytes)
        lines = [f"The library takes {size}; {free} are free on that disk."]
        report, was_removed = session.garbage, self._was_removed["room"]
        if report is not None:
            lines.append(words.garbage_text(report, was_removed=was_removed))
            self.collect_button.setText(f"Remove {bytes_text(report.bytes_freed)}")
        self.sections["room"].show_result("\n".join(lines))
        has_some = report is not None and bool(report.object_ids or report.commit_ids)
        self.collect_button.setVisible(has_some and not was_removed)

    def _show_budget(self) -> None:
        report, was_removed = self._session.disk_budget, self._was_removed["budget"]
        if report is not None:
            self.sections["budget"].show_result(words.budget_text(report, was_removed=was_removed))
        has_some = report is not None and bool(report.dropped.object_ids)
        self.budget_button.setVisible(has_some and not was_removed)

    # --- what happens ----------------------------------------------------------------------------

    def _collect(self, *, dry_run: bool) -> int | None:
        self._was_removed["room"] = not dry_run
        return self._session.collect_garbage(dry_run=dry_run)

    def _fit_budget(self, *, dry_run: bool) -> int | None:
        self._was_removed["budget"] = not dry_run
        return self._session.fit_disk_budget(round(self.budget.value() * GIGABYTE), dry_run=dry_run)

    def _run(self, run: Callable[[], int | None], _checked: bool = False) -> None:
        self.problem.clear()
        job_id = run()
        if job_id is not None:
            self._follower.follow((job_id,))

    @Slot()
    def _on_source(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileNames(self, "Repair from", str(Path.home()), SOURCES)
        if chosen:
            self._run(partial(self._session.repair_library, [Path(path) for path in chosen]))

    @Slot()
    def _on_cancel(self) -> None:
        self._follower.cancel()

    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.history or changes.repositories:
            self.refresh()

    @Slot()
    def _on_progress(self) -> None:
        current = self._follower.current
        for widget in (self.stage, self.progress, self.cancel_button):
            widget.setVisible(current is not None)
        if current is not None:
            parts = (current.stage or current.title, eta_text(current.eta_seconds))
            self.stage.setText(" · ".join(part for part in parts if part))
            self.progress.set_fraction(self._follower.fraction)
        self._refresh_buttons()

    @Slot()
    def _on_finished(self) -> None:
        failed = self._follower.failure
        if failed is not None:
            self.problem.show_problem(failed.sentence, failed.hint)
        # The session learns of the outcome only after everyone who follows the job has.
        QTimer.singleShot(0, self._settle)

    @Slot()
    def _settle(self) -> None:
        self._follower.forget()
        self.refresh()

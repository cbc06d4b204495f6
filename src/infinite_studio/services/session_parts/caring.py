"""The care of the library, and everything that happens by the clock."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer

from infinite_studio.history.reports import CheckReport, GarbageReport, RepairReport
from infinite_studio.history.values import Backup
from infinite_studio.progress import Progress
from infinite_studio.services import caring
from infinite_studio.services.caring import DiskBudget
from infinite_studio.services.session_parts.sharing import Sharing
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Changes

BACKUP_MS = caring.BACKUP_MINUTES * 60_000
UNSAVED_MS = 10_000


class Caring(Sharing):
    """Check, repair, garbage, disk budget, backups; autosave and backup by the clock."""

    _library_check: CheckReport | None = None
    _library_repair: RepairReport | None = None
    _garbage: GarbageReport | None = None
    _disk_budget: DiskBudget | None = None

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._unsaved_timer = QTimer(self)
        self._unsaved_timer.setInterval(UNSAVED_MS)
        self._unsaved_timer.timeout.connect(self._save_if_unsaved)
        self._backup_timer = QTimer(self)
        self._backup_timer.setInterval(BACKUP_MS)
        self._backup_timer.timeout.connect(self._back_up_if_due)

    @property
    def library_check(self) -> CheckReport | None:
        """What the last check found."""
        return self._library_check

    @property
    def library_repair(self) -> RepairReport | None:
        """What the last repair brought back."""
        return self._library_repair

    @property
    def garbage(self) -> GarbageReport | None:
        """What the last collection of garbage removed, or would remove."""
        return self._garbage

    @property
    def disk_budget(self) -> DiskBudget | None:
        """What the last look at the disk budget dropped, or would drop."""
        return self._disk_budget

    def library_bytes(self) -> int:
        """Return how much the library takes on the disk; 0 while it is not open."""
        studio = self._studio
        return 0 if studio is None else self._guard(studio.library.size_bytes) or 0

    def backups(self) -> tuple[Backup, ...]:
        """Return the copies of the database, newest first."""
        studio = self._studio
        return () if studio is None else self._guard(studio.library.backups) or ()

    def check_library(self) -> int | None:
        """Hash everything again; `library_check` holds what was found."""
        return self._care("Check the library", "check", caring.check_library, "_library_check")

    def repair_library(self, sources: Sequence[Path] = ()) -> int | None:
        """Bring back what is damaged, from bundles, backups, library folders or recipes."""
        repair = partial(caring.repair_library, sources=tuple(sources))
        return self._care("Repair the library", "repair", repair, "_library_repair")

    def collect_garbage(self, dry_run: bool = True) -> int | None:
        """Remove what nothing needs any more, or only say what that is."""
        collect = partial(caring.collect, dry_run=dry_run, keep=self._objects_in_use())
        return self._care("Collect garbage", "gc", collect, "_garbage")

    def fit_disk_budget(self, budget_bytes: int, dry_run: bool = True) -> int | None:
        """Drop renders that can be made again exactly until the library fits, or only say which."""
        in_use = self._objects_in_use()
        fit = partial(caring.disk_budget, budget_bytes=budget_bytes, dry_run=dry_run, keep=in_use)
        return self._care("Fit the disk budget", "budget", fit, "_disk_budget")

    def back_up_now(self) -> int | None:
        """Copy the database."""

        def start() -> int:
            studio = self.studio
            job = self._disk_job("Back up", "backup", lambda _: caring.back_up(studio))
            return self._run(job, lambda path: self.notice.emit(f"The history is backed up to {path}."))

        return self._guard(start)

    def _care(
        self, title: str, kind: str, use_case: Callable[[Studio, Progress], object], attribute: str
    ) -> int | None:
        """Run a use case of the library's care and keep its report where views look for it."""

        def keep(report: object) -> None:
            setattr(self, attribute, report)
            self._refresh_shelf(Changes(history=True, repositories=True))

        def start() -> int:
            studio = self.studio
            return self._run(self._disk_job(title, kind, lambda p: use_case(studio, p)), keep)

        return self._guard(start)

    def _objects_in_use(self) -> frozenset[str]:
        """Return what the open project, its undo steps and the takes on the list still play."""
        of_takes = (
            {*take.stems.values(), take.mixdown_object_id, *take.recipe.input_object_ids}
            for take in self.takes
        )
        return self._desk.undo_stack.object_ids().union(*of_takes)

    def _start_timers(self) -> None:
        if not self.is_read_only:
            self._unsaved_timer.start()
            self._backup_timer.start()

    def _stop_timers(self) -> None:
        for timer in (self._autosave, self._unsaved_timer, self._backup_timer):
            timer.stop()

    def _save_if_unsaved(self) -> None:
        """Save while a gesture keeps putting the save after its last step off, and again where a save failed."""
        if self.unsaved_steps > 0 and self._working_state() != self._saved:
            self._autosave.stop()
            self._save_working()

    def _back_up_if_due(self) -> None:
        studio = self._studio
        if studio is not None:
            job = self._disk_job("Backing up", "_backup", lambda _: caring.back_up_if_due(studio))
            self._run(job, lambda _: None)

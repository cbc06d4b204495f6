"""The session's core: what is open, how work is run, and how views are told."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from infinite_studio.engines.device import quick_device_label
from infinite_studio.errors import StudioError
from infinite_studio.history.values import RepositoryInfo
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.outcome import Failed, Outcome, Succeeded
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.progress import Progress
from infinite_studio.project.model import Project
from infinite_studio.services.desk import Desk
from infinite_studio.services.opening import Shelf, read_shelf
from infinite_studio.services.playback import Playback
from infinite_studio.services.projects import OpenedProject, save_working
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Changes, Problem
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import Settings, SettingsStore
from infinite_studio.soundcard.transport import Transport

logger = logging.getLogger(__name__)

T = TypeVar("T")

AUTOSAVE_MS = 800
QUIET_PREFIX = "_"
"""Jobs whose kind begins with this are the studio's own and are not listed for the person."""


class NotOpenError(StudioError):
    """Something that needs the library, while none is open."""

    def __init__(self) -> None:
        super().__init__(
            "The library is not open.", hint="Wait a moment; if it stays closed, see the message above."
        )


class SessionCore(QObject):
    """State that every group of use cases shares; lives in the GUI thread."""

    changed = Signal(object, object)
    problem = Signal(object)
    notice = Signal(str)

    def __init__(
        self, folders: Folders, settings_store: SettingsStore, jobs: JobRunner, transport: Transport
    ) -> None:
        super().__init__()
        self._folders = folders
        self._settings_store = settings_store
        self._settings = settings_store.load()
        self._jobs = jobs
        self._playback = Playback(transport)
        self._studio: Studio | None = None
        self._shelf = Shelf()
        self._device_label = quick_device_label()
        self._is_device_ok = True
        nothing = Project(name="Infinite Studio")
        row = RepositoryInfo("", nothing.name, "main", datetime.now(UTC))
        self._desk = Desk(OpenedProject(row, nothing, nothing, None))
        self._saved: object = None
        self._save_fails = False
        self._records: dict[int, str] = {}
        self._begun: set[int] = set()
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.setInterval(AUTOSAVE_MS)
        self._autosave.timeout.connect(self._save_working)

    @property
    def jobs(self) -> JobRunner:
        """The queue of work."""
        return self._jobs

    @property
    def folders(self) -> Folders:
        """Where the user's data lies."""
        return self._folders

    @property
    def settings(self) -> Settings:
        """The options."""
        return self._settings

    @property
    def studio(self) -> Studio:
        """The open library with its engines.

        Raises
        ------
        NotOpenError
            While none is open.
        """
        if self._studio is None:
            raise NotOpenError
        return self._studio

    @property
    def is_open(self) -> bool:
        """Whether the library is open."""
        return self._studio is not None

    @property
    def is_read_only(self) -> bool:
        """Whether another instance writes to the library, so that this one only reads."""
        return self._studio is not None and self._studio.library.is_read_only

    @property
    def project(self) -> Project:
        """The open project now."""
        return self._desk.project

    @property
    def shown_project(self) -> Project:
        """The open project as the timeline shows and plays it: with a take that is still being made."""
        return self.project

    def _run(
        self,
        job: Job[T],
        on_success: Callable[[T], None],
        *,
        on_partial: Callable[[object], None] | None = None,
        on_failure: Callable[[], None] | None = None,
        tells: bool = True,
    ) -> int:
        return self._jobs.submit(job, partial(self._settle, on_success, on_failure, tells), on_partial)

    def _run_quietly(self, job: Job[None]) -> None:
        """Do something that nobody waits for and whose failure changes nothing; the log keeps it."""
        self._jobs.submit(job)

    def _settle(
        self,
        on_success: Callable[[T], None],
        on_failure: Callable[[], None] | None,
        tells: bool,
        outcome: Outcome[T],
    ) -> None:
        if isinstance(outcome, Succeeded):
            self._guard(lambda: on_success(outcome.value))
            return
        if isinstance(outcome, Failed) and tells:
            problem = Problem(outcome.sentence, outcome.hint, outcome.details, outcome.is_bug, outcome.remedy)
            self.problem.emit(problem)
        if on_failure is not None:
            on_failure()

    def _guard(self, action: Callable[[], T]) -> T | None:
        """Do something short in the GUI thread; an expected failure becomes a message."""
        try:
            return action()
        except StudioError as error:
            self.problem.emit(Problem(str(error), error.hint, remedy=error.remedy))
            return None

    def _disk_job(self, title: str, kind: str, work: Callable[[Progress], T], size: float = 1.0) -> Job[T]:
        return Job(title, kind, LaneName.DISK, work, size)

    def _project_changed(self, changes: Changes | None = None, origin: object = None) -> None:
        """Let the transport and the views follow the project, and save it soon."""
        self._playback.show(self.shown_project, self._studio.bank if self._studio else None)
        self._autosave.start()
        self.changed.emit(changes or Changes(project=True, history=True), origin)

    def _refresh_shelf(self, changes: Changes) -> None:
        """Read what may have changed of the library's lists, and tell the views."""
        studio = self._studio
        if studio is not None:
            repository_id, before = self._desk.repository.repository_id, self._shelf
            read = partial(read_shelf, repository_id, studio, before, with_sounds=changes.sounds)
            self._shelf = self._guard(read) or before
        self.changed.emit(changes, None)

    def _save_working(self) -> None:
        """Keep unsaved work on the disk lane; nothing to do while only reading."""
        studio = self._studio
        if studio is None or studio.library.is_read_only:
            return
        repository_id, project, base = state = self._working_state()

        def work(_: Progress) -> None:
            save_working(repository_id, project, base, studio)

        def remember(_: None) -> None:
            self._saved, self._save_fails = state, False

        def try_again_later() -> None:
            self._save_fails = True

        # A save that goes on failing is told of once, and tried again until it works.
        job = self._disk_job("Saving unsaved work", "_autosave", work)
        self._run(job, remember, on_failure=try_again_later, tells=not self._save_fails)

    def _working_state(self) -> tuple[str, Project, str | None]:
        """Return what a save would keep now."""
        desk = self._desk
        return desk.repository.repository_id, desk.project, desk.place.base_commit_id

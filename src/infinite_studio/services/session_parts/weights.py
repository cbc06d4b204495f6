"""Models as the window sees them: what is here, what comes, and what was just removed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QTimer

from infinite_studio.audio.files import free_bytes
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.progress import Progress
from infinite_studio.services import weights as use_cases
from infinite_studio.services.session_parts.previewing import Previewing
from infinite_studio.services.values import Changes
from infinite_studio.weights.status import WeightsStatus
from infinite_studio.weights.verifying import Verified

T = TypeVar("T")

UNDO_MS = 20_000


class Models(Previewing):
    """Download, verify, remove and move the weights of models, on a lane of their own."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._verified: dict[str, Verified] = {}
        self._weights_jobs: dict[str, int] = {}
        self._removed = ""
        self._forget_timer = QTimer(self)
        self._forget_timer.setSingleShot(True)
        self._forget_timer.setInterval(UNDO_MS)
        self._forget_timer.timeout.connect(self._forget_removed)

    @property
    def weights_folder(self) -> Path:
        """Where the weights lie."""
        return self.studio.weights.folder if self.is_open else self._folders.weights

    @property
    def removed_weights(self) -> str:
        """The name of what was removed last and can still be brought back; empty where there is none."""
        return self._removed

    def weights(self) -> tuple[WeightsStatus, ...]:
        """Return every model of the catalogue and how it stands; nothing while the library is not open."""
        return self.studio.weights.status() if self.is_open else ()

    def weights_free_bytes(self) -> int:
        """Return what is free where the weights lie; 0 where it cannot be told."""
        try:
            return free_bytes(self.weights_folder)
        except OSError:
            return 0

    def verified_weights(self, name: str) -> Verified | None:
        """Return what the last check of a model found in this session."""
        return self._verified.get(name)

    def weights_job(self, name: str) -> int | None:
        """Return the job that works on a model now; None where none does."""
        return self._weights_jobs.get(name)

    def download_weights(self, name: str) -> int | None:
        """Fetch a model with what it needs."""

        def start() -> int:
            store, request = self.studio.weights, use_cases.DownloadRequest(name)
            status = store.status_of(name)

            def work(progress: Progress) -> WeightsStatus:
                return use_cases.download_weights(request, store, progress)

            title = f"Download {status.entry.label}"
            return self._run_weights(name, title, "download", work, self._on_downloaded, status.missing_bytes)

        return self._guard(start)

    def verify_weights(self, name: str) -> int | None:
        """Read a model again and compare it with what it should be."""

        def start() -> int:
            store = self.studio.weights
            status = store.status_of(name)
            work = partial(use_cases.verify_weights, (name,), store)
            title = f"Verify {status.entry.label}"
            return self._run_weights(name, title, "verify", work, self._on_verified, status.size_bytes)

        return self._guard(start)

    def remove_weights(self, name: str) -> None:
        """Set a model aside; for a little while `restore_weights` brings it back."""

        def start() -> None:
            self._forget_removed()
            use_cases.remove_weights(name, self.studio.weights)
            self._verified.pop(name, None)
            self._removed = name
            self._forget_timer.start()
            self.changed.emit(Changes(weights=True), None)

        self._guard(start)

    def restore_weights(self) -> None:
        """Bring back what was removed last."""
        name, self._removed = self._removed, ""
        self._forget_timer.stop()
        if name:
            self._guard(lambda: self.studio.weights.restore(name))
        self.changed.emit(Changes(weights=True), None)

    def move_weights(self, folder: Path) -> int | None:
        """Bring all models to another folder, and look for them there from now on."""

        def start() -> int:
            self._forget_removed()
            store, folders = self.studio.weights, self._folders

            def work(progress: Progress) -> Path:
                return use_cases.move_weights(folder, store, folders, progress)

            return self._run_weights("", "Move the models", "move-models", work, self._on_moved)

        return self._guard(start)

    def _run_weights(
        self,
        name: str,
        title: str,
        kind: str,
        work: Callable[[Progress], T],
        on_success: Callable[[T], None],
        size: float = 1.0,
    ) -> int:
        def over() -> None:
            self._weights_jobs.pop(name, None)
            self.changed.emit(Changes(weights=True), None)

        def succeeded(value: T) -> None:
            self._weights_jobs.pop(name, None)
            on_success(value)
            self.changed.emit(Changes(weights=True), None)

        job = Job(title, kind, LaneName.NETWORK, work, size)
        job_id = self._run(job, succeeded, on_failure=over)
        self._weights_jobs[name] = job_id
        self.changed.emit(Changes(weights=True), None)
        return job_id

    def _on_downloaded(self, status: WeightsStatus) -> None:
        self._verified.pop(status.entry.name, None)
        self.notice.emit(f"{status.entry.label} is here. It works without a network from now on.")

    def _on_verified(self, verified: tuple[Verified, ...]) -> None:
        for each in verified:
            self._verified[each.name] = each

    def _on_moved(self, place: Path) -> None:
        chosen = "" if place == self._folders.weights else str(place)
        self.update_settings(weights_folder=chosen)
        self.notice.emit(f"The models lie in {place} now.")

    def _start_timers(self) -> None:
        super()._start_timers()
        if not self.is_read_only:
            self._forget_removed()

    def _stop_timers(self) -> None:
        super()._stop_timers()
        self._forget_timer.stop()

    def _forget_removed(self) -> None:
        """Give the space of what was removed back; deleting gigabytes takes a moment, so not in this thread."""
        was_shown, self._removed = self._removed, ""
        self._forget_timer.stop()
        if self.is_open:
            store = self.studio.weights
            self._guard(store.give_up_removed)
            job: Job[None] = Job(
                "Deleting removed models", "_sweep", LaneName.NETWORK, lambda _: store.sweep()
            )
            self._run(job, lambda _: None, tells=False)
        if was_shown:
            self.changed.emit(Changes(weights=True), None)

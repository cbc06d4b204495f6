"""Following the jobs that one press of a button has started, as one piece of work."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from infinite_studio.jobs.job import JobState, JobView
from infinite_studio.jobs.runner import JobRunner


class JobFollower(QObject):
    """Knows how far a batch of jobs is; ``changed`` says that it looks different, ``finished`` that it is over."""

    changed = Signal()
    finished = Signal()

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._views: dict[int, JobView | None] = {}
        jobs.changed.connect(self._on_job_changed)

    def follow(self, job_ids: Iterable[int]) -> None:
        """Follow these jobs from now on; the ones before are forgotten."""
        self._views = dict.fromkeys(job_ids)
        for view in self._jobs.views():
            if view.job_id in self._views:
                self._views[view.job_id] = view
        self._announce()

    def forget(self) -> None:
        """Follow nothing."""
        self._views = {}
        self.changed.emit()

    def cancel(self) -> None:
        """Cancel what is not over yet."""
        for job_id, view in tuple(self._views.items()):
            if view is None or not view.state.is_finished:
                self._jobs.cancel(job_id)

    @property
    def views(self) -> tuple[JobView, ...]:
        """What is known about the jobs, in the order they were given."""
        return tuple(view for view in self._views.values() if view is not None)

    @property
    def is_running(self) -> bool:
        """Whether any of the jobs is not over."""
        return any(view is None or not view.state.is_finished for view in self._views.values())

    @property
    def current(self) -> JobView | None:
        """The job that runs now, or the next in the queue."""
        unfinished = [view for view in self.views if not view.state.is_finished]
        running = [view for view in unfinished if view.state is JobState.RUNNING]
        return next(iter(running or unfinished), None)

    @property
    def fraction(self) -> float:
        """Share of the whole batch that is done, 0 to 1."""
        if not self._views:
            return 0.0
        done = sum(1.0 if view.state.is_finished else view.fraction for view in self.views)
        return done / len(self._views)

    @property
    def failure(self) -> JobView | None:
        """The first job that failed."""
        return next((view for view in self.views if view.state is JobState.FAILED), None)

    @property
    def was_cancelled(self) -> bool:
        """Whether a job was cancelled."""
        return any(view.state is JobState.CANCELLED for view in self.views)

    @Slot(object)
    def _on_job_changed(self, view: JobView) -> None:
        if view.job_id not in self._views:
            return
        self._views[view.job_id] = view
        self._announce()

    def _announce(self) -> None:
        self.changed.emit()
        if self._views and not self.is_running:
            self.finished.emit()

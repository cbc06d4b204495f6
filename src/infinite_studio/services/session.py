"""The studio as the window sees it: state to show, use cases to call, one signal that says what changed."""

import shutil
import traceback
from types import TracebackType

from PySide6.QtCore import QTimer

from infinite_studio.engines.device import DeviceReport, test_device
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.progress import Progress
from infinite_studio.services.committed import mixdown_of, stem_of
from infinite_studio.services.desk import Desk
from infinite_studio.services.exporting import estimate_export_bytes, export, licences_of
from infinite_studio.services.opening import Opened, open_library
from infinite_studio.services.session_parts.streaming import Streaming
from infinite_studio.services.session_parts.versions import EVERYTHING
from infinite_studio.services.values import Changes, Exported, ExportRequest, Problem
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import SettingsStore
from infinite_studio.soundcard.state import TransportState
from infinite_studio.soundcard.transport import Transport

AUDITION_POLL_MS = 100
SHUTDOWN_SECONDS = 5.0


class StudioSession(Streaming):
    """Everything a person can do in the window: open, play, export and close, on top of its groups of use cases."""

    def __init__(
        self, folders: Folders, settings_store: SettingsStore, jobs: JobRunner, transport: Transport
    ) -> None:
        super().__init__(folders, settings_store, jobs, transport)
        self._audition_poll = QTimer(self)
        self._audition_poll.setInterval(AUDITION_POLL_MS)
        self._audition_poll.timeout.connect(self._end_audition_when_over)

    def start(self) -> None:
        """Open the library on the disk lane; the window is already there and fills when it is open."""
        if self._settings_store.notice:
            self.notice.emit(self._settings_store.notice)
        folders, last_project = self._folders, self._settings.last_project

        def work(progress: Progress) -> Opened:
            return open_library(folders, last_project, progress)

        self._run(self._disk_job("Opening the library", "_open", work), self._on_opened)

    def test_device(self) -> None:
        """Find out on the inference lane what models would run on."""
        job: Job[DeviceReport] = Job(
            "Testing the device", "_device", LaneName.INFERENCE, lambda _: test_device()
        )
        self._run(job, self._on_device_tested)

    @property
    def device_label(self) -> str:
        """What models run on, truthfully."""
        return self._device_label

    @property
    def is_device_ok(self) -> bool:
        """Whether the device does what one would expect of it."""
        return self._is_device_ok

    @property
    def transport_state(self) -> TransportState:
        """What the transport does and through which card."""
        return self._playback.state

    @property
    def is_playing(self) -> bool:
        """Whether the project is heard."""
        return self._playback.is_playing

    @property
    def playhead_frame(self) -> int:
        """The frame of the project that is heard now."""
        return self._playback.playhead_frame

    @property
    def auditioned_object_id(self) -> str | None:
        """The sound that is heard alone now."""
        return self._playback.auditioned_object_id

    @property
    def free_bytes(self) -> int:
        """Free space where the library lies; 0 where it cannot be told."""
        try:
            return shutil.disk_usage(self._folders.library).free
        except OSError:
            return 0

    def levels(self) -> dict[str, float]:
        """Return the peaks since the last call by track id and ``master``, linear."""
        return self._playback.levels()

    def play_or_stop(self) -> None:
        """Play from the playhead, or stop."""
        self._guard(self._playback.play_or_stop)
        self.changed.emit(Changes(device=True), None)

    def stop(self) -> None:
        """Stop whatever is heard."""
        self._playback.stop()
        self.changed.emit(Changes(device=True), None)

    def seek(self, frame: int) -> None:
        """Move the playhead."""
        self._playback.seek(frame)

    def audition(self, object_id: str) -> None:
        """Hear one stored sound alone; again to stop."""
        self._prepare_then(object_id, lambda _: self._audition(object_id))

    def audition_commit(self, commit_id: str) -> None:
        """Hear a version's mixdown alone; again to stop."""

        def start() -> None:
            self.audition(mixdown_of(self.studio.library.commit_of(commit_id)))

        self._guard(start)

    def audition_stem(self, commit_id: str, stem_name: str) -> None:
        """Hear one stem of a version alone, made again where it was given up; again to stop."""

        def start() -> None:
            stem = stem_of(self.studio.library.commit_of(commit_id), stem_name)
            self._prepare_stem_then(stem, lambda _: self._audition(stem.object_id))

        self._guard(start)

    def output_devices(self) -> tuple[str, ...]:
        """Return the names of the outputs that may be chosen."""
        return self._guard(self._playback.output_devices) or ()

    def choose_output(self, name: str) -> None:
        """Play through another output from now on; empty means the system's default."""
        self._guard(lambda: self._playback.choose_output(name))
        self.update_settings(output_device=name)
        self.changed.emit(Changes(device=True), None)

    def export(self, request: ExportRequest) -> int | None:
        """Write the mixdown or the stems as files."""
        return self._guard(lambda: self._export(request))

    def estimate_export_bytes(self, request: ExportRequest) -> int:
        """Return the size of an export at most; 0 where there is nothing to export."""
        if self.project.length_frames == 0:
            return 0
        return estimate_export_bytes(self.project, request)

    def licences(self) -> tuple[str, ...]:
        """Return what the licences of the engines in the project say."""
        return licences_of(self.project, self.generators) if self.is_open else ()

    def report_bug(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Show a bug that surfaced outside of a job; the log has it already. May be called from any thread."""
        details = "".join(traceback.format_exception(kind, error, trace))
        hint = "The studio goes on, and your work is saved as you go."
        self.problem.emit(Problem("Something went wrong inside the studio.", hint, details, is_bug=True))

    def close(self) -> bool:
        """Stop in order: sound, work, unsaved work, library; say whether all work stopped in time."""
        self._is_closing = True
        self._stop_timers()
        self._audition_poll.stop()
        self.close_hum()
        self._playback.close()
        stopped = self._jobs.shutdown(SHUTDOWN_SECONDS)
        if self._studio is not None:
            self._guard(self._save_now)
            self._studio.close()
            self._studio = None
        return stopped

    def _save_now(self) -> None:
        from infinite_studio.services.projects import save_working

        if not self.studio.library.is_read_only:
            save_working(self.repository.repository_id, self.project, self.base_commit_id, self.studio)

    def _export(self, request: ExportRequest) -> int:
        studio, project = self.studio, self.project

        def work(progress: Progress) -> Exported:
            return export(project, request, studio, progress)

        job = self._disk_job(
            f"Export “{request.name}”", "export", work, project.length_frames / project.sample_rate
        )
        return self._run(job, self._on_exported)

    def _on_exported(self, exported: Exported) -> None:
        first = exported.paths[0]
        what = first.name if len(exported.paths) == 1 else f"{len(exported.paths)} files"
        clipped = f" {exported.clipped_samples:,} samples were clipped." if exported.clipped_samples else ""
        self.notice.emit(f"Exported {what} to {first.parent}.{clipped}")

    def _on_opened(self, opened: Opened) -> None:
        self._studio = opened.studio
        self._desk = Desk(opened.project)
        self._playback.show(self.shown_project, opened.studio.bank)
        self._playback.prepare()
        if self._settings.output_device:
            self._guard(lambda: self._playback.choose_output(self._settings.output_device))
        self._shelf = opened.shelf
        self.changed.emit(EVERYTHING, None)
        self._start_timers()
        self._follow_jobs(opened.unfinished)
        self._listen_to_the_rest()
        self.look_for_interrupted_hums()
        if self.is_read_only:
            self.notice.emit("Another Infinite Studio has this library open, so this window only reads it.")

    def _on_device_tested(self, report: DeviceReport) -> None:
        self._device_label = report.label
        self._is_device_ok = report.works
        self.changed.emit(Changes(device=True), None)

    def _audition(self, object_id: str) -> None:
        self._playback.audition(object_id, self.studio.bank)
        self._audition_poll.start()
        self.changed.emit(Changes(takes=True, sounds=True), None)

    def _end_audition_when_over(self) -> None:
        if self._playback.audition_is_over():
            self._playback.end_audition()
        if self._playback.auditioned_object_id is None:
            self._audition_poll.stop()
            self.changed.emit(Changes(takes=True, sounds=True), None)

"""Splitting: one sound into tracks, and many files into a folder, one after another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from infinite_studio.audio.reading import probe
from infinite_studio.errors import StudioError
from infinite_studio.history.values import JobRecord
from infinite_studio.jobs.job import Job, LaneName, Memo
from infinite_studio.jobs.outcome import Failed, Outcome, Succeeded
from infinite_studio.progress import Progress
from infinite_studio.project.steps import AddStems, find_clip
from infinite_studio.services import splitting
from infinite_studio.services.session_parts.remembering import PROJECT
from infinite_studio.services.session_parts.sounds import Sounds
from infinite_studio.services.split_files import FilesRequest, NothingToSplitError, SplitFile, sound_files_in
from infinite_studio.services.split_queue import QueuedFile, QueueState, SplitQueue, keep_queue
from infinite_studio.services.split_wish import SplitWish, wish_from, wish_values
from infinite_studio.services.splitting_files import split_file
from infinite_studio.services.studio import Studio
from infinite_studio.services.values import Changes
from infinite_studio.settings.folders import Folders

QUEUE_FILE = "split-queue.json"
SPLIT = "split"


class OtherProjectError(StudioError):
    """A split that was asked for in a project that is not open."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"“{title}” was asked for in another project.", hint="Open that project and split it there."
        )
        self.title = title


class Splitting(Sounds):
    """Everything about stems."""

    _queue: SplitQueue | None = None
    _queue_job: int | None = None
    _queue_text = ""
    _is_keeping_queue = False
    _with_weights: frozenset[str] | None = None
    _is_looking_for_weights = False

    def has_weights(self, separator: str) -> bool:
        """Whether a separator can run at once, as far as was seen; the first question makes the session look."""
        if not self.studio.separators.get(separator).info.needs_weights:
            return True
        if self._with_weights is None:
            self.look_for_weights()
        return separator in (self._with_weights or frozenset())

    def look_for_weights(self) -> None:
        """Look on the disk which separators can run; views are told where it is not what was known."""
        if self._is_looking_for_weights or not self.is_open:
            return
        self._is_looking_for_weights = True
        look = partial(_with_weights, self.studio)
        self._jobs.submit(Job("Looking for weights", "_weights", LaneName.LEDGER, look), self._on_weights)

    def _on_weights(self, outcome: Outcome[frozenset[str]]) -> None:
        self._is_looking_for_weights = False
        found = outcome.value if isinstance(outcome, Succeeded) else self._with_weights
        if found != self._with_weights:
            self._with_weights = found
            self.changed.emit(Changes(weights=True), None)

    def split_object(
        self, object_id: str, at_frame: int = 0, separator: SplitWish | str = "quick"
    ) -> int | None:
        """Split a stored sound; its stems become tracks in the place of the first clip that plays it."""
        wish = SplitWish(separator) if isinstance(separator, str) else separator
        return self._guard(partial(self._split, object_id, at_frame, wish))

    @property
    def split_queue(self) -> tuple[QueuedFile, ...]:
        """The files that wait to be split, are being split or were; what waited before a restart waits again."""
        return self._files_to_split.files

    @property
    def is_split_queue_paused(self) -> bool:
        """Whether no further file begins."""
        return self._files_to_split.is_paused

    @property
    def split_queue_job(self) -> int | None:
        """The job that splits a file of the queue now."""
        return self._queue_job

    def queue_splits(self, paths: Sequence[Path], request: FilesRequest) -> None:
        """Split files, and the sound files inside of folders, into a folder, one after another."""
        given = tuple(paths)

        def add(found: Mapping[Path, float]) -> None:
            self._files_to_split.add(found, request)
            self._files_to_split.is_paused = False
            self._go_on_splitting()

        job = Job("Looking for sounds to split", "_files", LaneName.LEDGER, partial(_found_in, given))
        self._run(job, add)

    def pause_splits(self, is_paused: bool) -> None:
        """Let no further file begin, or go on; the one that is being split comes to its end."""
        self._files_to_split.is_paused = is_paused
        self._go_on_splitting()

    def move_split_up(self, path: Path) -> None:
        """Let a waiting file go before the one ahead of it."""
        self._files_to_split.move_up(path)
        self.changed.emit(Changes(splits=True), None)

    def drop_split(self, path: Path) -> None:
        """Take a file out of the queue, or cancel it; stems of finished files stay."""
        running = self._files_to_split.running
        if running is not None and running.path == path and self._queue_job is not None:
            self._jobs.cancel(self._queue_job)
            return
        self._files_to_split.remove(path)
        self.changed.emit(Changes(splits=True), None)

    def clear_splits(self) -> None:
        """Take the files that are dealt with out of the queue; what was written stays."""
        self._files_to_split.clear()
        self.changed.emit(Changes(splits=True), None)

    @property
    def _files_to_split(self) -> SplitQueue:
        if self._queue is None:
            self._queue = SplitQueue(self._folders.config / QUEUE_FILE, self._keep_queue)
        return self._queue

    def _keep_queue(self, text: str) -> None:
        """Write the queue on a lane, the latest state where several come at once; the disk may be slow."""
        self._queue_text = text
        if not self._is_keeping_queue:
            self._is_keeping_queue = True
            job = Job(
                "Remembering the queue", "_queue", LaneName.LEDGER, partial(_kept_queue, self._folders, text)
            )
            self._jobs.submit(job, self._on_queue_kept)

    def _on_queue_kept(self, outcome: Outcome[str]) -> None:
        self._is_keeping_queue = False
        if not isinstance(outcome, Succeeded):
            keep_queue(self._folders.config / QUEUE_FILE, self._queue_text)
        elif outcome.value != self._queue_text:
            self._keep_queue(self._queue_text)

    def _go_on_splitting(self) -> None:
        queue = self._files_to_split
        waiting = queue.next_waiting
        if waiting is not None and not queue.is_paused and queue.running is None and self.is_open:
            queue.update(waiting.path, state=QueueState.RUNNING)
            self._queue_job = self._jobs.submit(self._job_of(waiting), partial(self._on_file, waiting.path))
        self.changed.emit(Changes(splits=True), None)

    def _job_of(self, waiting: QueuedFile) -> Job[SplitFile]:
        separators = self.studio.separators
        request = replace(waiting.request, library=self.studio.folders.library)

        def work(progress: Progress) -> SplitFile:
            return split_file(waiting.path, request, separators, progress)

        kind = f"split:{request.wish.separator}"
        return Job(f"Split “{waiting.path.name}”", kind, LaneName.INFERENCE, work, waiting.seconds)

    def _on_file(self, path: Path, outcome: Outcome[SplitFile]) -> None:
        queue = self._files_to_split
        self._queue_job = None
        if isinstance(outcome, Succeeded):
            queue.update(path, state=QueueState.DONE, stems=outcome.value.stems)
        elif isinstance(outcome, Failed):
            queue.update(path, state=QueueState.FAILED, sentence=outcome.sentence)
            # Without its weights, no other file could be split either.
            queue.is_paused = queue.is_paused or bool(outcome.remedy)
        else:
            queue.update(path, state=QueueState.CANCELLED)
        self._go_on_splitting()

    def _split(self, object_id: str, at_frame: int, wish: SplitWish) -> int:
        studio = self.studio
        source = next((clip for _, clip in self.project.clips() if clip.object_id == object_id), None)
        sound = self.sound_of(object_id)
        name = sound.name if sound else source.name if source else "Sound"
        seconds = self.seconds_of(object_id)

        def work(progress: Progress) -> splitting.StoredSplit:
            return splitting.split_and_store(object_id, name, wish, studio, progress)

        memo = Memo(SPLIT, {"object_id": object_id, "at_frame": at_frame, "wish": wish_values(wish)})
        job = Job(f"Split “{name}”", f"split:{wish.separator}", LaneName.INFERENCE, work, seconds, memo)
        clip_id, repository_id = source.clip_id if source else None, self._desk.repository.repository_id
        return self._run(job, partial(self._on_split, repository_id, clip_id, at_frame))

    def _ask_again(self, record: JobRecord) -> int | None:
        if record.kind != SPLIT:
            return super()._ask_again(record)
        values = record.request
        if values.get(PROJECT) != self._desk.repository.repository_id:
            raise OtherProjectError(record.title)
        return self._split(str(values["object_id"]), int(values["at_frame"]), wish_from(values["wish"]))

    def _on_split(
        self, repository_id: str, clip_id: str | None, at_frame: int, result: splitting.StoredSplit
    ) -> None:
        if repository_id != self._desk.repository.repository_id:
            self.notice.emit(
                f"“{result.source_name}” is split, but its project is not open any more: split it again there."
            )
            return
        source = next((clip for _, clip in self.project.clips() if clip.clip_id == clip_id), None)
        tracks = splitting.tracks_of_split(result, source, at_frame)
        source_track_id = find_clip(self.project, source.clip_id)[0].track_id if source is not None else None
        self._desk.apply(AddStems(source_track_id, tracks))
        self._project_changed(Changes(project=True, history=True, peaks=frozenset(result.object_ids)))
        silent = f" {len(result.silent)} of them silent." if result.silent else ""
        self.notice.emit(f"“{result.source_name}” is split; the original is muted above its stems.{silent}")


def _kept_queue(folders: Folders, text: str, _progress: Progress) -> str:
    keep_queue(folders.config / QUEUE_FILE, text)
    return text


def _with_weights(studio: Studio, _progress: Progress) -> frozenset[str]:
    infos = [studio.separators.get(name).info for name in studio.separators.names]
    needing = [info.name for info in infos if info.needs_weights]
    return frozenset(name for name in needing if studio.weights.is_here(name))


def _found_in(paths: Sequence[Path], progress: Progress) -> dict[Path, float]:
    """Return the sound files among paths and inside of folders, and how many seconds each says that it lasts."""
    files = sound_files_in(paths)
    if not files:
        raise NothingToSplitError
    found: dict[Path, float] = {}
    for index, path in enumerate(files):
        progress.report(index / len(files), "Looking for sounds")
        found[path] = _seconds_of(path)
    return found


def _seconds_of(path: Path) -> float:
    try:
        return probe(path).duration_seconds or 1.0
    except StudioError:
        return 1.0

"""Long loops in the window: living loops, packs for a stream, videos to last as long as, and loops that files are tagged with."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from infinite_studio.history.values import Sound
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.progress import Progress
from infinite_studio.project.model import LoopRange, Project
from infinite_studio.project.steps import SetLoop
from infinite_studio.services.session_parts.looping import Looping
from infinite_studio.services.values import Changes

if TYPE_CHECKING:
    from infinite_studio.audio.loop_tags import LoopTags
    from infinite_studio.services.looping_living import Living, LivingPlan, LivingRequest
    from infinite_studio.services.looping_pack import Pack, PackRequest
    from infinite_studio.services.session_parts.sounds import _Landing


class Streaming(Looping):
    """Hours that are no plain repetition, and what a stream needs around its sound."""

    _plan_job: int | None = None
    _living_plan: "LivingPlan | None" = None
    _living: "Living | None" = None
    _pack: "Pack | None" = None

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self._loop_tags: dict[str, LoopTags | None] = {}

    @property
    def living_plan(self) -> "LivingPlan | None":
        """What the living loop asked about last will be; None while that is being found out."""
        return self._living_plan

    @property
    def living(self) -> "Living | None":
        """The living loop that was written last."""
        return self._living

    @property
    def pack(self) -> "Pack | None":
        """The pack that was made last."""
        return self._pack

    def tagged_loop(self, object_id: str) -> LoopRange | None:
        """Return where a sound on the timeline says its loop is, in frames of the project."""
        tags, sound = self._loop_tags.get(object_id), self.sound_of(object_id)
        return None if tags is None or sound is None else _on_timeline(self.project, sound, tags)

    def ask_loop_tags(self) -> int | None:
        """Read where the sounds on the timeline say their loops are, of those that were not asked yet."""
        placed = dict.fromkeys(clip.object_id for _, clip in self.project.clips())
        unread = [each for each in placed if each not in self._loop_tags and self.sound_of(each) is not None]
        if not unread:
            return None
        self._loop_tags |= dict.fromkeys(unread)
        paths = {object_id: self.studio.library.object_path(object_id) for object_id in unread}

        def work(_: Progress) -> "dict[str, LoopTags | None]":
            from infinite_studio.audio.loop_tags import read_loop_tags

            return {object_id: read_loop_tags(path) for object_id, path in paths.items()}

        job = self._disk_job("Reading loop points", "_tags", work)
        return self._run(job, self._on_tags_read, tells=False)

    def _on_tags_read(self, found: "dict[str, LoopTags | None]") -> None:
        self._loop_tags |= found
        if any(found.values()):
            self.changed.emit(Changes(loops=True), None)

    def ask_living(self, request: "LivingRequest") -> int | None:
        """Find out what a living loop will be; `living_plan` holds the answer once it is there."""
        if self._plan_job is not None:
            self._jobs.cancel(self._plan_job)
            self._plan_job = None
        self._living_plan = None
        return self._guard(partial(self._ask_living, request))

    def write_living(self, request: "LivingRequest", seconds: float) -> int | None:
        """Write a living loop; ``seconds`` is how long it will be, for the estimate."""
        return self._guard(partial(self._write_living, request, seconds))

    def make_pack(self, object_id: str, name: str, request: "PackRequest", seconds: float) -> int | None:
        """Make everything that a stream needs out of a stored sound."""
        return self._guard(partial(self._make_pack, object_id, name, request, seconds))

    def ask_video_length(self, path: Path, then: Callable[[float], None]) -> int | None:
        """Find out how long a video is, in seconds."""

        def work(_: Progress) -> float:
            from infinite_studio.looping.video import video_seconds

            return video_seconds(path)

        return self._run(self._disk_job(f"Look at “{path.name}”", "_video", work), then)

    def _ask_living(self, request: "LivingRequest") -> int:
        studio, opened = self.studio, self._desk.as_opened()

        def work(progress: Progress) -> "LivingPlan":
            from infinite_studio.services.looping_living import plan_living

            return plan_living(opened, request, studio, progress)

        job = self._disk_job("Planning", "_living", work)
        self._plan_job = self._run(job, self._on_plan, on_failure=self._on_no_plan, tells=False)
        return self._plan_job

    def _on_plan(self, plan: "LivingPlan") -> None:
        self._plan_job, self._living_plan = None, plan
        self.changed.emit(Changes(loops=True), None)

    def _on_no_plan(self) -> None:
        self.changed.emit(Changes(loops=True), None)

    def _write_living(self, request: "LivingRequest", seconds: float) -> int:
        studio, opened = self.studio, self._desk.as_opened()

        def work(progress: Progress) -> "Living":
            from infinite_studio.services.looping_living import write_living

            return write_living(opened, request, studio, progress)

        kind = f"living:{request.output.suffix.lstrip('.').lower()}"
        title = f"Living loop of “{opened.repository.name}”"
        return self._run(Job(title, kind, LaneName.INFERENCE, work, seconds), self._on_living)

    def _on_living(self, living: "Living") -> None:
        self._living = living
        self.notice.emit(f"Wrote {living.path.name} to {living.path.parent}.")
        self.changed.emit(Changes(loops=True), None)

    def _make_pack(self, object_id: str, name: str, request: "PackRequest", seconds: float) -> int:
        studio = self.studio

        def work(progress: Progress) -> "Pack":
            from infinite_studio.services.looping_pack import make_pack

            return make_pack(studio.library.object_path(object_id), request, progress)

        kind = f"pack:{request.extend.output.suffix.lstrip('.').lower()}"
        return self._run(self._disk_job(f"Pack “{name}”", kind, work, seconds), self._on_pack)

    def _on_pack(self, pack: "Pack") -> None:
        self._pack = pack
        self.notice.emit(f"Packed {pack.folder.name} in {pack.folder.parent}.")
        self.changed.emit(Changes(loops=True), None)

    def _on_imported(self, landing: "_Landing", sound: Sound) -> None:
        super()._on_imported(landing, sound)
        path = self.studio.library.object_path(sound.object_id)

        def work(_: Progress) -> "LoopTags | None":
            from infinite_studio.audio.loop_tags import read_loop_tags

            return read_loop_tags(path)

        self._run(self._disk_job("Reading loop points", "_tags", work), partial(self._on_tags, sound))

    def _on_tags(self, sound: Sound, tags: "LoopTags | None") -> None:
        """Take over a tagged loop where there is no loop range yet; else offer it."""
        if tags is None:
            return
        self._loop_tags[sound.object_id] = tags
        tagged = _on_timeline(self.project, sound, tags)
        if tagged is not None and self.project.loop is None:
            self.apply(SetLoop(tagged, label=f"loop of {sound.name}"))
            self.notice.emit(f"“{sound.name}” says where it loops; the loop range is there now.")
        self.changed.emit(Changes(loops=True), None)


def _on_timeline(project: Project, sound: Sound, tags: "LoopTags") -> LoopRange | None:
    """Return a tagged loop at the place of the first clip that holds all of it."""
    ratio = project.sample_rate / sound.sample_rate
    start, end = round(tags.start_frame * ratio), round(tags.end_frame * ratio)
    for _, clip in project.clips():
        first = clip.source_offset_frames
        # The last frame of a file may round beyond the clip.
        last = min(end, first + clip.length_frames) if end <= first + clip.length_frames + 1 else 0
        if clip.object_id == sound.object_id and first <= start < last:
            shift = clip.start_frame - first
            return LoopRange(start + shift, last + shift)
    return None

"""Takes that are seen and heard while they are made; nothing of them stands in the project before they are stored."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass

from infinite_studio.project.model import Project
from infinite_studio.project.steps import Step
from infinite_studio.services.growing import TakeGrown
from infinite_studio.services.session_parts.listening import Listening
from infinite_studio.services.values import Changes, GrowingTake

STILL_MADE = "This take is still being made; it can be edited once it is whole."
StepFor = Callable[[TakeGrown], Step | None]


@dataclass(eq=False)
class Growth:
    """One job whose take may be heard; ``step_for`` says where that will stand."""

    step_for: StepFor
    job_id: int = 0
    grown: TakeGrown | None = None


class Growing(Listening):
    """What can be heard of takes that are being made."""

    _growth: Growth | None = None
    _shown: tuple[Project, str, Project] | None = None

    @property
    def growing_take(self) -> GrowingTake | None:
        """The take that is being made, as far as it can be heard."""
        growth = self._growth
        if growth is None or growth.grown is None:
            return None
        grown = growth.grown
        is_there = any(clip.object_id == grown.object_id for _, clip in self.shown_project.clips())
        return GrowingTake(
            growth.job_id, grown.object_id, grown.n_frames, grown.expected_frames, is_on_timeline=is_there
        )

    @property
    def shown_project(self) -> Project:
        """The open project as the timeline shows and plays it: with a take that is still being made."""
        growth, project = self._growth, self.project
        if growth is None or growth.grown is None or self._studio is None:
            return project
        object_id = growth.grown.object_id
        if self._shown is None or self._shown[0] is not project or self._shown[1] != object_id:
            step = self._guard(lambda: growth.step_for(_checked(growth.grown)))
            self._shown = (project, object_id, project if step is None else step.apply(project))
        return self._shown[2]

    def is_being_made(self, clip_or_track_id: str) -> bool:
        """Whether a clip or a track is only shown, because its take is still being made."""
        if self._growth is None:
            return False
        return clip_or_track_id in _ids(self.shown_project) - _ids(self.project)

    def apply(self, step: Step, origin: object = None) -> bool:
        """Make an undoable change; a take that is still being made stays as it is."""
        if self._growth is not None and names_in(step) & (_ids(self.shown_project) - _ids(self.project)):
            self.notice.emit(STILL_MADE)
            self.changed.emit(Changes(project=True), None)
            return False
        return super().apply(step, origin)

    def _expect_growth(self, step_for: StepFor) -> Growth:
        return Growth(step_for)

    def _on_grown(self, growth: Growth, shared: object) -> None:
        if not isinstance(shared, TakeGrown):
            return
        is_new = growth.grown is None or growth.grown.object_id != shared.object_id
        growth.grown = shared
        self._growth = growth
        peaks = frozenset({shared.object_id})
        if is_new:
            self._show_growth(Changes(project=True, growing=True, peaks=peaks))
        else:
            self.changed.emit(Changes(growing=True, peaks=peaks), None)

    def _end_growth(self, growth: Growth, then: Callable[[], None] | None = None) -> None:
        """Forget what could be heard; ``then`` puts the stored take, if there is one, where it stood."""
        was_shown = self._growth is growth
        if growth.grown is not None and self._studio is not None:
            self._studio.bank.forget_growing(growth.grown.object_id)
        if was_shown:
            self._growth = self._shown = None
        if then is not None:
            then()
        if was_shown:
            self._show_growth(Changes(project=True, growing=True))

    def _show_growth(self, changes: Changes) -> None:
        self._playback.show(self.shown_project, self._studio.bank if self._studio else None)
        self.changed.emit(changes, None)


def _checked(grown: TakeGrown | None) -> TakeGrown:
    assert grown is not None
    return grown


def names_in(value: object) -> set[str]:
    """Return every text that a value holds, at any depth of tuples and data classes."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, tuple | frozenset):
        return {name for part in value for name in names_in(part)}
    if is_dataclass(value):
        return {name for each in fields(value) for name in names_in(getattr(value, each.name))}
    return set()


def _ids(project: Project) -> set[str]:
    tracks = {track.track_id for track in project.tracks}
    return tracks | {clip.clip_id for _, clip in project.clips()}

"""Takes that are seen and heard while they are made; nothing of them stands in the project before they are stored."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace

from PySide6.QtCore import QTimer

from infinite_studio.project.model import Clip, Project
from infinite_studio.project.steps import Step
from infinite_studio.services.growing import TakeGrown
from infinite_studio.services.session_parts.listening import Listening
from infinite_studio.services.values import Changes, GrowingTake

STILL_MADE = "This take is still being made; it can be edited once it is whole."
GLIDE_MS = 50
_RISE_DB, _FALL_DB = 0.3, 1.2
"""How far the gain of a growing take goes each time: up slowly; down at once, before a loud part is reached."""
_SAME_DB = 0.05
StepFor = Callable[[TakeGrown], Step | None]


@dataclass(eq=False)
class Growth:
    """One job whose take may be heard; ``step_for`` says where that will stand."""

    step_for: StepFor
    job_id: int = 0
    grown: TakeGrown | None = None
    gain_db: float | None = None

    @property
    def wanted_gain_db(self) -> float:
        """The gain that the take would get if it ended now."""
        return 0.0 if self.grown is None else self.grown.gain_db

    @property
    def is_as_loud_as_wanted(self) -> bool:
        """Whether that gain is reached."""
        return self.gain_db is not None and abs(self.wanted_gain_db - self.gain_db) < _SAME_DB

    def glide(self) -> None:
        """Begin with that gain, or go a little of the way to it."""
        here = self.wanted_gain_db if self.gain_db is None else self.gain_db
        self.gain_db = here + min(max(self.wanted_gain_db - here, -_FALL_DB), _RISE_DB)


class Growing(Listening):
    """What can be heard of takes that are being made."""

    _growth: Growth | None = None
    _shown: tuple[Project, str, Project] | None = None
    _gliding: QTimer | None = None

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
        return _with_gain(self._shown[2], object_id, growth.gain_db or 0.0)

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
            growth.glide()
            self._show_growth(Changes(project=True, growing=True, peaks=peaks))
        else:
            self.changed.emit(Changes(growing=True, peaks=peaks), None)
            if not growth.is_as_loud_as_wanted:
                self._start_gliding()

    def _start_gliding(self) -> None:
        if self._gliding is None:
            self._gliding = QTimer(self)
            self._gliding.setInterval(GLIDE_MS)
            self._gliding.timeout.connect(self._glide)
        self._gliding.start()

    def _glide(self) -> None:
        """Let what is heard become as loud as the finished take will be, slowly enough to pass for its own dynamics."""
        growth = self._growth
        if growth is None:
            self._stop_gliding()
            return
        growth.glide()
        if growth.is_as_loud_as_wanted:
            self._stop_gliding()
            self._show_growth(Changes(project=True, growing=True))
        else:
            self._playback.show(self.shown_project, self._studio.bank if self._studio else None)

    def _stop_gliding(self) -> None:
        if self._gliding is not None:
            self._gliding.stop()

    def _end_growth(self, growth: Growth, then: Callable[[], None] | None = None) -> None:
        """Forget what could be heard; ``then`` puts the stored take, if there is one, where it stood."""
        was_shown = self._growth is growth
        if growth.grown is not None and self._studio is not None:
            self._studio.bank.forget_growing(growth.grown.object_id)
        if was_shown:
            self._stop_gliding()
            self._growth = self._shown = None
        if then is not None:
            then()
        if was_shown:
            self._show_growth(Changes(project=True, growing=True))

    def _show_growth(self, changes: Changes) -> None:
        self._playback.show(self.shown_project, self._studio.bank if self._studio else None)
        self.changed.emit(changes, None)


def _with_gain(project: Project, object_id: str, gain_db: float) -> Project:
    """Return the project with the clips of one sound louder by so much."""

    def louder(clip: Clip) -> Clip:
        return replace(clip, gain_db=clip.gain_db + gain_db) if clip.object_id == object_id else clip

    tracks = (replace(track, clips=tuple(map(louder, track.clips))) for track in project.tracks)
    return replace(project, tracks=tuple(tracks))


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

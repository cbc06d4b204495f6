"""Steps: the undoable changes of a project, each a frozen value that knows how to apply itself."""

from dataclasses import dataclass, replace
from typing import Protocol

from infinite_studio.errors import StudioError
from infinite_studio.music.key import Key
from infinite_studio.project.model import Clip, LoopRange, Project, Track, new_id
from infinite_studio.project.plain_step import PlainStep

MIN_TEMPO_BPM, MAX_TEMPO_BPM = 30.0, 300.0
MIN_GAIN_DB, MAX_GAIN_DB = -60.0, 12.0


class UnknownClipError(StudioError):
    """A clip id that is not in the project."""

    def __init__(self, clip_id: str) -> None:
        super().__init__("That clip is no longer in the project.", hint="Undo, or choose another clip.")
        self.clip_id = clip_id


class InvalidStepError(StudioError):
    """A change that makes no sense: tempo out of range, split outside of the clip."""


class Step(Protocol):
    """One undoable change."""

    @property
    def label(self) -> str:
        """What the person reads after “Undo”."""

    @property
    def merge_key(self) -> str:
        """Steps that follow one another with the same non-empty key are undone as one, such as a fader's way."""

    def apply(self, project: Project) -> Project:
        """Return the project with the change made."""


@dataclass(frozen=True)
class AddTracks(PlainStep):
    """Put tracks below the others, optionally with the tempo and key they bring."""

    tracks: tuple[Track, ...]
    label: str = "add tracks"
    tempo_bpm: float | None = None
    key: Key | None = None

    def apply(self, project: Project) -> Project:
        """Return the project with the tracks added."""
        return replace(
            project,
            tracks=project.tracks + self.tracks,
            tempo_bpm=self.tempo_bpm or project.tempo_bpm,
            key=self.key or project.key,
        )


@dataclass(frozen=True)
class ReplaceTracks(PlainStep):
    """Exchange some tracks for others in one step, keeping the place of the first one."""

    old_track_ids: frozenset[str]
    tracks: tuple[Track, ...]
    label: str = "use take"
    tempo_bpm: float | None = None
    key: Key | None = None

    def apply(self, project: Project) -> Project:
        """Return the project with the tracks exchanged."""
        place = next(
            (i for i, track in enumerate(project.tracks) if track.track_id in self.old_track_ids),
            len(project.tracks),
        )
        kept = [track for track in project.tracks if track.track_id not in self.old_track_ids]
        tracks = (*kept[:place], *self.tracks, *kept[place:])
        return replace(
            project, tracks=tracks, tempo_bpm=self.tempo_bpm or project.tempo_bpm, key=self.key or project.key
        )


@dataclass(frozen=True)
class AddStems(PlainStep):
    """Put the stems of a split right below the track they came from, and mute that one."""

    source_track_id: str | None
    tracks: tuple[Track, ...]
    label: str = "split into stems"

    def apply(self, project: Project) -> Project:
        """Return the project with the stems; at the bottom where the source is not on a track."""
        if self.source_track_id is None:
            return replace(project, tracks=project.tracks + self.tracks)
        source = project.track(self.source_track_id)
        place = project.tracks.index(source) + 1
        muted = project.with_track(replace(source, muted=True)).tracks
        return replace(project, tracks=(*muted[:place], *self.tracks, *muted[place:]))


@dataclass(frozen=True)
class AddClip(PlainStep):
    """Put a clip on a track."""

    track_id: str
    clip: Clip
    label: str = "add clip"

    def apply(self, project: Project) -> Project:
        """Return the project with the clip added."""
        return _with_clips(project, self.track_id, (*project.track(self.track_id).clips, self.clip))


@dataclass(frozen=True)
class MoveClip(PlainStep):
    """Move a clip in time or to another track."""

    clip_id: str
    track_id: str
    start_frame: int
    label: str = "move clip"

    def apply(self, project: Project) -> Project:
        """Return the project with the clip moved; positions before the start become the start."""
        track, clip = find_clip(project, self.clip_id)
        moved = replace(clip, start_frame=max(0, self.start_frame))
        if track.track_id == self.track_id:
            return _with_clips(project, track.track_id, tuple(moved if c is clip else c for c in track.clips))
        without = _with_clips(project, track.track_id, tuple(c for c in track.clips if c is not clip))
        return _with_clips(without, self.track_id, (*without.track(self.track_id).clips, moved))


@dataclass(frozen=True)
class DuplicateClip(PlainStep):
    """Repeat a clip right behind itself."""

    clip_id: str
    label: str = "duplicate clip"

    def apply(self, project: Project) -> Project:
        """Return the project with the copy added."""
        track, clip = find_clip(project, self.clip_id)
        copy = replace(clip, start_frame=clip.end_frame, clip_id=new_id())
        return _with_clips(project, track.track_id, (*track.clips, copy))


@dataclass(frozen=True)
class SplitClip(PlainStep):
    """Cut a clip in two at a frame of the timeline."""

    clip_id: str
    frame: int
    label: str = "split clip"

    def apply(self, project: Project) -> Project:
        """Return the project with two clips in place of one.

        Raises
        ------
        InvalidStepError
            If the frame is not inside of the clip.
        """
        track, clip = find_clip(project, self.clip_id)
        if not clip.start_frame < self.frame < clip.end_frame:
            raise InvalidStepError(
                "The playhead is not inside of the clip.", hint="Move it there, then split again."
            )
        head_frames = self.frame - clip.start_frame
        head = replace(clip, length_frames=head_frames)
        tail = replace(
            clip,
            start_frame=self.frame,
            length_frames=clip.length_frames - head_frames,
            source_offset_frames=clip.source_offset_frames + head_frames,
            clip_id=new_id(),
        )
        halves = tuple(part for c in track.clips for part in ((head, tail) if c is clip else (c,)))
        return _with_clips(project, track.track_id, halves)


@dataclass(frozen=True)
class RemoveClip(PlainStep):
    """Take a clip off the timeline; its sound stays in the history."""

    clip_id: str
    label: str = "delete clip"

    def apply(self, project: Project) -> Project:
        """Return the project without the clip."""
        track, clip = find_clip(project, self.clip_id)
        return _with_clips(project, track.track_id, tuple(c for c in track.clips if c is not clip))


@dataclass(frozen=True)
class RemoveTrack(PlainStep):
    """Take a track with all its clips off the timeline."""

    track_id: str
    label: str = "delete track"

    def apply(self, project: Project) -> Project:
        """Return the project without the track."""
        gone = project.track(self.track_id)
        return replace(project, tracks=tuple(track for track in project.tracks if track is not gone))


@dataclass(frozen=True)
class RenameTrack(PlainStep):
    """Call a track something else."""

    track_id: str
    name: str
    label: str = "rename track"

    def apply(self, project: Project) -> Project:
        """Return the project with the track renamed; an empty name changes nothing."""
        track = project.track(self.track_id)
        return project.with_track(replace(track, name=self.name.strip() or track.name))


@dataclass(frozen=True)
class SetMuted(PlainStep):
    """Mute a track or let it be heard."""

    track_id: str
    muted: bool

    @property
    def label(self) -> str:
        """Name the direction."""
        return "mute track" if self.muted else "unmute track"

    def apply(self, project: Project) -> Project:
        """Return the project with the mute set."""
        return project.with_track(replace(project.track(self.track_id), muted=self.muted))


@dataclass(frozen=True)
class SetSoloed(PlainStep):
    """Hear a track alone, or no longer alone."""

    track_id: str
    soloed: bool

    @property
    def label(self) -> str:
        """Name the direction."""
        return "solo track" if self.soloed else "unsolo track"

    def apply(self, project: Project) -> Project:
        """Return the project with the solo set."""
        return project.with_track(replace(project.track(self.track_id), soloed=self.soloed))


@dataclass(frozen=True)
class SetGain:
    """Move a track's fader."""

    track_id: str
    gain_db: float
    label: str = "change volume"

    @property
    def merge_key(self) -> str:
        """Merge the fader's way into one step."""
        return f"gain {self.track_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the fader moved, held within its range."""
        gain_db = min(max(self.gain_db, MIN_GAIN_DB), MAX_GAIN_DB)
        return project.with_track(replace(project.track(self.track_id), gain_db=gain_db))


@dataclass(frozen=True)
class SetPan:
    """Place a track between left and right."""

    track_id: str
    pan: float
    label: str = "change pan"

    @property
    def merge_key(self) -> str:
        """Merge the control's way into one step."""
        return f"pan {self.track_id}"

    def apply(self, project: Project) -> Project:
        """Return the project with the pan set, held within −1…1."""
        return project.with_track(replace(project.track(self.track_id), pan=min(max(self.pan, -1.0), 1.0)))


@dataclass(frozen=True)
class SetLoop:
    """Choose what the transport repeats."""

    loop: LoopRange | None
    label: str = "change loop range"

    @property
    def merge_key(self) -> str:
        """Merge a drag of the range into one step."""
        return "loop"

    def apply(self, project: Project) -> Project:
        """Return the project with the loop range set.

        Raises
        ------
        InvalidStepError
            If the range is empty or begins before the start.
        """
        if self.loop is not None and not 0 <= self.loop.start_frame < self.loop.end_frame:
            raise InvalidStepError(
                "A loop range needs an end after its start.", hint="Drag it a little longer."
            )
        return replace(project, loop=self.loop)


@dataclass(frozen=True)
class SetTempo(PlainStep):
    """Change the tempo of the grid; clips stay where they are."""

    tempo_bpm: float
    label: str = "change tempo"

    def apply(self, project: Project) -> Project:
        """Return the project with the tempo set.

        Raises
        ------
        InvalidStepError
            If the tempo is outside of 30 to 300 BPM.
        """
        if not MIN_TEMPO_BPM <= self.tempo_bpm <= MAX_TEMPO_BPM:
            raise InvalidStepError(
                f"A tempo of {self.tempo_bpm:g} BPM is out of range.", hint="Choose 30 to 300 BPM."
            )
        return replace(project, tempo_bpm=self.tempo_bpm)


@dataclass(frozen=True)
class SetKey(PlainStep):
    """Say which key the project is in."""

    key: Key | None
    label: str = "change key"

    def apply(self, project: Project) -> Project:
        """Return the project with the key set."""
        return replace(project, key=self.key)


def find_clip(project: Project, clip_id: str) -> tuple[Track, Clip]:
    """Return a clip with its track.

    Raises
    ------
    UnknownClipError
        If no track holds it.
    """
    for track, clip in project.clips():
        if clip.clip_id == clip_id:
            return track, clip
    raise UnknownClipError(clip_id)


def _with_clips(project: Project, track_id: str, clips: tuple[Clip, ...]) -> Project:
    ordered = tuple(sorted(clips, key=lambda clip: clip.start_frame))
    return project.with_track(replace(project.track(track_id), clips=ordered))

"""Steps that change several clips at once: each is one undo, whatever their number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from infinite_studio.project.model import Clip, Project, Track, UnknownTrackError, new_id
from infinite_studio.project.plain_step import PlainStep
from infinite_studio.project.steps import InvalidStepError, UnknownClipError


@dataclass(frozen=True)
class ClipPlace:
    """Where a clip goes: a track, and a frame of the timeline."""

    clip_id: str
    track_id: str
    start_frame: int


@dataclass(frozen=True)
class MoveClips(PlainStep):
    """Move clips in time or to other tracks."""

    places: tuple[ClipPlace, ...]

    @property
    def label(self) -> str:
        """Say how many."""
        return _counted("move", len(self.places))

    def apply(self, project: Project) -> Project:
        """Return the project with the clips moved; positions before the start become the start.

        Raises
        ------
        UnknownClipError, UnknownTrackError
            If a clip or its new track is not in the project.
        """
        known = _known(project, (place.clip_id for place in self.places))
        goals = {place.clip_id: place.track_id for place in self.places}
        moved = {
            place.clip_id: replace(known[place.clip_id][1], start_frame=max(0, place.start_frame))
            for place in self.places
        }
        changed = {
            track.track_id: [moved.get(c.clip_id, c) for c in track.clips if _stays(c, track, goals)]
            for track in project.tracks
        }
        for clip_id, track_id in goals.items():
            if track_id not in changed:
                raise UnknownTrackError(track_id)
            if known[clip_id][0].track_id != track_id:
                changed[track_id].append(moved[clip_id])
        touched = {known[clip_id][0].track_id for clip_id in goals} | set(goals.values())
        return _with_clips(project, {track_id: changed[track_id] for track_id in touched})


@dataclass(frozen=True)
class SplitClips(PlainStep):
    """Cut clips in two at one frame of the timeline; clips that do not reach across it stay whole."""

    clip_ids: tuple[str, ...]
    frame: int

    @property
    def label(self) -> str:
        """Say how many."""
        return _counted("split", len(self.clip_ids))

    def apply(self, project: Project) -> Project:
        """Return the project with two clips in place of each.

        Raises
        ------
        UnknownClipError
            If a clip is not in the project.
        InvalidStepError
            If the frame is inside of none of them.
        """
        known = _known(project, self.clip_ids)
        cut = {i for i, (_, clip) in known.items() if clip.start_frame < self.frame < clip.end_frame}
        if not cut:
            raise InvalidStepError(
                "The playhead is not inside of the clip.", hint="Move it there, then split again."
            )
        changed = {
            track.track_id: [part for c in track.clips for part in self._parts(c, cut)]
            for track in {known[clip_id][0].track_id: known[clip_id][0] for clip_id in cut}.values()
        }
        return _with_clips(project, changed)

    def _parts(self, clip: Clip, cut: set[str]) -> tuple[Clip, ...]:
        if clip.clip_id not in cut:
            return (clip,)
        head_frames = self.frame - clip.start_frame
        tail = replace(
            clip,
            start_frame=self.frame,
            length_frames=clip.length_frames - head_frames,
            source_offset_frames=clip.source_offset_frames + head_frames,
            clip_id=new_id(),
        )
        return replace(clip, length_frames=head_frames), tail


@dataclass(frozen=True)
class RemoveClips(PlainStep):
    """Take clips off the timeline; their sounds stay in the history."""

    clip_ids: tuple[str, ...]
    verb: str = "delete"

    @property
    def label(self) -> str:
        """Say how many."""
        return _counted(self.verb, len(self.clip_ids))

    def apply(self, project: Project) -> Project:
        """Return the project without the clips.

        Raises
        ------
        UnknownClipError
            If a clip is not in the project.
        """
        known, gone = _known(project, self.clip_ids), set(self.clip_ids)
        touched = {track.track_id: track for track, _ in known.values()}
        left = {i: [c for c in track.clips if c.clip_id not in gone] for i, track in touched.items()}
        return _with_clips(project, left)


@dataclass(frozen=True)
class PlaceClips(PlainStep):
    """Put clips on tracks, which come along where the project lacks them."""

    clips: tuple[tuple[str, Clip], ...]
    tracks: tuple[Track, ...] = ()
    verb: str = "paste"

    @property
    def label(self) -> str:
        """Say how many."""
        return _counted(self.verb, len(self.clips))

    @property
    def object_ids(self) -> frozenset[str]:
        """The sounds that the clips play."""
        return frozenset(clip.object_id for _, clip in self.clips)

    @property
    def clip_ids(self) -> tuple[str, ...]:
        """The clips that are new."""
        return tuple(clip.clip_id for _, clip in self.clips)

    @property
    def end_frame(self) -> int:
        """First frame after the last of them."""
        return max((clip.end_frame for _, clip in self.clips), default=0)

    def apply(self, project: Project) -> Project:
        """Return the project with the tracks below the others and the clips on them.

        Raises
        ------
        UnknownTrackError
            If a clip's track neither is there nor comes along.
        """
        grown = replace(project, tracks=project.tracks + self.tracks)
        arrived: dict[str, list[Clip]] = {}
        for track_id, clip in self.clips:
            arrived.setdefault(track_id, []).append(clip)
        return _with_clips(grown, {i: [*grown.track(i).clips, *clips] for i, clips in arrived.items()})


@dataclass(frozen=True)
class CopiedClips:
    """Clips that were copied, each with the track it was on."""

    clips: tuple[tuple[Track, Clip], ...]

    @property
    def start_frame(self) -> int:
        """Where the first of them begins."""
        return min((clip.start_frame for _, clip in self.clips), default=0)

    @property
    def end_frame(self) -> int:
        """First frame after the last of them."""
        return max((clip.end_frame for _, clip in self.clips), default=0)


def copy_clips(project: Project, clip_ids: Iterable[str]) -> CopiedClips:
    """Return clips as they can be pasted, in this project or another.

    Parameters
    ----------
    project : Project
        Where they are.
    clip_ids : iterable of str
        Which; those that are no longer there are left out.

    Returns
    -------
    CopiedClips
        From top to bottom; its tracks carry no clips.
    """
    wanted = set(clip_ids)
    return CopiedClips(tuple((replace(t, clips=()), c) for t, c in project.clips() if c.clip_id in wanted))


def paste_step(project: Project, copied: CopiedClips, at_frame: int, verb: str = "paste") -> PlaceClips:
    """Return the step that puts copied clips at a frame, as far from one another as they were.

    Parameters
    ----------
    project : Project
        Where they go.
    copied : CopiedClips
        What goes there.
    at_frame : int
        Where the first of them begins, ≥ 0.
    verb : str
        What the person reads after “Undo”.

    Returns
    -------
    PlaceClips
        Clips go to the track that they were copied from; where the project lacks it, to a new one like it.
    """
    known = {track.track_id for track in project.tracks}
    new = {t.track_id: replace(t, track_id=new_id()) for t, _ in copied.clips if t.track_id not in known}
    shift = max(0, at_frame) - copied.start_frame
    placed = tuple(
        (
            new[track.track_id].track_id if track.track_id in new else track.track_id,
            replace(clip, start_frame=clip.start_frame + shift, clip_id=new_id()),
        )
        for track, clip in copied.clips
    )
    return PlaceClips(placed, tuple(new.values()), verb)


def duplicate_step(project: Project, clip_ids: Iterable[str]) -> PlaceClips:
    """Return the step that repeats clips as one block right behind the last of them.

    Parameters
    ----------
    project : Project
        Where they are.
    clip_ids : iterable of str
        Which; those that are no longer there are left out.

    Returns
    -------
    PlaceClips
        The copies, on the same tracks.
    """
    copied = copy_clips(project, clip_ids)
    return paste_step(project, copied, copied.end_frame, verb="duplicate")


def _counted(verb: str, n_clips: int) -> str:
    return f"{verb} clip" if n_clips == 1 else f"{verb} {n_clips} clips"


def _known(project: Project, clip_ids: Iterable[str]) -> dict[str, tuple[Track, Clip]]:
    places = {clip.clip_id: (track, clip) for track, clip in project.clips()}
    wanted = tuple(clip_ids)
    missing = next((clip_id for clip_id in wanted if clip_id not in places), None)
    if missing is not None:
        raise UnknownClipError(missing)
    return {clip_id: places[clip_id] for clip_id in wanted}


def _stays(clip: Clip, track: Track, goals: Mapping[str, str]) -> bool:
    return goals.get(clip.clip_id, track.track_id) == track.track_id


def _with_clips(project: Project, changed: Mapping[str, list[Clip]]) -> Project:
    def settled(track: Track) -> Track:
        if track.track_id not in changed:
            return track
        return replace(track, clips=tuple(sorted(changed[track.track_id], key=lambda c: c.start_frame)))

    return replace(project, tracks=tuple(settled(track) for track in project.tracks))

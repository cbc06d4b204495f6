"""Where a take stands on the timeline: in the place of the last one, after the one that it continues, or below."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from infinite_studio.history.recipe import Recipe
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.project.model import Clip, Project, Track
from infinite_studio.project.steps import AddTracks, Step
from infinite_studio.services.composing import clip_of_take, sounds_of_take, track_of_take, tracks_of_take
from infinite_studio.services.sources import is_same_take
from infinite_studio.services.stem_recipes import STEM
from infinite_studio.services.values import StoredTake

Followed = Recipe | str
"""A take by its recipe, or a sound by its object id."""


@dataclass(frozen=True)
class SetTracks:
    """Exchange all tracks for others made from them, with the tempo and key they bring."""

    tracks: tuple[Track, ...]
    label: str
    tempo_bpm: float | None = None
    key: Key | None = None
    merge_key: str = ""

    def apply(self, project: Project) -> Project:
        """Return the project with these tracks."""
        return replace(
            project,
            tracks=self.tracks,
            tempo_bpm=self.tempo_bpm or project.tempo_bpm,
            key=self.key or project.key,
        )


def clips_of(what: Followed, project: Project) -> Iterator[tuple[Track, Clip]]:
    """Every clip of a take or of a sound."""
    return ((track, clip) for track, clip in project.clips() if _plays(clip, what))


def is_on_timeline(what: Followed, project: Project) -> bool:
    """Whether any clip plays a take or a sound."""
    return next(clips_of(what, project), None) is not None


def place_take(
    project: Project, take: StoredTake, engines: tuple[str, ...], placed: Recipe | None = None
) -> Step:
    """Return the step that puts a take where the one before it stands; the grid follows where nothing else is there.

    ``placed`` is the take to replace. Where none is known, it is the only generated one on the timeline; where there
    are several, nobody knows which one is meant, and the new take goes below them.
    """
    old = placed if placed is not None and is_on_timeline(placed, project) else _only_take(project, engines)
    is_alone = all(old is not None and _plays(clip, old) for _, clip in project.clips())
    tempo_bpm = take.understanding.tempo_bpm if is_alone else None
    key = take.understanding.key if is_alone else None
    if old is None:
        return AddTracks(tracks_of_take(take), label="generate", tempo_bpm=tempo_bpm, key=key)
    return SetTracks(_Exchange(project, old, take).tracks(), "use take", tempo_bpm, key)


def place_continuation(
    project: Project,
    take: StoredTake,
    followed: Followed,
    earlier: Recipe | None = None,
    *,
    cut_frame: int | None = None,
) -> Step | None:
    """Return the step that puts a take right after what it continues; None where that is not on the timeline.

    ``earlier`` is another continuation of the same, in whose place the new one goes. With ``cut_frame`` the take takes
    over there, and what it continues ends there.
    """
    if earlier is not None and cut_frame is not None:
        project = _cut_off(project, earlier, 0)
    elif earlier is not None and is_on_timeline(earlier, project):
        return SetTracks(_Exchange(project, earlier, take).tracks(), "use continuation")
    clips = list(clips_of(followed, project))
    if not clips:
        return None
    if cut_frame is not None and any(clip.start_frame < cut_frame for _, clip in clips):
        project = _cut_off(project, followed, cut_frame)
        clips = list(clips_of(followed, project))
    start_frame = max(clip.end_frame for _, clip in clips)
    is_take = isinstance(followed, Recipe)
    homes = {track.track_id: stem_of(clip, track) for track, clip in clips} if is_take else {}
    left = dict(sounds_of_take(take))
    tracks = []
    for track in project.tracks:
        stem_type = homes.get(track.track_id)
        if stem_type in left and _is_free(track, start_frame, start_frame + take.n_frames):
            clip = clip_of_take(take, stem_type, left.pop(stem_type), start_frame)
            tracks.append(_with_clips(track, (*track.clips, clip)))
        else:
            tracks.append(track)
    added = (track_of_take(take, stem, object_id, start_frame) for stem, object_id in left.items())
    return SetTracks((*tracks, *added), "continue")


def _cut_off(project: Project, followed: Followed, cut_frame: int) -> Project:
    """Let every clip of a take or sound end at a frame of the timeline; what would begin later goes, tracks included."""

    def cut(clip: Clip) -> Clip | None:
        if not _plays(clip, followed) or clip.end_frame <= cut_frame:
            return clip
        length_frames = cut_frame - clip.start_frame
        return replace(clip, length_frames=length_frames) if length_frames > 0 else None

    cut_tracks = ((t, _with_clips(t, tuple(filter(None, map(cut, t.clips))))) for t in project.tracks)
    return replace(
        project, tracks=tuple(after for before, after in cut_tracks if after.clips or not before.clips)
    )


def stem_of(clip: Clip, track: Track) -> StemType:
    """Return which stem of its take a clip plays; recipes of older libraries only know their track."""
    named = clip.recipe.parameters.get(STEM) if clip.recipe is not None else None
    return StemType(named) if named in {stem.value for stem in StemType} else track.stem_type


class _Exchange:
    """Lets the clips of one take play another: faders, names and edits stay where both are equally long."""

    def __init__(self, project: Project, old: Recipe, new: StoredTake) -> None:
        self._project, self._old, self._new = project, old, new
        self._sounds = sounds_of_take(new)
        self._left = dict(self._sounds)
        clips = [clip for _, clip in clips_of(old, project)]
        self._start_frame = min(clip.start_frame for clip in clips)
        self._is_as_long = max(c.source_offset_frames + c.length_frames for c in clips) == new.n_frames

    def tracks(self) -> tuple[Track, ...]:
        """Return all tracks; stems that the old take lacked come right below its last track."""
        tracks: list[Track] = []
        place = 0
        for track in self._project.tracks:
            if not any(_plays(clip, self._old) for clip in track.clips):
                tracks.append(track)
                continue
            clips = tuple(filter(None, (self._clip(clip, track) for clip in track.clips)))
            tracks += [_with_clips(track, clips)] if clips else []
            place = len(tracks)
        added = [
            track_of_take(self._new, stem, object_id, self._start_frame)
            for stem, object_id in self._left.items()
        ]
        return (*tracks[:place], *added, *tracks[place:])

    def _clip(self, clip: Clip, track: Track) -> Clip | None:
        if not _plays(clip, self._old):
            return clip
        stem_type = stem_of(clip, track)
        is_first = self._left.pop(stem_type, None) is not None
        if stem_type not in self._sounds or not (is_first or self._is_as_long):
            return None
        new = clip_of_take(self._new, stem_type, self._sounds[stem_type], clip.start_frame)
        if self._is_as_long:
            return replace(clip, object_id=new.object_id, name=new.name, recipe=new.recipe)
        return replace(new, gain_db=clip.gain_db)


def _only_take(project: Project, engines: tuple[str, ...]) -> Recipe | None:
    recipes = [c.recipe for _, c in project.clips() if c.recipe is not None and c.recipe.engine in engines]
    is_one = recipes and all(is_same_take(recipes[0], other) for other in recipes[1:])
    return recipes[0] if is_one else None


def _plays(clip: Clip, what: Followed) -> bool:
    return clip.object_id == what if isinstance(what, str) else is_same_take(what, clip.recipe)


def _is_free(track: Track, start_frame: int, end_frame: int) -> bool:
    return not any(clip.start_frame < end_frame and start_frame < clip.end_frame for clip in track.clips)


def _with_clips(track: Track, clips: tuple[Clip, ...]) -> Track:
    return replace(track, clips=tuple(sorted(clips, key=lambda clip: clip.start_frame)))

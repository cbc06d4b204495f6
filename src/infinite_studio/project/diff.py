"""What changed between two versions of a project, in a musician's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from infinite_studio.history.recipe import Recipe
from infinite_studio.project.clip_changes import ClipChange, clip_changes
from infinite_studio.project.matching import TrackPair, match_tracks
from infinite_studio.project.model import Project, Track
from infinite_studio.project.words import db_text, loop_text, number_text, pan_text

SMALLEST_GAIN_CHANGE_DB = 0.05
SMALLEST_PAN_CHANGE = 0.005


class ChangeKind(StrEnum):
    """What a change is about."""

    TEMPO = "tempo"
    KEY = "key"
    PROMPT = "prompt"
    STEM_REPLACED = "stem replaced"
    STEM_ADDED = "stem added"
    STEM_REMOVED = "stem removed"
    STEM_RENAMED = "stem renamed"
    MUTED = "muted"
    SOLOED = "soloed"
    VOLUME = "volume"
    PAN = "pan"
    CLIP = "clip"
    LOOP = "loop"
    MARKERS = "markers"
    NAME = "name"


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Parameters
    ----------
    kind : ChangeKind
        What it is about.
    sentence : str
        In a musician's words, without a full stop, such as ``Tempo 84 → 90 BPM``.
    track_ids : tuple of str
        The tracks concerned, by their identity afterwards; before, where they are gone.
    clip_ids : tuple of str
        The clips concerned, likewise.
    """

    kind: ChangeKind
    sentence: str
    track_ids: tuple[str, ...] = ()
    clip_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProjectDiff:
    """Everything that changed between two versions.

    Parameters
    ----------
    changes : tuple of Change
        What concerns the whole project first, then track by track from top to bottom.
    """

    changes: tuple[Change, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not self.changes

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences alone."""
        return tuple(change.sentence for change in self.changes)

    def text(self, limit: int | None = None) -> str:
        """Return the changes in one line.

        Parameters
        ----------
        limit : int or None
            How many to spell out at most; the rest is counted.
        """
        shown = self.sentences[:limit]
        rest = len(self.sentences) - len(shown)
        return " · ".join((*shown, f"{rest} more") if rest else shown)


def diff_projects(before: Project, after: Project) -> ProjectDiff:
    """Say what changed from one version to another.

    Parameters
    ----------
    before, after : Project
        The two versions. Tracks are paired as in `match_tracks`, so that a new take's bass is the bass
        replaced and not one track less and another more.

    Returns
    -------
    ProjectDiff
        Equal inputs give equal results. Empty exactly where nothing that a person can see or hear differs;
        identities alone are no difference. Volumes count from 0.05 dB, pans from half a percent.

    Examples
    --------
    >>> diff_projects(Project("Tape", tempo_bpm=84), Project("Tape", tempo_bpm=90)).sentences
    ('Tempo 84 → 90 BPM',)
    """
    pairs = match_tracks(before.tracks, after.tracks)
    whole = (*_settings(before, after), *_prompts(before, after))
    of_clips = clip_changes(before, after, pairs)
    tracks = tuple(change for pair in pairs for change in _track_changes(pair, of_clips))
    return ProjectDiff((*whole, *tracks, *_marks(before, after)))


def _settings(before: Project, after: Project) -> Iterator[Change]:
    if before.name != after.name:
        yield Change(ChangeKind.NAME, f"Project “{before.name}” renamed to “{after.name}”")
    if before.tempo_bpm != after.tempo_bpm:
        old, new = (number_text(project.tempo_bpm, 2) for project in (before, after))
        yield Change(ChangeKind.TEMPO, f"Tempo {old} → {new} BPM")
    if before.key != after.key:
        old, new = (str(project.key or "none") for project in (before, after))
        yield Change(ChangeKind.KEY, f"Key {old} → {new}")


def _prompts(before: Project, after: Project) -> Iterator[Change]:
    """Name each new prompt, and each new take of a known one."""
    known = set(_requests(before))
    prompts = {prompt for prompt, _ in known}
    told: set[tuple[str, int | None]] = set()
    for (prompt, seed), track_ids in _requests(after).items():
        if (prompt, seed) in known or (prompt, seed) in told:
            continue
        told.add((prompt, seed))
        if prompt not in prompts:
            prompts.add(prompt)
            yield Change(ChangeKind.PROMPT, f"New prompt “{prompt}”", track_ids)
        else:
            number = "" if seed is None else f" (seed {seed})"
            yield Change(ChangeKind.PROMPT, f"New take of “{prompt}”{number}", track_ids)


def _requests(project: Project) -> dict[tuple[str, int | None], tuple[str, ...]]:
    """Return what was asked for, with the tracks that came of it, in the order of the tracks."""
    found: dict[tuple[str, int | None], tuple[str, ...]] = {}
    for track, clip in project.clips():
        recipe: Recipe | None = clip.recipe
        if recipe is not None and recipe.prompt:
            key = (recipe.prompt, recipe.seed)
            known = found.get(key, ())
            found[key] = known if track.track_id in known else (*known, track.track_id)
    return found


def _track_changes(pair: TrackPair, of_clips: dict[str, tuple[ClipChange, ...]]) -> Iterator[Change]:
    before, after = pair
    if before is None or after is None:
        yield from _presence(before, after)
        return
    ids = (after.track_id,)
    if before.name != after.name:
        yield Change(ChangeKind.STEM_RENAMED, f"{before.name} renamed to {after.name}", ids)
    if is_replaced(before, after):
        clip_ids = tuple(clip.clip_id for clip in after.clips)
        yield Change(ChangeKind.STEM_REPLACED, f"{after.name} replaced", ids, clip_ids)
    yield from _mixer(before, after)
    for change in of_clips.get(after.track_id, ()):
        yield Change(ChangeKind.CLIP, change.sentence, change.track_ids, change.clip_ids)


def is_replaced(before: Track, after: Track) -> bool:
    """Whether a track plays other sounds than before, and none of the old ones."""
    old, new = ({clip.object_id for clip in track.clips} for track in (before, after))
    return bool(old and new) and not old & new


def _presence(before: Track | None, after: Track | None) -> Iterator[Change]:
    if after is not None:
        clip_ids = tuple(clip.clip_id for clip in after.clips)
        yield Change(ChangeKind.STEM_ADDED, f"{after.name} added", (after.track_id,), clip_ids)
    elif before is not None:
        clip_ids = tuple(clip.clip_id for clip in before.clips)
        yield Change(ChangeKind.STEM_REMOVED, f"{before.name} removed", (before.track_id,), clip_ids)


def _mixer(before: Track, after: Track) -> Iterator[Change]:
    ids, name = (after.track_id,), after.name
    if before.muted != after.muted:
        yield Change(ChangeKind.MUTED, f"{name} {'muted' if after.muted else 'unmuted'}", ids)
    if before.soloed != after.soloed:
        yield Change(ChangeKind.SOLOED, f"{name} {'soloed' if after.soloed else 'no longer soloed'}", ids)
    if abs(before.gain_db - after.gain_db) >= SMALLEST_GAIN_CHANGE_DB:
        text = f"{name} volume {db_text(before.gain_db)} → {db_text(after.gain_db)} dB"
        yield Change(ChangeKind.VOLUME, text, ids)
    if abs(before.pan - after.pan) >= SMALLEST_PAN_CHANGE:
        yield Change(ChangeKind.PAN, f"{name} panned {pan_text(after.pan)}", ids)


def _marks(before: Project, after: Project) -> Iterator[Change]:
    if before.loop != after.loop:
        yield Change(ChangeKind.LOOP, loop_text(before, after))
    if before.markers != after.markers:
        old, new = ({m.marker_id: m for m in project.markers} for project in (before, after))
        for marker in after.markers:
            if marker.marker_id not in old:
                yield Change(ChangeKind.MARKERS, f"Marker “{marker.name}” added")
            elif old[marker.marker_id] != marker:
                yield Change(ChangeKind.MARKERS, f"Marker “{marker.name}” changed")
        for marker in before.markers:
            if marker.marker_id not in new:
                yield Change(ChangeKind.MARKERS, f"Marker “{marker.name}” removed")

"""Merge two versions of a project over the version that both began from."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from infinite_studio.errors import StudioError
from infinite_studio.music.key import Key
from infinite_studio.project.matching import content_of, match_tracks
from infinite_studio.project.model import Marker, Project, Track

T = TypeVar("T")

TEMPO_CHOICE, KEY_CHOICE = "tempo", "key"


class Side(StrEnum):
    """Which version a choice takes; ``both`` keeps two tracks, one below the other."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"


class ImpossibleChoiceError(StudioError):
    """Both of something of which a project has one."""

    def __init__(self, name: str) -> None:
        super().__init__(f"A project has only one {name}.", hint="Choose yours or theirs.")
        self.name = name


@dataclass(frozen=True)
class Conflict:
    """Something that both versions changed, each in its own way.

    Parameters
    ----------
    choice_id : str
        What a choice is filed under: a track id, ``tempo`` or ``key``.
    name : str
        What the person calls it.
    ours, theirs, base : Track or None
        The track in each version; None where it is not there, and for tempo and key.
    ours_text, theirs_text : str
        What each version has, in a few words.
    """

    choice_id: str
    name: str
    ours: Track | None
    theirs: Track | None
    base: Track | None
    ours_text: str
    theirs_text: str


@dataclass(frozen=True)
class ProjectMerge:
    """What a merge came to.

    Parameters
    ----------
    project : Project
        The merged project; with conflicts left, those are as in ours.
    conflicts : tuple of Conflict
        What nobody has chosen yet; empty when the merge is complete.
    origins : Mapping of str to Side
        By track id, the version that a track of the result was taken from where the two differ.
    """

    project: Project
    conflicts: tuple[Conflict, ...]
    origins: Mapping[str, Side] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class _Placed:
    """A track of the result with the key that it is ordered by."""

    order: tuple[int, int, str, int]
    track: Track
    origin: Side | None


@dataclass(frozen=True)
class _Row:
    """One track in the three versions."""

    base: Track | None
    ours: Track | None
    theirs: Track | None
    order: tuple[int, int, str, int]

    @property
    def choice_id(self) -> str:
        return next(t for t in (self.base, self.ours, self.theirs) if t is not None).track_id

    @property
    def name(self) -> str:
        return next(t for t in (self.ours, self.theirs, self.base) if t is not None).name


def merge_projects(
    base: Project | None, ours: Project, theirs: Project, choices: Mapping[str, Side] = MappingProxyType({})
) -> ProjectMerge:
    """Bring the changes of two versions together, track by track.

    Parameters
    ----------
    base : Project or None
        The version that both began from; None where they have nothing in common.
    ours, theirs : Project
        The two versions. Where they changed different tracks, exchanging them gives the same result.
    choices : Mapping of str to Side
        What to take for conflicts, by `Conflict.choice_id`.

    Returns
    -------
    ProjectMerge
        A track that one side changed is taken from that side with its identity; mute and solo are merged
        on their own. Whatever both changed differently is a conflict, never decided here. Name and loop
        range are ours where both changed them, because they are no sound.

    Raises
    ------
    ImpossibleChoiceError
        If a choice asks for two tempos or keys.
    """
    merged: list[_Placed] = []
    conflicts: list[Conflict] = []
    for row in _rows(base, ours, theirs):
        outcome = _merge_row(row, choices.get(row.choice_id))
        if isinstance(outcome, Conflict):
            conflicts.append(outcome)
            outcome = (row.ours, Side.OURS), (None, None)
        merged.extend(
            _Placed((*row.order[:3], row.order[3] * 2 + place), track, origin)
            for place, (track, origin) in enumerate(outcome)
            if track is not None
        )
    merged.sort(key=lambda placed: placed.order)
    settings, setting_conflicts = _merge_settings(base, ours, theirs, choices)
    project = replace(settings, tracks=tuple(placed.track for placed in merged))
    origins = {placed.track.track_id: placed.origin for placed in merged if placed.origin is not None}
    return ProjectMerge(project, (*setting_conflicts, *conflicts), MappingProxyType(origins))


_Parts = tuple[tuple[Track | None, Side | None], ...]


def _merge_row(row: _Row, choice: Side | None) -> _Parts | Conflict:
    if row.base is None and (row.ours is None or row.theirs is None):
        return ((row.ours, Side.OURS),) if row.theirs is None else ((row.theirs, Side.THEIRS),)
    ours, theirs, base = (_sound(track) for track in (row.ours, row.theirs, row.base))
    if theirs in (base, ours):
        winner, origin = row.ours, Side.OURS if ours != base else None
    elif ours == base:
        winner, origin = row.theirs, Side.THEIRS
    else:
        return _conflict(row) if choice is None else _chosen(row, choice)
    if winner is None:
        return ()
    return ((_with_switches(_with_stable_id(winner, row, same=ours == theirs), row), origin),)


def _sound(track: Track | None) -> Track | None:
    """Return everything about a track but its identities and switches."""
    return None if track is None else replace(content_of(track), muted=False, soloed=False)


def _with_stable_id(winner: Track, row: _Row, *, same: bool) -> Track:
    """Let equal tracks of both sides carry the same identity, whichever side is asked first."""
    if not same or row.ours is None or row.theirs is None:
        return winner
    known = row.base.track_id if row.base is not None else ""
    fresh = {row.ours.track_id, row.theirs.track_id} - {known}
    return min((t for t in (row.ours, row.theirs) if not fresh or t.track_id in fresh), key=_identity)


def _identity(track: Track) -> tuple[str, ...]:
    return (track.track_id, *(clip.clip_id for clip in track.clips))


def _with_switches(track: Track, row: _Row) -> Track:
    """Merge mute and solo: a switch that one side threw is thrown."""
    if row.base is None or row.ours is None or row.theirs is None:
        return track
    return replace(
        track,
        muted=_three_way(row.base.muted, row.ours.muted, row.theirs.muted, row.ours.muted),
        soloed=_three_way(row.base.soloed, row.ours.soloed, row.theirs.soloed, row.ours.soloed),
    )


def _chosen(row: _Row, choice: Side) -> _Parts:
    if choice is Side.OURS:
        return ((row.ours, Side.OURS),)
    if choice is Side.THEIRS:
        return ((row.theirs, Side.THEIRS),)
    beside = row.theirs
    if row.ours is not None and beside is not None and beside.track_id == row.ours.track_id:
        beside = with_other_ids(beside)
    return ((row.ours, Side.OURS), (beside, Side.THEIRS))


def with_other_ids(track: Track) -> Track:
    """Return the track with identities that follow from its own, so that doing it again gives the same track."""
    clips = tuple(replace(clip, clip_id=_other_id(clip.clip_id)) for clip in track.clips)
    return replace(track, track_id=_other_id(track.track_id), clips=clips)


def _other_id(known: str) -> str:
    return hashlib.sha256(f"theirs {known}".encode()).hexdigest()[:12]


def _conflict(row: _Row) -> Conflict:
    ours, theirs = (_said(track, row.base) for track in (row.ours, row.theirs))
    return Conflict(row.choice_id, row.name, row.ours, row.theirs, row.base, ours, theirs)


def _said(track: Track | None, base: Track | None) -> str:
    if track is None:
        return "removed"
    if base is None:
        return "added"
    heard = [{clip.object_id for clip in version.clips} for version in (base, track)]
    return "replaced" if heard[0] and not heard[0] & heard[1] else "changed"


def _rows(base: Project | None, ours: Project, theirs: Project) -> Iterator[_Row]:
    base_tracks = () if base is None else base.tracks
    our_pairs, their_pairs = (match_tracks(base_tracks, side.tracks) for side in (ours, theirs))
    found = [{b.track_id: track for b, track in pairs if b is not None} for pairs in (our_pairs, their_pairs)]
    for place, track in enumerate(base_tracks):
        yield _Row(track, found[0][track.track_id], found[1][track.track_id], (place, 0, "", 0))
    our_anchors, their_anchors = (
        _anchors(side, base_tracks, known) for side, known in zip((ours, theirs), found, strict=True)
    )
    new = [[track for b, track in pairs if b is None and track] for pairs in (our_pairs, their_pairs)]
    for our_track, their_track in match_tracks(new[0], new[1], by_type=False):
        orders = [
            anchors[track.track_id]
            for anchors, track in ((our_anchors, our_track), (their_anchors, their_track))
            if track is not None
        ]
        yield _Row(None, our_track, their_track, max(orders))


def _anchors(
    side: Project, base_tracks: Iterable[Track], found: Mapping[str, Track | None]
) -> dict[str, tuple[int, int, str, int]]:
    """Say for each new track of a side below which track of the base it stands, and with which neighbours."""
    places = {
        partner.track_id: place
        for place, track in enumerate(base_tracks)
        if (partner := found[track.track_id]) is not None
    }
    runs: list[tuple[int, list[Track]]] = [(-1, [])]
    for track in side.tracks:
        if track.track_id in places:
            runs.append((places[track.track_id], []))
        else:
            runs[-1][1].append(track)
    return {
        track.track_id: (anchor, 1, min(t.track_id for t in run), number)
        for anchor, run in runs
        for number, track in enumerate(run)
    }


def _merge_settings(
    base: Project | None, ours: Project, theirs: Project, choices: Mapping[str, Side]
) -> tuple[Project, tuple[Conflict, ...]]:
    conflicts: list[Conflict] = []
    origin = base or replace(ours, name="", tempo_bpm=0.0, key=None, loop=None, markers=(), tracks=())
    values: list[tuple[str, float | Key | None, float | Key | None, float | Key | None]] = [
        (TEMPO_CHOICE, origin.tempo_bpm, ours.tempo_bpm, theirs.tempo_bpm),
        (KEY_CHOICE, origin.key, ours.key, theirs.key),
    ]
    merged: dict[str, float | Key | None] = {}
    for name, before, mine, other in values:
        choice = choices.get(name)
        if choice is Side.BOTH:
            raise ImpossibleChoiceError(name)
        fallback = other if choice is Side.THEIRS else mine
        merged[name] = _three_way(before, mine, other, fallback)
        if choice is None and before != mine != other != before:
            conflicts.append(Conflict(name, name, None, None, None, _value_text(mine), _value_text(other)))
    tempo_bpm, key = merged[TEMPO_CHOICE], merged[KEY_CHOICE]
    assert isinstance(tempo_bpm, float | int)
    assert isinstance(key, Key | None)
    settings = replace(
        ours,
        name=_three_way(origin.name, ours.name, theirs.name, ours.name),
        tempo_bpm=float(tempo_bpm),
        key=key,
        loop=_three_way(origin.loop, ours.loop, theirs.loop, ours.loop),
        markers=_merge_markers(origin.markers, ours.markers, theirs.markers),
    )
    return settings, tuple(conflicts)


def _value_text(value: float | Key | None) -> str:
    if value is None:
        return "no key"
    return str(value) if isinstance(value, Key) else f"{value:g} BPM"


def _merge_markers(
    base: Iterable[Marker], ours: Iterable[Marker], theirs: Iterable[Marker]
) -> tuple[Marker, ...]:
    old, mine, other = ({marker.marker_id: marker for marker in side} for side in (base, ours, theirs))
    merged = (
        _three_way(old.get(name), mine.get(name), other.get(name), mine.get(name))
        for name in old.keys() | mine.keys() | other.keys()
    )
    return tuple(sorted((m for m in merged if m is not None), key=lambda m: (m.frame, m.marker_id)))


def _three_way(base: T, ours: T, theirs: T, fallback: T) -> T:
    """Return what one side changed, or what both have; else the fallback."""
    if theirs in (base, ours):
        return ours
    return theirs if ours == base else fallback


@dataclass(frozen=True)
class BecomeProject:
    """Take over a whole state in one undoable step, such as a merge."""

    project: Project
    label: str
    merge_key: str = ""

    def apply(self, project: Project) -> Project:
        """Return the state, under the name that the project has now."""
        return replace(self.project, name=project.name)

"""Take stems from another version, or merge two versions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit
from infinite_studio.progress import Part, Progress
from infinite_studio.project.matching import match_tracks
from infinite_studio.project.merging import Conflict, ProjectMerge, Side, merge_projects, with_other_ids
from infinite_studio.project.model import Project, Track
from infinite_studio.project.words import number_text
from infinite_studio.services.committed import UnknownStemError, committed_project, stems_by_track
from infinite_studio.services.committing import CommitRequest, commit_project, prepare_tracks
from infinite_studio.services.projects import OpenedProject
from infinite_studio.services.restoring import restore_sounds
from infinite_studio.services.stretching import stretched_tracks
from infinite_studio.services.studio import Studio

BEFORE_MERGE_MESSAGE = "Kept before merging"
SAME_TEMPO_RATIO = 0.001


class NothingToMergeError(StudioError):
    """A version that is contained in the present one already."""

    def __init__(self, commit: Commit) -> None:
        super().__init__(
            f"“{commit.message}” is part of the present version already.",
            hint="To have a stem of it again, take that stem alone.",
        )
        self.commit = commit


@dataclass(frozen=True)
class StemPick:
    """Which stems to take from which version, and how.

    Parameters
    ----------
    commit_id : str
        The version, of any project.
    stems : tuple of str
        Names or track ids of its stems.
    stretch : bool
        Whether to bring them to the present tempo; without it they stay as they sound.
    move_to_frame : int or None
        Where their first clip should begin; None keeps their places.
    beside : bool
        Whether they come below the present stems instead of replacing the ones that they match.
    """

    commit_id: str
    stems: tuple[str, ...]
    stretch: bool = False
    move_to_frame: int | None = None
    beside: bool = False


@dataclass(frozen=True)
class Merged:
    """A version made of two.

    Parameters
    ----------
    commit : Commit
        It; its parents are the present version and the other one.
    branch : str
        Where it was committed.
    project : Project
        Its state.
    sentences : tuple of str
        What was taken from where, and what a person should know about it.
    """

    commit: Commit
    branch: str
    project: Project
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Conflicts:
    """What both versions changed: nothing was merged, and nothing is until each has been chosen.

    Parameters
    ----------
    ours_id, theirs_id : str
        The two versions.
    base_id : str or None
        The one that both began from.
    branch : str
        Where the present version stands.
    conflicts : tuple of Conflict
        The choices to make, by `Conflict.choice_id`.
    heard : Mapping of (str, Side) to str
        Stored stems to hear before choosing, by choice id and side; a removed stem has none.
    """

    ours_id: str
    theirs_id: str
    base_id: str | None
    branch: str
    conflicts: tuple[Conflict, ...]
    heard: Mapping[tuple[str, Side], str]


def cherry_pick(
    pick: StemPick, opened: OpenedProject, studio: Studio, progress: Progress, message: str = ""
) -> Merged:
    """Take stems from another version into the present one and commit that with both as parents.

    Unsaved work is committed first on its own, so that what a stem replaces is never lost.
    """
    commit = studio.library.commit_of(pick.commit_id)
    source = committed_project(commit, studio)
    chosen = [_find_stem(source, name) for name in dict.fromkeys(pick.stems)]
    opened = keep_unsaved(opened, studio, Part(progress, 0.0, 0.2))
    present = opened.project
    if not present.tracks:
        present = replace(present, tempo_bpm=source.tempo_bpm, key=source.key)
    tracks, sentences = _adapted(chosen, source, present, pick, commit, studio, Part(progress, 0.2, 0.6))
    project = _with_picked(present, tracks, beside=pick.beside)
    names = _listed(tuple(track.name for track in chosen))
    request = replace(
        _request(opened, project, message or f"{names} from “{commit.message}”"),
        extra_parent_ids=() if commit.commit_id == opened.base_commit_id else (commit.commit_id,),
    )
    return _committed(request, sentences, studio, Part(progress, 0.6, 1.0))


def merge_commits(
    opened: OpenedProject,
    theirs_id: str,
    choices: Mapping[str, Side],
    studio: Studio,
    progress: Progress,
    message: str = "",
) -> Merged | Conflicts:
    """Merge another version into the present one over what both began from, or return the choices to make first.

    Unsaved work is committed first on its own. The merge always makes a commit with two parents.
    """
    theirs = studio.library.commit_of(theirs_id)
    opened = keep_unsaved(opened, studio, Part(progress, 0.0, 0.3))
    ours_id = opened.base_commit_id
    if ours_id is not None and studio.library.is_ancestor(theirs.commit_id, ours_id):
        raise NothingToMergeError(theirs)
    base_id = None if ours_id is None else studio.library.merge_base(ours_id, theirs.commit_id)
    base = None if base_id is None else committed_project(studio.library.commit_of(base_id), studio)
    their_project = committed_project(theirs, studio)
    ours = replace(opened.project, name="")
    if ours_id is None and not ours.tracks:
        ours, base = their_project, their_project
    merge = merge_projects(base, ours, their_project, choices)
    if merge.conflicts:
        return _conflicts(opened, theirs, base_id, merge, studio)
    project = replace(merge.project, name=opened.project.name)
    request = replace(
        _request(opened, project, message or f"Merged “{theirs.message}”"),
        extra_parent_ids=(theirs.commit_id,),
    )
    sentences = _told(merge, ours, their_project, theirs)
    return _committed(request, sentences, studio, Part(progress, 0.3, 1.0))


def keep_unsaved(opened: OpenedProject, studio: Studio, progress: Progress) -> OpenedProject:
    """Commit unsaved work where it stands, and return the project as it is then."""
    if opened.project == opened.committed or (opened.base_commit_id is None and not opened.project.tracks):
        return opened
    kept = commit_project(_request(opened, opened.project, BEFORE_MERGE_MESSAGE), studio, progress)
    repository = replace(opened.repository, current_branch=kept.branch)
    return OpenedProject(repository, opened.project, opened.project, kept.commit.commit_id)


def _committed(
    request: CommitRequest, sentences: tuple[str, ...], studio: Studio, progress: Progress
) -> Merged:
    """Commit what came of two versions, with every sound of it there and ready to be heard."""
    restore_sounds(request.project, studio, Part(progress, 0.0, 0.2))
    prepare_tracks(request.project.tracks, studio, Part(progress, 0.2, 0.4))
    kept = commit_project(request, studio, Part(progress, 0.4, 1.0))
    return Merged(kept.commit, kept.branch, request.project, sentences)


def _request(opened: OpenedProject, project: Project, message: str) -> CommitRequest:
    repository = opened.repository
    return CommitRequest(
        repository.repository_id, project, message, repository.current_branch, opened.base_commit_id
    )


def _find_stem(source: Project, name: str) -> Track:
    sounding = [track for track in source.tracks if track.clips]
    found = next((track for track in sounding if track.track_id == name), None)
    wanted = name.strip().casefold()
    found = found or next((track for track in sounding if track.name.casefold() == wanted), None)
    of_type = [track for track in sounding if track.stem_type.value == wanted]
    if found is None and len(of_type) != 1:
        raise UnknownStemError(name, tuple(track.name for track in sounding))
    return found or of_type[0]


def _adapted(
    chosen: list[Track],
    source: Project,
    present: Project,
    pick: StemPick,
    commit: Commit,
    studio: Studio,
    progress: Progress,
) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    """Stretch and move the stems as far as it was asked for, and say what was done and what was not."""
    tracks = tuple(chosen)
    names = _listed(tuple(track.name for track in chosen))
    sentences = [f"{names} taken from “{commit.message}”."]
    if _tempo_differs(source.tempo_bpm, present.tempo_bpm):
        tempos = f"{number_text(source.tempo_bpm, 2)} to {number_text(present.tempo_bpm, 2)} BPM"
        if pick.stretch:
            ratio = source.tempo_bpm / present.tempo_bpm
            tracks = stretched_tracks(tracks, ratio, studio, progress)
            sentences.append(f"Stretched from {tempos}.")
        else:
            sentences.append(f"Not stretched from {tempos}: it plays at its own tempo.")
    if pick.move_to_frame is not None:
        first = min(clip.start_frame for track in tracks for clip in track.clips)
        tracks = tuple(_moved(track, pick.move_to_frame - first) for track in tracks)
    return tracks, tuple(sentences)


def _moved(track: Track, by_frames: int) -> Track:
    clips = (replace(clip, start_frame=max(0, clip.start_frame + by_frames)) for clip in track.clips)
    return replace(track, clips=tuple(clips))


def _with_picked(present: Project, picked: tuple[Track, ...], *, beside: bool) -> Project:
    """Put the picked tracks in the place of those that they match, the others below."""
    if beside:
        fresh = tuple(_unlike(track, present) for track in picked)
        return replace(present, tracks=present.tracks + fresh)
    pairs = match_tracks(present.tracks, picked)
    return replace(present, tracks=tuple(new or old for old, new in pairs if new or old))  # type: ignore[misc]


def _unlike(track: Track, present: Project) -> Track:
    """Return the track, with other identities where the project has the same ones already."""
    taken = {other.track_id for other in present.tracks} | {clip.clip_id for _, clip in present.clips()}
    mine = {track.track_id, *(clip.clip_id for clip in track.clips)}
    while mine & taken:
        track = with_other_ids(track)
        mine = {track.track_id, *(clip.clip_id for clip in track.clips)}
    return track


def _conflicts(
    opened: OpenedProject, theirs: Commit, base_id: str | None, merge: ProjectMerge, studio: Studio
) -> Conflicts:
    assert opened.base_commit_id is not None
    ours = studio.library.commit_of(opened.base_commit_id)
    heard: dict[tuple[str, Side], str] = {}
    for side, commit in ((Side.OURS, ours), (Side.THEIRS, theirs)):
        stems = stems_by_track(commit, committed_project(commit, studio))
        for conflict in merge.conflicts:
            track = conflict.ours if side is Side.OURS else conflict.theirs
            stem = stems.get(track.track_id) if track is not None else None
            if stem is not None:
                heard[conflict.choice_id, side] = stem.object_id
    branch = opened.repository.current_branch
    return Conflicts(
        ours.commit_id, theirs.commit_id, base_id, branch, merge.conflicts, MappingProxyType(heard)
    )


def _told(merge: ProjectMerge, ours: Project, their_project: Project, theirs: Commit) -> tuple[str, ...]:
    """Say what came from the other version, and which stems now play beside the project's tempo."""
    taken = tuple(t.name for t in merge.project.tracks if merge.origins.get(t.track_id) is Side.THEIRS)
    what = _listed(taken) if taken else "No stem"
    sentences = [f"{what} taken from “{theirs.message}”."]
    tempo_bpm = merge.project.tempo_bpm
    for side, of_side in ((ours, Side.OURS), (their_project, Side.THEIRS)):
        if _tempo_differs(side.tempo_bpm, tempo_bpm):
            names = _listed(tuple(_kept_from(merge, of_side)))
            tempos = f"{number_text(side.tempo_bpm, 2)} to {number_text(tempo_bpm, 2)} BPM"
            if names:
                sentences.append(f"{names}: not stretched from {tempos}.")
    return tuple(sentences)


def _kept_from(merge: ProjectMerge, side: Side) -> list[str]:
    """Name the tracks of a side; what neither side changed is older than both and counts for both."""
    return [t.name for t in merge.project.tracks if t.clips and merge.origins.get(t.track_id, side) is side]


def _tempo_differs(first_bpm: float, second_bpm: float) -> bool:
    return abs(first_bpm / second_bpm - 1.0) > SAME_TEMPO_RATIO


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)

"""Keep a version, and go back to one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count

from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit, CommitDraft, StemRecord
from infinite_studio.progress import Part, Progress
from infinite_studio.project.mixdown import program_of, track_program
from infinite_studio.project.model import Project, Track
from infinite_studio.project.snapshots import project_of, snapshot_of
from infinite_studio.services.renders import KnownRenders, known_renders, store_program
from infinite_studio.services.restoring import restore_sounds
from infinite_studio.services.stem_recipes import mixdown_key, stem_key, stem_recipe
from infinite_studio.services.studio import Studio


class NoMessageError(StudioError):
    """A commit without a message."""

    def __init__(self) -> None:
        super().__init__("A version needs a message.", hint="Say in a few words what changed.")


@dataclass(frozen=True)
class CommitRequest:
    """What to keep and where.

    Parameters
    ----------
    repository_id : str
        The project in the library.
    project : Project
        The state to keep.
    message : str
        Not empty.
    branch : str
        The branch that the present work is on.
    base_commit_id : str or None
        The commit that the work began from; None before the first one.
    extra_parent_ids : tuple of str
        Other commits that were merged in.
    """

    repository_id: str
    project: Project
    message: str
    branch: str
    base_commit_id: str | None
    extra_parent_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A commit, and the branch that now ends with it."""

    commit: Commit
    branch: str


def commit_project(request: CommitRequest, studio: Studio, progress: Progress) -> Kept:
    """Keep the project with its mixdown and stems; a new branch grows where the old one went on.

    Only what sounds different from every parent is rendered.
    """
    if not request.message.strip():
        raise NoMessageError
    project = request.project
    base = () if request.base_commit_id is None else (request.base_commit_id,)
    known = known_renders((*base, *request.extra_parent_ids), studio)
    stems = _stems(project, known, studio, Part(progress, 0.0, 0.6))
    mixdown = _mixdown(project, known, studio, Part(progress, 0.6, 0.95))
    progress.report(0.95, "Writing the commit")
    draft = CommitDraft(
        message=request.message.strip(),
        snapshot=snapshot_of(project),
        tempo_bpm=project.tempo_bpm,
        key=str(project.key) if project.key else None,
        mixdown_object_id=mixdown,
        stems=stems,
        extra_parent_ids=request.extra_parent_ids,
    )
    branch = _branch_for(request, studio)
    commit = studio.library.commit(
        request.repository_id, draft, branch=branch, expected_head=request.base_commit_id
    )
    if studio.library.repository(request.repository_id).current_branch != branch:
        studio.library.set_current_branch(request.repository_id, branch)
    studio.library.save_working(request.repository_id, None)
    return Kept(commit, branch)


def keep_present(request: CommitRequest, studio: Studio, progress: Progress) -> Kept:
    """Commit unsaved work on a branch of its own, so that going elsewhere loses nothing."""
    taken = {branch.name for branch in studio.library.branches(request.repository_id)}
    wanted = f"kept/{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    numbered = (f"{wanted}-{number}" for number in count(2))
    branch = next(name for name in chain((wanted,), numbered) if name not in taken)
    if request.base_commit_id is not None:
        studio.library.create_branch(request.repository_id, branch, request.base_commit_id)
    return commit_project(
        CommitRequest(
            request.repository_id, request.project, request.message, branch, request.base_commit_id
        ),
        studio,
        progress,
    )


def project_at(commit_id: str, studio: Studio, progress: Progress) -> Project:
    """Return the project as it was at a commit, its sounds decoded."""
    project = project_of(studio.library.snapshot(commit_id))
    restore_sounds(project, studio, Part(progress, 0.0, 0.3))
    prepare_tracks(project.tracks, studio, Part(progress, 0.3, 1.0))
    return project


def _branch_for(request: CommitRequest, studio: Studio) -> str:
    tips = {branch.name: branch.commit_id for branch in studio.library.branches(request.repository_id)}
    if tips.get(request.branch) == request.base_commit_id:
        return request.branch
    number = next(n for n in range(2, len(tips) + 3) if f"{request.branch}-{n}" not in tips)
    branch = f"{request.branch}-{number}"
    if request.base_commit_id is not None:
        studio.library.create_branch(request.repository_id, branch, request.base_commit_id)
    return branch


def _stems(
    project: Project, known: KnownRenders, studio: Studio, progress: Progress
) -> tuple[StemRecord, ...]:
    tracks = [track for track in project.tracks if track.clips]
    records = []
    for done, track in enumerate(tracks):
        part = Part(progress, done / len(tracks), (done + 1) / len(tracks))
        part.report(0.0, f"Keeping {track.name}")
        whole = known_whole(track, studio)
        object_id = whole or known.stems.get(stem_key(project, track))
        if object_id is None:
            prepare_tracks((track,), studio, Part(part, 0.0, 0.3))
            whole = known_whole(track, studio)
            program = track_program(project, track, studio.bank.samples)
            object_id = whole or store_program(program, studio, Part(part, 0.3, 1.0))
        if object_id is not None:
            recipe = stem_recipe(project, track, is_rendered=whole is None)
            records.append(StemRecord(track.stem_type, track.name, object_id, recipe))
    return tuple(records)


def _mixdown(project: Project, known: KnownRenders, studio: Studio, progress: Progress) -> str | None:
    object_id = known.mixdowns.get(mixdown_key(project))
    if object_id is None:
        prepare_tracks(project.tracks, studio, Part(progress, 0.0, 0.3))
        program = program_of(project, studio.bank.samples)
        object_id = store_program(program, studio, Part(progress, 0.3, 1.0))
    return object_id


def prepare_tracks(tracks: Iterable[Track], studio: Studio, progress: Progress) -> None:
    """Decode what some tracks play."""
    studio.bank.prepare_all(frozenset(clip.object_id for track in tracks for clip in track.clips), progress)


def known_whole(track: Track, studio: Studio) -> str | None:
    """Return the object of a track that is nothing but one whole decoded sound from the start: its own stem."""
    clip = track.clips[0]
    samples = studio.bank.samples(clip.object_id)
    untouched = (
        len(track.clips) == 1
        and clip.start_frame == clip.source_offset_frames == 0
        and clip.gain_db == track.gain_db == track.pan == 0.0
        and samples is not None
        and clip.length_frames == samples.shape[0]
    )
    return clip.object_id if untouched else None

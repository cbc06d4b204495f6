"""Keep a version, and go back to one."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from infinite_studio.audio.mixing import Program
from infinite_studio.audio.writing import BitDepth, SoundFormat, write_blocks
from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit, CommitDraft, StemRecord
from infinite_studio.progress import Part, Progress
from infinite_studio.project.mixdown import program_of, track_program
from infinite_studio.project.model import Project, Track
from infinite_studio.project.snapshots import project_of, snapshot_of
from infinite_studio.services.rendering import peak_of, render_blocks
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
    """

    repository_id: str
    project: Project
    message: str
    branch: str
    base_commit_id: str | None


@dataclass(frozen=True)
class Kept:
    """A commit, and the branch that now ends with it."""

    commit: Commit
    branch: str


def commit_project(request: CommitRequest, studio: Studio, progress: Progress) -> Kept:
    """Render the mixdown and stems and keep them with the snapshot; a new branch grows where the old one went on."""
    if not request.message.strip():
        raise NoMessageError
    project = request.project
    studio.bank.prepare_all(
        frozenset(clip.object_id for _, clip in project.clips()), Part(progress, 0.0, 0.2)
    )
    mixdown = _store_program(program_of(project, studio.bank.samples), studio, Part(progress, 0.2, 0.6))
    stems = _stems(project, studio, Part(progress, 0.6, 0.95))
    progress.report(0.95, "Writing the commit")
    draft = CommitDraft(
        message=request.message.strip(),
        snapshot=snapshot_of(project),
        tempo_bpm=project.tempo_bpm,
        key=str(project.key) if project.key else None,
        mixdown_object_id=mixdown,
        stems=stems,
    )
    branch = _branch_for(request, studio)
    commit = studio.library.commit(
        request.repository_id, draft, branch=branch, expected_head=request.base_commit_id
    )
    studio.library.set_current_branch(request.repository_id, branch)
    studio.library.save_working(request.repository_id, None)
    return Kept(commit, branch)


def keep_present(request: CommitRequest, studio: Studio, progress: Progress) -> Kept:
    """Commit unsaved work on a branch of its own, so that going elsewhere loses nothing."""
    branch = f"kept/{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
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
    studio.bank.prepare_all(frozenset(clip.object_id for _, clip in project.clips()), progress)
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


def _stems(project: Project, studio: Studio, progress: Progress) -> tuple[StemRecord, ...]:
    tracks = [track for track in project.tracks if track.clips]
    records = []
    for done, track in enumerate(tracks):
        part = Part(progress, done / len(tracks), (done + 1) / len(tracks))
        part.report(0.0, f"Keeping {track.name}")
        recipes = {clip.object_id: clip.recipe for clip in track.clips}
        recipe = next(iter(recipes.values())) if len(recipes) == 1 else None
        object_id = _whole_object(track, studio) or _store_program(
            track_program(project, track, studio.bank.samples), studio, part
        )
        if object_id is not None:
            records.append(StemRecord(track.stem_type, track.name, object_id, recipe))
    return tuple(records)


def _whole_object(track: Track, studio: Studio) -> str | None:
    """Return the object of a track that is nothing but one whole sound from the start, which needs no rendering."""
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


def _store_program(program: Program, studio: Studio, progress: Progress) -> str | None:
    if program.length_frames == 0:
        return None
    fits = peak_of(program, Part(progress, 0.0, 0.2)) <= 1.0 - 2.0**-23
    sound_format, bit_depth = (
        (SoundFormat.FLAC, BitDepth.INT_24) if fits else (SoundFormat.WAV, BitDepth.FLOAT_32)
    )
    studio.folders.cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=studio.folders.cache) as folder:
        path = Path(folder) / f"render.{sound_format.value}"
        blocks = render_blocks(program, 0, program.length_frames, Part(progress, 0.2, 0.9), "Rendering")
        write_blocks(
            path,
            blocks,
            sample_rate=program.sample_rate,
            n_channels=2,
            n_frames=program.length_frames,
            sound_format=sound_format,
            bit_depth=bit_depth,
        )
        return studio.library.put_file(path, f"audio/{sound_format.value}").object_id

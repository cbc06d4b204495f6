"""Compare two versions: in words, stem by stem, and by a null test."""

from dataclasses import dataclass, replace
from enum import StrEnum

from infinite_studio.audio.audio import Samples
from infinite_studio.errors import StudioError
from infinite_studio.history.values import Commit, StemRecord
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.project.diff import ProjectDiff, diff_projects
from infinite_studio.project.matching import match_tracks
from infinite_studio.project.model import Project, Track
from infinite_studio.services.committed import committed_project, stems_by_track
from infinite_studio.services.nulling import null_test
from infinite_studio.services.restoring import prepare_stem
from infinite_studio.services.similarity import similarity_of
from infinite_studio.services.studio import Studio

SAME_BELOW_DB = -120.0
"""A difference this far below the sound is what rounding to 24 bits leaves."""


class StemState(StrEnum):
    """What became of a stem from one version to the other."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class StemComparison:
    """One stem in two versions, as it sits in the mix: its volume, pan and place count, mute and solo do not.

    Parameters
    ----------
    name : str
        As in the later version, or as it was where it is gone.
    stem_type : StemType
        What it holds.
    state : StemState
        ``same`` where no sample differs by more than rounding.
    similarity : float or None
        0 to 1 as `similarity_of` measures it; None unless it changed.
    null_db : float or None
        Level of the difference as `null_test` measures it; None unless it changed.
    a_object_id, b_object_id : str or None
        The stored stems, to hear each alone; None where a version does not have it.
    """

    name: str
    stem_type: StemType
    state: StemState
    similarity: float | None = None
    null_db: float | None = None
    a_object_id: str | None = None
    b_object_id: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side.

    Parameters
    ----------
    a, b : Commit
        The earlier and the later version.
    diff : ProjectDiff
        What changed from a to b, in words.
    stems : tuple of StemComparison
        Stems of b from top to bottom, after those that only a has.
    mixdown_null_db : float or None
        Null test of the two mixdowns; None where they are the same or one is missing.
    """

    a: Commit
    b: Commit
    diff: ProjectDiff
    stems: tuple[StemComparison, ...]
    mixdown_null_db: float | None


def compare_commits(a_id: str, b_id: str, studio: Studio, progress: Progress) -> Comparison:
    """Say what changed from one commit to another, in words and in sound."""
    a, b = studio.library.commit_of(a_id), studio.library.commit_of(b_id)
    before, after = committed_project(a, studio), committed_project(b, studio)
    pairs = _stem_pairs(a, b, before, after)
    stems = []
    for done, (old, new) in enumerate(pairs):
        part = Part(progress, 0.8 * done / len(pairs), 0.8 * (done + 1) / len(pairs))
        stems.append(_compare_stem(old, new, (before.tempo_bpm, after.tempo_bpm), studio, part))
    return Comparison(
        a,
        b,
        diff_projects(before, after),
        tuple(stems),
        _mixdown_null(a, b, studio, Part(progress, 0.8, 1.0)),
    )


def changes_of_commit(commit: Commit, studio: Studio) -> ProjectDiff:
    """Say what a commit changed since its first parent; an empty project where it has none."""
    after = committed_project(commit, studio)
    if commit.parent_ids:
        before = committed_project(studio.library.commit_of(commit.parent_ids[0]), studio)
    else:
        before = replace(after, tracks=(), markers=(), loop=None)
    return diff_projects(before, after)


def changes_of_commit_or_nothing(commit_id: str, studio: Studio) -> ProjectDiff:
    """Say what a commit changed; nothing where it is damaged, which a list of commits is no place to complain about."""
    try:
        return changes_of_commit(studio.library.commit_of(commit_id), studio)
    except StudioError:
        return ProjectDiff()


def _stem_pairs(
    a: Commit, b: Commit, before: Project, after: Project
) -> list[tuple[StemRecord | None, StemRecord | None]]:
    of_a, of_b = stems_by_track(a, before), stems_by_track(b, after)

    def stem(stems: dict[str, StemRecord], track: Track | None) -> StemRecord | None:
        return None if track is None else stems.get(track.track_id)

    pairs = ((stem(of_a, old), stem(of_b, new)) for old, new in match_tracks(before.tracks, after.tracks))
    return [(old, new) for old, new in pairs if old or new]


def _compare_stem(
    old: StemRecord | None,
    new: StemRecord | None,
    tempos_bpm: tuple[float, float],
    studio: Studio,
    progress: Progress,
) -> StemComparison:
    shown = new or old
    assert shown is not None
    progress.report(0.0, f"Comparing {shown.name}")
    found = StemComparison(
        shown.name,
        shown.stem_type,
        StemState.SAME,
        a_object_id=old.object_id if old else None,
        b_object_id=new.object_id if new else None,
    )
    if old is None or new is None:
        return replace(found, state=StemState.ADDED if old is None else StemState.REMOVED)
    if old.object_id == new.object_id:
        return found
    a, b = (stem_samples(stem, studio, Part(progress, 0.0, 0.3)) for stem in (old, new))
    null = null_test(a, b, studio.bank.sample_rate, Part(progress, 0.3, 0.6))
    if null.level_db <= SAME_BELOW_DB:
        return found
    similarity = similarity_of(
        (a, b), tempos_bpm, shown.stem_type, studio.bank.sample_rate, Part(progress, 0.6, 1.0)
    )
    return replace(found, state=StemState.CHANGED, similarity=similarity, null_db=null.level_db)


def _mixdown_null(a: Commit, b: Commit, studio: Studio, progress: Progress) -> float | None:
    if a.mixdown_object_id is None or b.mixdown_object_id in {None, a.mixdown_object_id}:
        return None
    assert b.mixdown_object_id is not None
    progress.report(0.0, "Comparing the mixdowns")
    for object_id in (a.mixdown_object_id, b.mixdown_object_id):
        studio.bank.prepare(object_id, Part(progress, 0.0, 0.5))
    first, second = (_mapped(name, studio) for name in (a.mixdown_object_id, b.mixdown_object_id))
    level_db = null_test(first, second, studio.bank.sample_rate, progress).level_db
    return None if level_db <= SAME_BELOW_DB else level_db


def stem_samples(stem: StemRecord, studio: Studio, progress: Progress) -> Samples:
    """Return a stem of a commit, made again where it was given up, decoded and mapped."""
    prepare_stem(stem, studio, progress)
    return _mapped(stem.object_id, studio)


def _mapped(object_id: str, studio: Studio) -> Samples:
    samples = studio.bank.samples(object_id)
    assert samples is not None
    return samples

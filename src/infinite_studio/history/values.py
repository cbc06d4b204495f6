"""What the library hands out: frozen values, importable without a database library."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from infinite_studio.history.recipe import Recipe
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.music.stems import StemType

MAIN_BRANCH = "main"
SHORT_ID_LENGTH = 8


@dataclass(frozen=True)
class User:
    """Who commits.

    Parameters
    ----------
    name : str
        Shown in the history; never empty.
    email : str
        May be empty.
    """

    name: str
    email: str = ""


@dataclass(frozen=True)
class RepositoryInfo:
    """One project as the library knows it.

    Parameters
    ----------
    repository_id : str
        Identity that never changes.
    name : str
        What the person calls it, unique in the library.
    current_branch : str
        Where the next commit goes; the branch exists once there is a commit.
    created : datetime
        Aware, UTC.
    forked_from : str or None
        Id of the commit that this project was forked from.
    is_public : bool
        Whether the person marked it to be shared.
    """

    repository_id: str
    name: str
    current_branch: str
    created: datetime
    forked_from: str | None = None
    is_public: bool = False


@dataclass(frozen=True)
class StemRecord:
    """A stem of a commit.

    Parameters
    ----------
    stem_type : StemType
        What it holds.
    name : str
        What the person calls it.
    object_id : str
        Its stored sound.
    recipe : Recipe or None
        What made it, where known.
    """

    stem_type: StemType
    name: str
    object_id: str
    recipe: Recipe | None = None


@dataclass(frozen=True)
class CommitDraft:
    """What is about to become a commit.

    Parameters
    ----------
    message : str
        What changed, in the person's words; may be empty.
    snapshot : Snapshot
        The whole project; every object it names must be in the library.
    tempo_bpm : float or None
        Beats per minute, finite; None where there is none.
    key : str or None
        Such as ``F minor``.
    mixdown_object_id : str or None
        The stored sum of the stems, where one was made.
    stems : tuple of StemRecord
        In the order to show them.
    extra_parent_ids : tuple of str
        Whole ids of the other commits that were merged in; they follow the branch's tip as parents.
    """

    message: str
    snapshot: Snapshot
    tempo_bpm: float | None = None
    key: str | None = None
    mixdown_object_id: str | None = None
    stems: tuple[StemRecord, ...] = ()
    extra_parent_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Commit:
    """A kept state of a project.

    Parameters
    ----------
    commit_id : str
        SHA-256 of everything below but ``repository_id``, as 64 hexadecimal digits.
    repository_id : str
        The project it was made in; a fork's log shows its origin's commits too.
    parent_ids : tuple of str
        The commits it was made from, the first being the branch it was committed on.
    author : User
        Who made it.
    created : datetime
        Aware, UTC, to the microsecond.
    message : str
        As in `CommitDraft`.
    tempo_bpm : float or None
        As in `CommitDraft`.
    key : str or None
        As in `CommitDraft`.
    snapshot_object_id : str
        The stored snapshot.
    mixdown_object_id : str or None
        As in `CommitDraft`.
    stems : tuple of StemRecord
        As in `CommitDraft`, each recipe as it is read back.
    """

    commit_id: str
    repository_id: str
    parent_ids: tuple[str, ...]
    author: User
    created: datetime
    message: str
    tempo_bpm: float | None
    key: str | None
    snapshot_object_id: str
    mixdown_object_id: str | None
    stems: tuple[StemRecord, ...]

    @property
    def short_id(self) -> str:
        """The first eight digits, enough for people to tell commits apart."""
        return self.commit_id[:SHORT_ID_LENGTH]


@dataclass(frozen=True)
class BranchInfo:
    """A named line of work and the commit at its tip."""

    name: str
    commit_id: str


@dataclass(frozen=True)
class TagInfo:
    """A name that stays at one commit."""

    name: str
    commit_id: str


@dataclass(frozen=True)
class RefMove:
    """One line of the reflog: a branch or tag that was made, moved or removed.

    Parameters
    ----------
    branch : str
        Name of the branch; a tag's is written ``tags/NAME``.
    from_id, to_id : str or None
        The commit before and after; None where there was or is none.
    time : datetime
        Aware, UTC.
    reason : str
        Such as ``commit``, ``branch``, ``move``, ``fork``, ``import``, ``delete``, ``tag``.
    """

    branch: str
    from_id: str | None
    to_id: str | None
    time: datetime
    reason: str


@dataclass(frozen=True)
class Backup:
    """A copy of the library's database.

    Parameters
    ----------
    path : Path
        The copy.
    created : datetime
        When it was made; aware, UTC.
    size_bytes : int
        How large it is.
    """

    path: Path
    created: datetime
    size_bytes: int


@dataclass(frozen=True)
class StoredObject:
    """Immutable stored bytes.

    Parameters
    ----------
    object_id : str
        SHA-256 of the bytes, as 64 hexadecimal digits.
    size_bytes : int
        How many there are.
    media_type : str
        Such as ``audio/flac``, as it was first stored.
    is_absent : bool
        Whether its bytes are left out on purpose: dropped for room, or not part of an imported bundle.
    """

    object_id: str
    size_bytes: int
    media_type: str
    is_absent: bool = False


@dataclass(frozen=True)
class Sound:
    """A sound of the library: dropped, recorded or made.

    Parameters
    ----------
    sound_id : str
        Identity that never changes.
    name : str
        What the person calls it.
    object_id : str
        Its stored bytes.
    sample_rate : int
        Frames per second, in Hz.
    n_channels, n_frames : int
        Its shape.
    analysis : Mapping or None
        What was found out about it, JSON values only; None until it was analysed.
    created : datetime
        Aware, UTC.
    original_file_name : str
        Name of the file it came from, exactly as it was on disk; empty where there was none.
    """

    sound_id: str
    name: str
    object_id: str
    sample_rate: int
    n_channels: int
    n_frames: int
    analysis: Mapping[str, Any] | None
    created: datetime
    original_file_name: str = ""


@dataclass(frozen=True)
class WorkingState:
    """Work that is not committed yet, saved so that nothing is lost.

    Parameters
    ----------
    snapshot : Snapshot
        The whole project.
    base_commit_id : str or None
        The commit that the work started from; None in an empty project.
    """

    snapshot: Snapshot
    base_commit_id: str | None = None


class JobState(StrEnum):
    """Where a job stands, in its queue as in the library's memory of it."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


@dataclass(frozen=True)
class JobRecord:
    """A job as it is remembered beyond the end of the app.

    Parameters
    ----------
    job_id : str
        Identity that never changes.
    title : str
        What the person reads.
    kind : str
        Name of the use case, such as ``generate``.
    state : JobState
        A job that is not finished when the library opens was cut off.
    request : Mapping
        What was asked for, JSON values only, so that it can be asked for again.
    created : datetime
        Aware, UTC.
    finished : datetime or None
        None while it is not finished.
    message : str
        How it ended, as a sentence; empty where there is nothing to say.
    """

    job_id: str
    title: str
    kind: str
    state: JobState
    request: Mapping[str, Any]
    created: datetime
    finished: datetime | None = None
    message: str = ""

"""Looking up rows, and what it means when there is none."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.models import (
    BranchRow,
    CommitRow,
    ParentRow,
    RepositoryRow,
    StemRow,
    UserRow,
)
from infinite_studio.history.names import name_key
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import Commit, RepositoryInfo, StemRecord, User
from infinite_studio.music.stems import StemType

SHORTEST_PREFIX = 4
_PREFIX = re.compile(f"[0-9a-f]{{{SHORTEST_PREFIX},64}}")
NEWEST = 1 << 62
_LOG_OF_TIP = text(
    """
WITH RECURSIVE walk(sequence) AS (
    SELECT :tip
    UNION SELECT parent_sequence FROM walk JOIN commit_edges USING (sequence)
    ORDER BY 1 DESC LIMIT :reach
)
SELECT sequence FROM walk WHERE sequence < :before ORDER BY sequence DESC LIMIT :limit OFFSET :offset
"""
)
_OWN = text(
    """
SELECT sequence FROM commits WHERE repository_id = :repository_id AND sequence < :before
ORDER BY sequence DESC LIMIT :limit OFFSET :offset
"""
)
_IS_INHERITED = text(
    """
WITH RECURSIVE walk(sequence) AS (
    SELECT sequence FROM repository_roots WHERE repository_id = :repository_id AND sequence >= :wanted
    UNION SELECT parent_sequence FROM walk JOIN commit_edges USING (sequence) WHERE parent_sequence >= :wanted
)
SELECT 1 FROM walk WHERE sequence = :wanted
"""
)
_IDS_OF_WALK = text(
    """
WITH RECURSIVE walk(sequence) AS (
    SELECT :tip
    UNION SELECT parent_sequence FROM walk JOIN commit_edges USING (sequence)
    ORDER BY 1 DESC
)
SELECT commit_id FROM walk JOIN commits USING (sequence) ORDER BY sequence DESC
"""
)
_IDS_PER_QUERY = 500
_COMMITS = select(
    CommitRow.commit_id,
    CommitRow.repository_id,
    CommitRow.created,
    CommitRow.message,
    CommitRow.tempo_bpm,
    CommitRow.key,
    CommitRow.snapshot_object_id,
    CommitRow.mixdown_object_id,
    UserRow.name,
    UserRow.email,
    CommitRow.sequence,
).join(UserRow, UserRow.user_id == CommitRow.author_id)
_PARENTS = (
    select(ParentRow.commit_id, ParentRow.parent_id)
    .join(CommitRow, CommitRow.commit_id == ParentRow.commit_id)
    .order_by(ParentRow.commit_id, ParentRow.position)
)
_STEMS = (
    select(StemRow.commit_id, StemRow.stem_type, StemRow.name, StemRow.object_id, StemRow.recipe)
    .join(CommitRow, CommitRow.commit_id == StemRow.commit_id)
    .order_by(StemRow.commit_id, StemRow.position)
)


class UnknownRepositoryError(StudioError):
    """A project that is not in the library."""

    def __init__(self, name_or_id: str) -> None:
        super().__init__(
            f"There is no project called “{name_or_id}”.",
            hint="Look at the list of projects, or make a new one.",
        )
        self.name_or_id = name_or_id


class UnknownCommitError(StudioError):
    """A commit that is not where it was looked for."""

    def __init__(self, commit_id: str) -> None:
        super().__init__(
            f"There is no commit “{commit_id}” here.",
            hint=f"Take the first digits of a commit from the history, at least {SHORTEST_PREFIX}.",
        )
        self.commit_id = commit_id


class AmbiguousCommitError(StudioError):
    """The beginning of more than one commit's id."""

    def __init__(self, prefix: str, candidates: tuple[str, ...]) -> None:
        super().__init__(
            f"More than one commit begins with “{prefix}”.",
            hint=f"Add digits to tell them apart: {', '.join(candidates)}.",
        )
        self.prefix = prefix
        self.candidates = candidates


class DamagedCommitError(StudioError):
    """A commit whose row is no longer what was committed."""

    def __init__(self, commit_id: str) -> None:
        super().__init__(
            f"The commit {commit_id[:8]} has been damaged in the database.",
            hint="Other commits still open; put a backup of the library back to get this one.",
        )
        self.commit_id = commit_id


class UnknownBranchError(StudioError):
    """A branch that the project does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no branch called “{name}”.", hint="Make the branch first.")
        self.name = name


def require_repository(session: Session, repository_id: str) -> RepositoryRow:
    """Return the project with this id."""
    row = session.get(RepositoryRow, repository_id)
    if row is None:
        raise UnknownRepositoryError(repository_id)
    return row


def find_repository(session: Session, name_or_id: str) -> RepositoryRow:
    """Return the project with this id, else the one with this name."""
    row = session.get(RepositoryRow, name_or_id)
    if row is None:
        key = name_key(name_or_id.strip())
        row = session.scalars(select(RepositoryRow).where(RepositoryRow.name_key == key)).one_or_none()
    if row is None:
        raise UnknownRepositoryError(name_or_id)
    return row


def repository_value(row: RepositoryRow) -> RepositoryInfo:
    """Return a project's row as a value."""
    return RepositoryInfo(
        repository_id=row.repository_id,
        name=row.name,
        current_branch=row.current_branch,
        created=row.created,
        forked_from=row.forked_from,
        is_public=row.is_public,
    )


def require_branch(session: Session, repository_id: str, name: str) -> BranchRow:
    """Return a project's branch."""
    row = session.get(BranchRow, (repository_id, name))
    if row is None:
        raise UnknownBranchError(name)
    return row


def require_commits(session: Session, commit_ids: Sequence[str]) -> tuple[Commit, ...]:
    """Return commits as values, in the order asked for."""
    found: dict[str, Commit] = {}
    for start in range(0, len(commit_ids), _IDS_PER_QUERY):
        some = CommitRow.commit_id.in_(commit_ids[start : start + _IDS_PER_QUERY])
        found |= {commit.commit_id: commit for commit in _commits(session, some).values()}
    for commit_id in commit_ids:
        if commit_id not in found:
            raise UnknownCommitError(commit_id)
    return tuple(found[commit_id] for commit_id in commit_ids)


def commits_of_sequences(session: Session, sequences: Sequence[int]) -> dict[int, Commit]:
    """Return commits as values by their place, in the order asked for; those that are not there are left out."""
    found: dict[int, Commit] = {}
    for start in range(0, len(sequences), _IDS_PER_QUERY):
        found |= _commits(session, CommitRow.sequence.in_(sequences[start : start + _IDS_PER_QUERY]))
    return {sequence: found[sequence] for sequence in sequences if sequence in found}


def ids_of_sequences(session: Session, sequences: Sequence[int]) -> dict[int, str]:
    """Return the ids of commits by their place."""
    found: dict[int, str] = {}
    for start in range(0, len(sequences), _IDS_PER_QUERY):
        some = CommitRow.sequence.in_(sequences[start : start + _IDS_PER_QUERY])
        found |= dict(session.execute(select(CommitRow.sequence, CommitRow.commit_id).where(some)).all())
    return found


def require_sequence(session: Session, commit_id: str) -> int:
    """Return a commit's place in the order of the library."""
    sequence = session.scalar(select(CommitRow.sequence).where(CommitRow.commit_id == commit_id))
    if sequence is None:
        raise UnknownCommitError(commit_id)
    return sequence


def require_visible(session: Session, repository_id: str, commit_id: str) -> None:
    """Refuse a commit that neither the project nor what it goes on from contains."""
    if not is_visible(session, repository_id, commit_id):
        raise UnknownCommitError(commit_id)


def sequences_of_tip(session: Session, tip: int, *, limit: int, offset: int, before: int) -> list[int]:
    """Return a commit's ancestors and itself, newest first, children always before their parents."""
    values = {"tip": tip, "limit": limit, "offset": offset, "before": before}
    reach = limit + offset if before == NEWEST else -1
    return list(session.scalars(_LOG_OF_TIP, values | {"reach": reach}))


def sequences_of_repository(
    session: Session, repository_id: str, inherited: Sequence[int], *, limit: int, offset: int, before: int
) -> list[int]:
    """Return every commit of a project and those it inherited, which come oldest first, newest first."""
    values = {"repository_id": repository_id, "before": before, "limit": limit, "offset": offset}
    if not inherited:
        return list(session.scalars(_OWN, values))
    reach = limit + offset
    own = session.scalars(_OWN, values | {"limit": reach, "offset": 0})
    end = bisect_left(inherited, before)
    older = inherited[max(end - reach, 0) : end]
    return list(islice(merge(own, reversed(older), reverse=True), offset, reach))


def ids_of_tip(session: Session, tip: int) -> list[str]:
    """Return the ids of a commit and of everything it grew from, newest first."""
    return list(session.scalars(_IDS_OF_WALK, {"tip": tip}))


def complete_commit_id(session: Session, text_of_id: str, repository: RepositoryRow | None) -> str:
    """Return the one commit id that begins like this, in one project or in the whole library."""
    prefix = text_of_id.strip().lower()
    if _PREFIX.fullmatch(prefix) is None:
        raise UnknownCommitError(text_of_id)
    between = (CommitRow.commit_id >= prefix, CommitRow.commit_id < prefix + "g")
    found_ids = session.scalars(select(CommitRow.commit_id).where(*between))
    candidates = sorted({found for found in found_ids if found})
    if repository is not None:
        candidates = [found for found in candidates if is_visible(session, repository.repository_id, found)]
    if not candidates:
        raise UnknownCommitError(text_of_id)
    if len(candidates) > 1:
        raise AmbiguousCommitError(prefix, tuple(found[: len(prefix) + 4] for found in candidates[:10]))
    return candidates[0]


def is_visible(session: Session, repository_id: str, commit_id: str) -> bool:
    """Whether a project or what it goes on from contains a commit."""
    place = select(CommitRow.repository_id, CommitRow.sequence).where(CommitRow.commit_id == commit_id)
    found = session.execute(place).first()
    if found is None or found[0] == repository_id:
        return found is not None
    values = {"repository_id": repository_id, "wanted": found[1]}
    return session.execute(_IS_INHERITED, values).first() is not None


def _commits(session: Session, which: ColumnElement[bool]) -> dict[int, Commit]:
    """Return commits by their place; plain tuples are read, because a page of models takes three times as long."""
    parents: dict[str, list[str]] = {}
    for commit_id, parent_id in session.execute(_PARENTS.where(which)):
        parents.setdefault(commit_id, []).append(parent_id)
    stems: dict[str, list[StemRecord]] = {}
    for commit_id, *values in session.execute(_STEMS.where(which)):
        stems.setdefault(commit_id, []).append(_stem_value(commit_id, *values))
    return {
        sequence: Commit(
            commit_id=commit_id,
            repository_id=repository_id,
            parent_ids=tuple(parents.get(commit_id, ())),
            author=User(author, email),
            created=created,
            message=message,
            tempo_bpm=tempo_bpm,
            key=key,
            snapshot_object_id=snapshot,
            mixdown_object_id=mixdown,
            stems=tuple(stems.get(commit_id, ())),
        )
        for (
            commit_id,
            repository_id,
            created,
            message,
            tempo_bpm,
            key,
            snapshot,
            mixdown,
            author,
            email,
            sequence,
        ) in session.execute(_COMMITS.where(which))
    }


def _stem_value(
    commit_id: str, stem_type: str, name: str, object_id: str, recipe: dict[str, Any] | None
) -> StemRecord:
    try:
        return StemRecord(
            stem_type=StemType(stem_type),
            name=name,
            object_id=object_id,
            recipe=None if recipe is None else Recipe.from_json(recipe),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedCommitError(commit_id) from error

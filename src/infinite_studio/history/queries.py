"""Looking up rows, and what it means when there is none."""

import re
from collections.abc import Sequence

from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session, joinedload, selectinload

from infinite_studio.errors import StudioError
from infinite_studio.history.models import BranchRow, CommitRow, RepositoryRow
from infinite_studio.history.names import name_key
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.values import Commit, RepositoryInfo, StemRecord, User
from infinite_studio.music.stems import StemType

SHORTEST_PREFIX = 4
_PREFIX = re.compile(f"[0-9a-f]{{{SHORTEST_PREFIX},64}}")
_WALK = """
WITH RECURSIVE walk(commit_id, sequence) AS (
    SELECT commit_id, sequence FROM commits WHERE commit_id = :tip
    UNION
    SELECT parent.commit_id, parent.sequence
    FROM walk
    JOIN commit_parents ON commit_parents.commit_id = walk.commit_id
    JOIN commits AS parent ON parent.commit_id = commit_parents.parent_id
    ORDER BY 2 DESC LIMIT :reach
)
"""


def _after_walk(query: str) -> TextClause:
    """Let a query read ``walk``: a commit and its ancestors, the newest first however many are taken."""
    return text(_WALK + query)


_LOG_OF_TIP = _after_walk("SELECT commit_id FROM walk ORDER BY sequence DESC LIMIT :limit OFFSET :offset")
_LOG_OF_REPOSITORY = _after_walk(
    """
SELECT commit_id, sequence FROM (
    SELECT commit_id, sequence FROM commits
    WHERE repository_id = :repository_id ORDER BY sequence DESC LIMIT :reach
)
UNION SELECT commit_id, sequence FROM walk
ORDER BY 2 DESC LIMIT :limit OFFSET :offset
"""
)
_IDS_PER_QUERY = 500
_COMMITS = select(CommitRow).options(
    joinedload(CommitRow.author, innerjoin=True),
    selectinload(CommitRow.parents),
    selectinload(CommitRow.stems),
)
_IS_IN_WALK = _after_walk("SELECT 1 FROM walk WHERE commit_id = :wanted")


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
        rows = session.scalars(
            _COMMITS.where(CommitRow.commit_id.in_(commit_ids[start : start + _IDS_PER_QUERY]))
        )
        found |= {row.commit_id: _commit_value(row) for row in rows}
    for commit_id in commit_ids:
        if commit_id not in found:
            raise UnknownCommitError(commit_id)
    return tuple(found[commit_id] for commit_id in commit_ids)


def require_visible(session: Session, repository: RepositoryRow, commit_id: str) -> None:
    """Refuse a commit that neither the project nor what it was forked from contains."""
    if not _is_visible(session, repository, commit_id):
        raise UnknownCommitError(commit_id)


def is_ancestor(session: Session, commit_id: str, *, of: str | None) -> bool:
    """Whether a commit is another one or among its ancestors."""
    values = {"tip": of, "reach": -1, "wanted": commit_id}
    return of is not None and session.execute(_IS_IN_WALK, values).first() is not None


def ids_of_tip(session: Session, tip: str, *, limit: int, offset: int) -> list[str]:
    """Return a commit's ancestors and itself, newest first, children always before their parents."""
    values = {"tip": tip, "reach": limit + offset, "limit": limit, "offset": offset}
    return list(session.scalars(_LOG_OF_TIP, values))


def ids_of_repository(session: Session, repository: RepositoryRow, *, limit: int, offset: int) -> list[str]:
    """Return every commit of a project and of what it was forked from, newest first."""
    values = {
        "tip": repository.forked_from,
        "repository_id": repository.repository_id,
        "reach": limit + offset,
        "limit": limit,
        "offset": offset,
    }
    return list(session.scalars(_LOG_OF_REPOSITORY, values))


def complete_commit_id(session: Session, text_of_id: str, repository: RepositoryRow | None) -> str:
    """Return the one commit id that begins like this, in one project or in the whole library."""
    prefix = text_of_id.strip().lower()
    if _PREFIX.fullmatch(prefix) is None:
        raise UnknownCommitError(text_of_id)
    between = (CommitRow.commit_id >= prefix, CommitRow.commit_id < prefix + "g")
    found_ids = session.scalars(select(CommitRow.commit_id).where(*between))
    candidates = sorted({found for found in found_ids if found})
    if repository is not None:
        candidates = [found for found in candidates if _is_visible(session, repository, found)]
    if not candidates:
        raise UnknownCommitError(text_of_id)
    if len(candidates) > 1:
        raise AmbiguousCommitError(prefix, tuple(found[: len(prefix) + 4] for found in candidates[:10]))
    return candidates[0]


def _is_visible(session: Session, repository: RepositoryRow, commit_id: str) -> bool:
    owner = session.scalar(select(CommitRow.repository_id).where(CommitRow.commit_id == commit_id))
    if owner == repository.repository_id:
        return True
    return owner is not None and is_ancestor(session, commit_id, of=repository.forked_from)


def _commit_value(row: CommitRow) -> Commit:
    try:
        stems = tuple(
            StemRecord(
                stem_type=StemType(stem.stem_type),
                name=stem.name,
                object_id=stem.object_id,
                recipe=None if stem.recipe is None else Recipe.from_json(stem.recipe),
            )
            for stem in row.stems
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedCommitError(row.commit_id) from error
    return Commit(
        commit_id=row.commit_id,
        repository_id=row.repository_id,
        parent_ids=tuple(parent.parent_id for parent in row.parents),
        author=User(row.author.name, row.author.email),
        created=row.created,
        message=row.message,
        tempo_bpm=row.tempo_bpm,
        key=row.key,
        snapshot_object_id=row.snapshot_object_id,
        mixdown_object_id=row.mixdown_object_id,
        stems=stems,
    )

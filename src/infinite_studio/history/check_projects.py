"""Which projects still open, whatever else was found."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.check_state import CheckState
from infinite_studio.history.database import Database
from infinite_studio.history.deriving import needed_ids
from infinite_studio.history.models import BranchRow, RepositoryRow
from infinite_studio.history.queries import require_commits, require_repository
from infinite_studio.history.snapshot import Snapshot
from infinite_studio.history.store import ObjectStore


def projects_that_open(database: Database, store: ObjectStore, state: CheckState) -> tuple[str, ...]:
    """Return the ids of the projects whose present state, saved or not, is undamaged."""
    ids: list[str] = []
    with state.noticing(database, "projects"), database.reading() as session:
        ids = list(session.scalars(select(RepositoryRow.repository_id).order_by(RepositoryRow.created)))
    return tuple(each for each in ids if _opens(database, store, state, each))


def _opens(database: Database, store: ObjectStore, state: CheckState, repository_id: str) -> bool:
    rows = {f"repositories/{repository_id}", f"repositories/{repository_id}/working"}
    if rows & state.bad_rows:
        return False
    try:
        with database.reading() as session:
            needed = _needed(session, store, state, repository_id)
    except (StudioError, ValueError, TypeError):
        return False
    return all(store.has(each) and each not in state.bad_objects for each in needed)


def _needed(session: Session, store: ObjectStore, state: CheckState, repository_id: str) -> set[str]:
    """Return every object that opening a project needs."""
    repository = require_repository(session, repository_id)
    needed: set[str] = set()
    if repository.working_snapshot is not None:
        needed |= Snapshot.from_bytes(repository.working_snapshot).object_ids
    tip = session.get(BranchRow, (repository_id, repository.current_branch))
    starts = {repository.working_base, tip.commit_id if tip else None} - {None}
    bad_branch = f"branches/{repository_id}/{repository.current_branch}" in state.bad_rows
    if bad_branch or starts & state.bad_commits:
        raise ValueError(repository_id)
    for commit in require_commits(session, [each for each in starts if each]):
        snapshot = Snapshot.from_bytes(store.read(commit.snapshot_object_id))
        needed |= needed_ids(commit, snapshot)
    return needed

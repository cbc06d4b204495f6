"""Turning a checked bundle into rows, in one transaction."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from infinite_studio.history.bundle_manifest import Manifest
from infinite_studio.history.commits import add_commit, add_roots
from infinite_studio.history.deriving import needed_ids
from infinite_studio.history.graph import reaches
from infinite_studio.history.models import BranchRow, CommitRow, RepositoryRow, TagRow
from infinite_studio.history.names import MAX_NAME_LENGTH, DuplicateNameError, name_key
from infinite_studio.history.objects import object_numbers, register_object
from infinite_studio.history.part import now
from infinite_studio.history.queries import require_sequence
from infinite_studio.history.reflog import record_move
from infinite_studio.history.repositories import new_repository
from infinite_studio.history.snapshot import Snapshot

MOST_NUMBERED = 1000


def add_rows(
    session: Session, manifest: Manifest, snapshots: Mapping[str, frozenset[str]], name: str | None
) -> tuple[str, int]:
    """Add what is new of a bundle, and return its project and how many commits that were.

    Parameters
    ----------
    session : Session
        The transaction.
    manifest : Manifest
        Checked; the files of its objects are there.
    snapshots : Mapping
        What each snapshot object refers to.
    name : str or None
        What a new project shall be called.
    """
    for each in manifest.objects.values():
        register_object(session, each.object_id, each.size_bytes, each.media_type, is_absent=each.is_absent)
    repository = session.get(RepositoryRow, manifest.repository_id)
    is_new = repository is None
    if repository is None:
        repository = _add_repository(session, manifest, name)
    n_added = _add_commits(session, manifest, snapshots)
    for branch, tip in sorted(manifest.branches.items()):
        _place_branch(session, manifest.repository_id, branch, tip)
    for tag, commit_id in sorted(manifest.tags.items()):
        _place_tag(session, manifest.repository_id, tag, commit_id)
    tips = {*manifest.branches.values(), *manifest.tags.values()}
    if is_new:
        repository.forked_from = manifest.forked_from
        tips |= {manifest.forked_from} if manifest.forked_from else set()
    add_roots(session, manifest.repository_id, {tip: require_sequence(session, tip) for tip in sorted(tips)})
    return manifest.repository_id, n_added


def _add_repository(session: Session, manifest: Manifest, name: str | None) -> RepositoryRow:
    free = _free_name(session, manifest.name) if name is None else name
    row = new_repository(session, free, forked_from=None, repository_id=manifest.repository_id)
    is_there = not manifest.branches or manifest.current_branch in manifest.branches
    row.current_branch = manifest.current_branch if is_there else min(manifest.branches)
    row.is_public = manifest.is_public
    return row


def _free_name(session: Session, name: str) -> str:
    for candidate in _numbered(name, " ({})"):
        taken = select(RepositoryRow.repository_id).where(RepositoryRow.name_key == name_key(candidate))
        if session.scalar(taken) is None:
            return candidate
    raise DuplicateNameError(name)


def _numbered(name: str, mark: str) -> list[str]:
    """Return a name and its numbered variations, each short enough."""
    marks = [""] + [mark.format(number) for number in range(2, MOST_NUMBERED + 1)]
    return [name[: MAX_NAME_LENGTH - len(each)] + each for each in marks]


def _add_commits(session: Session, manifest: Manifest, snapshots: Mapping[str, frozenset[str]]) -> int:
    n_added = 0
    for commit in manifest.commits:
        if session.scalar(select(CommitRow.sequence).where(CommitRow.commit_id == commit.commit_id)):
            continue
        snapshot = Snapshot({}, snapshots[commit.snapshot_object_id])
        numbers = object_numbers(session, needed_ids(commit, snapshot)).values()
        parents = {parent: require_sequence(session, parent) for parent in commit.parent_ids}
        add_commit(session, commit, set(numbers), parents)
        n_added += 1
    return n_added


def _place_branch(session: Session, repository_id: str, name: str, tip: str) -> None:
    """Make or move a branch where that loses nothing, else make a numbered one beside it."""
    place = require_sequence(session, tip)
    for candidate in _numbered(name, "-{}"):
        row = session.get(BranchRow, (repository_id, candidate))
        if row is None:
            session.add(BranchRow(repository_id=repository_id, name=candidate, commit_id=tip))
            record_move(session, repository_id, candidate, None, tip, "import")
            return
        present = require_sequence(session, row.commit_id)
        if reaches(session, present, place):
            return
        if reaches(session, place, present):
            record_move(session, repository_id, candidate, row.commit_id, tip, "import")
            row.commit_id = tip
            return
    raise DuplicateNameError(name)


def _place_tag(session: Session, repository_id: str, name: str, commit_id: str) -> None:
    for candidate in _numbered(name, "-{}"):
        row = session.get(TagRow, (repository_id, candidate))
        if row is None:
            session.add(
                TagRow(repository_id=repository_id, name=candidate, commit_id=commit_id, created=now())
            )
            record_move(session, repository_id, f"tags/{candidate}", None, commit_id, "import")
            return
        if row.commit_id == commit_id:
            return
    raise DuplicateNameError(name)

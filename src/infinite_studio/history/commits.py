"""Commits of a project: kept states, each naming everything it is made of."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from infinite_studio.history.branches import advance, require_head
from infinite_studio.history.columns import DamagedRowError, iso_utc
from infinite_studio.history.holdings import add_holding
from infinite_studio.history.models import CommitRow, EdgeRow, ParentRow, RootRow, StemRow
from infinite_studio.history.names import checked_branch_name
from infinite_studio.history.objects import object_numbers, register_object
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.queries import (
    NEWEST,
    DamagedCommitError,
    commits_of_sequences,
    complete_commit_id,
    ids_of_sequences,
    is_visible,
    require_branch,
    require_commits,
    require_repository,
    require_sequence,
    sequences_of_repository,
    sequences_of_tip,
)
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.repositories import current_author, user_row
from infinite_studio.history.searching import add_words
from infinite_studio.history.snapshot import DamagedSnapshotError, Snapshot, canonical_json
from infinite_studio.history.store import DamagedObjectError, MissingObjectError
from infinite_studio.history.values import Commit, CommitDraft, StemRecord, User

COMMIT_VERSION = 1
SNAPSHOT_MEDIA_TYPE = "application/vnd.infinite-studio.snapshot+json"
_DAMAGE = (
    DamagedCommitError,
    DamagedObjectError,
    DamagedRowError,
    DamagedSnapshotError,
    MissingObjectError,
)
_NOTHING: Mapping[str, Commit] = MappingProxyType({})
_MICROSECOND = timedelta(microseconds=1)


class Commits(LibraryPart):
    """Making commits and finding them again."""

    def commit(
        self, repository_id: str, draft: CommitDraft, *, branch: str, expected_head: str | None
    ) -> Commit:
        """Keep a state of a project at the tip of a branch, all of it or nothing.

        Parameters
        ----------
        repository_id : str
            The project.
        draft : CommitDraft
            What to keep. The objects of snapshot, mixdown and stems must be in the library; those that
            recipes name as their input are provenance and need not be.
        branch : str
            The branch to move; an empty project's first commit makes it.
        expected_head : str or None
            The commit that the branch is expected at, which becomes the parent; None in an empty project.

        Returns
        -------
        Commit
            On the disk when this returns.

        Raises
        ------
        BranchMovedError
            If the branch is somewhere else; nothing was changed.
        MissingObjectError
            If an object of the draft is not in the library.
        UnknownRepositoryError, UnknownBranchError, InvalidNameError
            If there is no such project, or no such branch in a project that has others.
        UnknownCommitError
            If an extra parent is no commit of the library.
        DiskFullError, StorageError, LibraryReadOnlyError
            If it cannot be written.
        """
        self._database.require_writable()
        checked_branch_name(branch)
        needed = _object_ids(draft)
        for object_id in needed:
            if not self._store.has(object_id):
                raise MissingObjectError(object_id)
        data = draft.snapshot.to_bytes()
        while True:
            snapshot_id = self._store.put_bytes(data)
            with self._database.writing() as session:
                if not self._store.has(snapshot_id):  # garbage collection came in between
                    continue
                repository = require_repository(session, repository_id)
                require_head(session, repository, branch, expected_head)
                numbers = object_numbers(session, needed)
                snapshot = register_object(session, snapshot_id, len(data), SNAPSHOT_MEDIA_TYPE)
                parents = _parents(session, expected_head, draft.extra_parent_ids)
                commit = _new_commit(session, repository_id, draft, snapshot_id, tuple(parents))
                add_commit(session, commit, {*numbers.values(), snapshot.number}, parents)
                advance(session, repository, branch, to=commit.commit_id)
                repository.used = now()
                return commit

    def commit_of(self, commit_id: str, repository_id: str | None = None) -> Commit:
        """Return a commit by its id or the unique beginning of one.

        Parameters
        ----------
        commit_id : str
            4 to 64 hexadecimal digits.
        repository_id : str, optional
            Look only in this project and what it was forked from.

        Raises
        ------
        UnknownCommitError
            If none begins like this.
        AmbiguousCommitError
            If more than one does.
        UnknownRepositoryError
            If there is no such project.
        """
        with self._database.reading() as session:
            repository = None if repository_id is None else require_repository(session, repository_id)
            return require_commits(session, (complete_commit_id(session, commit_id, repository),))[0]

    def log(
        self,
        repository_id: str,
        *,
        branch: str | None = None,
        limit: int = 200,
        offset: int = 0,
        before: str | None = None,
        known: Mapping[str, Commit] = _NOTHING,
    ) -> tuple[Commit, ...]:
        """Return commits, newest first and always before their parents, each once.

        Parameters
        ----------
        repository_id : str
            The project.
        branch : str, optional
            Only what this branch contains; without it every commit of the project and everything that it
            goes on from: the origin of a fork, commits of other projects that were merged in.
        limit, offset : int
            Which part of them, ≥ 0.
        before : str, optional
            The whole id of a commit: only what comes after it in this order. The next page is ``before`` the
            last commit of this one, which stays fast and stable however long the history is.
        known : mapping of str to Commit, optional
            Commits that are at hand, by their id: they never change, so they need not be read again.

        Raises
        ------
        UnknownRepositoryError, UnknownBranchError, UnknownCommitError
            If there is no such project, branch or commit.
        """
        with self._database.reading() as session:
            require_repository(session, repository_id)
            end = NEWEST if before is None else require_sequence(session, before)
            if branch is None:
                inherited = self._remembered.inherited(session, repository_id)
                found = sequences_of_repository(
                    session, repository_id, inherited, limit=limit, offset=offset, before=end
                )
            else:
                tip_id = require_branch(session, repository_id, branch).commit_id
                tip = require_sequence(session, tip_id)
                found = sequences_of_tip(session, tip, limit=limit, offset=offset, before=end)
            ids = ids_of_sequences(session, found) if known else {}
            new = commits_of_sequences(session, [each for each in found if ids.get(each) not in known])
            commits = (new.get(each) or known.get(ids.get(each, "")) for each in found)
            return tuple(commit for commit in commits if commit is not None)

    def snapshot(self, commit_id: str) -> Snapshot:
        """Return the state that a commit kept, checked against the commit's id.

        Parameters
        ----------
        commit_id : str
            The whole id, or the unique beginning of one.

        Raises
        ------
        UnknownCommitError, AmbiguousCommitError
            If there is no such commit, or more than one.
        DamagedCommitError, DamagedObjectError, DamagedSnapshotError, MissingObjectError
            If it is no longer what was committed.
        """
        commit = self.commit_of(commit_id)
        if not is_intact(commit):
            raise DamagedCommitError(commit.commit_id)
        return Snapshot.from_bytes(self._store.read(commit.snapshot_object_id))

    def verify_commit(self, commit_id: str) -> bool:
        """Whether a commit's rows hash to its id and every object it names is there undamaged.

        Raises
        ------
        UnknownCommitError, AmbiguousCommitError
            If there is no such commit, or more than one.
        """
        try:
            commit = self.commit_of(commit_id)
            snapshot = self.snapshot(commit.commit_id)
        except _DAMAGE:
            return False
        needed = snapshot.object_ids | {stem.object_id for stem in commit.stems}
        if commit.mixdown_object_id is not None:
            needed |= {commit.mixdown_object_id}
        return all(self._store.verify(object_id) for object_id in needed)


def content_id(commit: Commit) -> str:
    """Return the id that a commit's content asks for: the SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical_json(commit_content(commit))).hexdigest()


def commit_content(commit: Commit) -> dict[str, Any]:
    """Return everything that a commit's id is made from, as JSON values."""
    return {
        "commit_version": COMMIT_VERSION,
        "parents": list(commit.parent_ids),
        "snapshot": commit.snapshot_object_id,
        "author": {"name": commit.author.name, "email": commit.author.email},
        "created": iso_utc(commit.created),
        "message": commit.message,
        "tempo_bpm": commit.tempo_bpm,
        "key": commit.key,
        "mixdown": commit.mixdown_object_id,
        "stems": [_stem_content(stem) for stem in commit.stems],
    }


def is_intact(commit: Commit) -> bool:
    """Whether a commit's content is the one that its id was made from."""
    try:
        return content_id(commit) == commit.commit_id
    except (ValueError, TypeError, OverflowError):
        return False


def _stem_content(stem: StemRecord) -> dict[str, Any]:
    return {
        "type": stem.stem_type.value,
        "name": stem.name,
        "object": stem.object_id,
        "recipe": None if stem.recipe is None else stem.recipe.to_json(),
    }


def _object_ids(draft: CommitDraft) -> frozenset[str]:
    named = {stem.object_id for stem in draft.stems}
    if draft.mixdown_object_id is not None:
        named.add(draft.mixdown_object_id)
    return draft.snapshot.object_ids | named


def add_commit(session: Session, commit: Commit, numbers: Collection[int], parents: Mapping[str, int]) -> int:
    """Add the rows of a commit and return its place in the order.

    Parameters
    ----------
    session : Session
        The transaction.
    commit : Commit
        With its id; not in the library yet.
    numbers : collection of int
        Numbers of every object it needs.
    parents : mapping of str to int
        The place of each parent in the order, parents in their order.
    """
    row = _commit_row(commit, user_row(session, commit.author).user_id)
    session.add(row)
    session.flush()
    session.add_all(EdgeRow(sequence=row.sequence, parent_sequence=place) for place in parents.values())
    add_words(session, row.sequence, commit)
    add_holding(session, row.sequence, numbers)
    add_roots(session, commit.repository_id, parents)
    return row.sequence


def add_roots(session: Session, repository_id: str, commits: Mapping[str, int]) -> None:
    """Let a project go on from commits, where they belong to others and it does not contain them yet."""
    for commit_id, sequence in commits.items():
        if not is_visible(session, repository_id, commit_id):
            session.add(RootRow(repository_id=repository_id, sequence=sequence))
            session.flush()


def _parents(session: Session, tip: str | None, extra: Sequence[str]) -> dict[str, int]:
    """Return the place of each parent in the order, each parent once, the branch's tip first."""
    ids = ([] if tip is None else [tip]) + list(extra)
    return {commit_id: require_sequence(session, commit_id) for commit_id in ids}


def _new_commit(
    session: Session, repository_id: str, draft: CommitDraft, snapshot_id: str, parent_ids: tuple[str, ...]
) -> Commit:
    author = current_author(session)
    commit = Commit(
        commit_id="",
        repository_id=repository_id,
        parent_ids=parent_ids,
        author=User(author.name, author.email),
        created=now(),
        message=draft.message,
        tempo_bpm=None if draft.tempo_bpm is None else float(draft.tempo_bpm),
        key=draft.key,
        snapshot_object_id=snapshot_id,
        mixdown_object_id=draft.mixdown_object_id,
        stems=tuple(replace(stem, recipe=_as_stored(stem.recipe)) for stem in draft.stems),
    )
    return _with_free_id(session, commit)


def _as_stored(recipe: Recipe | None) -> Recipe | None:
    """Return a recipe as it will be read back, so that its hash is the same then."""
    return None if recipe is None else Recipe.from_json(json.loads(canonical_json(recipe.to_json())))


def _with_free_id(session: Session, commit: Commit) -> Commit:
    """Give the commit its id, a microsecond later where a coarse clock made two commits equal."""
    while True:
        commit = replace(commit, commit_id=content_id(commit))
        taken = select(CommitRow.sequence).where(CommitRow.commit_id == commit.commit_id)
        if session.scalar(taken) is None:
            return commit
        commit = replace(commit, created=commit.created + _MICROSECOND)


def _commit_row(commit: Commit, author_id: int) -> CommitRow:
    return CommitRow(
        commit_id=commit.commit_id,
        repository_id=commit.repository_id,
        author_id=author_id,
        created=commit.created,
        message=commit.message,
        tempo_bpm=commit.tempo_bpm,
        key=commit.key,
        snapshot_object_id=commit.snapshot_object_id,
        mixdown_object_id=commit.mixdown_object_id,
        parents=parent_rows(commit),
        stems=stem_rows(commit),
    )


def parent_rows(commit: Commit) -> list[ParentRow]:
    """Return the rows that name a commit's parents."""
    return [ParentRow(position=place, parent_id=each) for place, each in enumerate(commit.parent_ids)]


def stem_rows(commit: Commit) -> list[StemRow]:
    """Return the rows of a commit's stems."""
    return [
        StemRow(
            position=position,
            stem_type=stem.stem_type.value,
            name=stem.name,
            object_id=stem.object_id,
            recipe=None if stem.recipe is None else stem.recipe.to_json(),
        )
        for position, stem in enumerate(commit.stems)
    ]

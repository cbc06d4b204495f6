"""Branches of a project: names that move from commit to commit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.models import BranchRow, RepositoryRow
from infinite_studio.history.names import DuplicateNameError, checked_branch_name
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.queries import (
    repository_value,
    require_branch,
    require_commits,
    require_repository,
    require_visible,
)
from infinite_studio.history.reflog import record_move
from infinite_studio.history.values import BranchInfo, Commit, RepositoryInfo


class BranchMovedError(StudioError):
    """A branch that is no longer where the work on it began."""

    def __init__(self, name: str, expected: str | None, actual: str | None) -> None:
        super().__init__(
            f"The branch “{name}” has moved on meanwhile.",
            hint="Look at the new commit in the history, then commit again or make a branch of your own.",
        )
        self.name = name
        self.expected = expected
        self.actual = actual


class CurrentBranchError(StudioError):
    """A branch that cannot be removed, because the work is on it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The branch “{name}” is the current one, so it cannot be removed.",
            hint="Go to another branch first.",
        )
        self.name = name


class Branches(LibraryPart):
    """Making and moving branches; every move says where the branch is expected to be."""

    def branches(self, repository_id: str) -> tuple[BranchInfo, ...]:
        """Return a project's branches by name.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        """
        with self._database.reading() as session:
            require_repository(session, repository_id)
            of_repository = select(BranchRow).where(BranchRow.repository_id == repository_id)
            rows = session.scalars(of_repository.order_by(BranchRow.name))
            return tuple(BranchInfo(row.name, row.commit_id) for row in rows)

    def branch(self, repository_id: str, name: str) -> BranchInfo:
        """Return one branch.

        Raises
        ------
        UnknownRepositoryError, UnknownBranchError
            If there is no such project or branch.
        """
        with self._database.reading() as session:
            require_repository(session, repository_id)
            row = require_branch(session, repository_id, name)
            return BranchInfo(row.name, row.commit_id)

    def create_branch(self, repository_id: str, name: str, commit_id: str) -> BranchInfo:
        """Make a branch.

        Parameters
        ----------
        repository_id : str
            The project.
        name : str
            As git allows it: no spaces, no ``~^:?*[`` and backslash, no ``..``; 1 to 200 characters.
        commit_id : str
            The whole id of a commit of this project or of what it was forked from.

        Returns
        -------
        BranchInfo
            The branch at that commit; the current branch stays what it was.

        Raises
        ------
        UnknownRepositoryError, UnknownCommitError
            If there is no such project, or no such commit in it.
        InvalidNameError, DuplicateNameError
            If the name is not allowed, or taken.
        """
        checked = checked_branch_name(name)
        with self._database.writing() as session:
            require_repository(session, repository_id)
            require_visible(session, repository_id, commit_id)
            if session.get(BranchRow, (repository_id, checked)) is not None:
                raise DuplicateNameError(checked)
            session.add(BranchRow(repository_id=repository_id, name=checked, commit_id=commit_id))
            record_move(session, repository_id, checked, None, commit_id, "branch")
            return BranchInfo(checked, commit_id)

    def move_branch(self, repository_id: str, name: str, *, to: str, expected: str) -> BranchInfo:
        """Point a branch at another commit, if it is still where it is expected to be.

        Raises
        ------
        BranchMovedError
            If it is not; nothing was changed.
        UnknownRepositoryError, UnknownBranchError, UnknownCommitError
            If there is no such project, branch or commit.
        """
        with self._database.writing() as session:
            require_repository(session, repository_id)
            require_visible(session, repository_id, to)
            row = require_branch(session, repository_id, name)
            if row.commit_id != expected:
                raise BranchMovedError(name, expected, row.commit_id)
            row.commit_id = to
            record_move(session, repository_id, name, expected, to, "move")
            return BranchInfo(name, to)

    def delete_branch(self, repository_id: str, name: str, *, expected: str | None = None) -> None:
        """Remove a branch; its commits stay, at least for the time of grace.

        Parameters
        ----------
        repository_id : str
            The project.
        name : str
            Any branch but the current one.
        expected : str, optional
            The commit that it is expected at.

        Raises
        ------
        UnknownRepositoryError, UnknownBranchError
            If there is no such project or branch.
        CurrentBranchError
            If the next commit would go there.
        BranchMovedError
            If it is somewhere else; nothing was changed.
        """
        with self._database.writing() as session:
            repository = require_repository(session, repository_id)
            row = require_branch(session, repository_id, name)
            if repository.current_branch == name:
                raise CurrentBranchError(name)
            if expected not in {None, row.commit_id}:
                raise BranchMovedError(name, expected, row.commit_id)
            record_move(session, repository_id, name, row.commit_id, None, "delete")
            session.delete(row)

    def set_current_branch(self, repository_id: str, name: str) -> RepositoryInfo:
        """Choose where the next commit goes.

        Raises
        ------
        UnknownRepositoryError, UnknownBranchError
            If there is no such project or branch.
        """
        with self._database.writing() as session:
            repository = require_repository(session, repository_id)
            require_branch(session, repository_id, name)
            repository.current_branch, repository.used = name, now()
            return repository_value(repository)

    def head(self, repository_id: str) -> Commit | None:
        """Return the commit at the tip of the current branch; None in an empty project.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        """
        with self._database.reading() as session:
            repository = require_repository(session, repository_id)
            row = session.get(BranchRow, (repository_id, repository.current_branch))
            return None if row is None else require_commits(session, (row.commit_id,))[0]


def advance(session: Session, repository: RepositoryRow, name: str, *, to: str) -> None:
    """Move a branch, after `require_head`, to a new commit; an empty project's first commit makes the branch."""
    row = session.get(BranchRow, (repository.repository_id, name))
    before = None if row is None else row.commit_id
    if row is None:
        session.add(BranchRow(repository_id=repository.repository_id, name=name, commit_id=to))
        repository.current_branch = name
    else:
        row.commit_id = to
    record_move(session, repository.repository_id, name, before, to, "commit")


def require_head(session: Session, repository: RepositoryRow, name: str, expected: str | None) -> None:
    """Refuse a branch that is not at the expected commit, or missing although the project has branches."""
    row = session.get(BranchRow, (repository.repository_id, name))
    actual = None if row is None else row.commit_id
    if row is None and _has_branches(session, repository):
        require_branch(session, repository.repository_id, name)
    if actual != expected:
        raise BranchMovedError(name, expected, actual)


def _has_branches(session: Session, repository: RepositoryRow) -> bool:
    any_branch = select(BranchRow.name).where(BranchRow.repository_id == repository.repository_id).limit(1)
    return session.scalar(any_branch) is not None

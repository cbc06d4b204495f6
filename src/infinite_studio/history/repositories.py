"""Projects of the library, and who works in it."""

import getpass
from uuid import uuid4

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.orm import Session

from infinite_studio.history.columns import row_hash
from infinite_studio.history.models import BranchRow, RepositoryRow, RootRow, UserRow
from infinite_studio.history.names import DuplicateNameError, checked_name, name_key, to_storable
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.queries import (
    find_repository,
    repository_value,
    require_commits,
    require_repository,
    require_sequence,
)
from infinite_studio.history.reflog import record_move
from infinite_studio.history.snapshot import DamagedSnapshotError, Snapshot
from infinite_studio.history.values import MAIN_BRANCH, RepositoryInfo, User, WorkingState


class Repositories(LibraryPart):
    """Making, finding, naming and forking projects; unsaved work; the person."""

    def user(self) -> User:
        """Return who commits: the one set last, else the name of the computer's account."""
        with self._database.reading() as session:
            row = session.scalars(select(UserRow).where(UserRow.is_current)).first()
            return _account() if row is None else User(row.name, row.email)

    def set_user(self, user: User) -> None:
        """Change who commits from now on; commits made before keep their author.

        Raises
        ------
        InvalidNameError
            If the name is empty or longer than 200 characters.
        """
        with self._database.writing() as session:
            checked = User(checked_name(user.name), user.email.strip())
            chosen = user_row(session, checked)
            for row in session.scalars(select(UserRow).where(UserRow.is_current)):
                row.is_current = False
            chosen.is_current = True

    def create_repository(self, name: str) -> RepositoryInfo:
        """Make an empty project.

        Parameters
        ----------
        name : str
            1 to 200 characters after trimming, unlike every other project's name; capitals and the Unicode
            form of accents make no difference.

        Returns
        -------
        RepositoryInfo
            On branch ``main``, which exists once there is a commit.

        Raises
        ------
        InvalidNameError
            If the name is empty or too long.
        DuplicateNameError
            If another project has it.
        """
        with self._database.writing() as session:
            return repository_value(new_repository(session, name, forked_from=None))

    def fork(self, commit_id: str, name: str) -> RepositoryInfo:
        """Make a project that goes on from any commit; objects and history are shared, not copied.

        Parameters
        ----------
        commit_id : str
            The whole id of the commit to start from.
        name : str
            As in `create_repository`.

        Returns
        -------
        RepositoryInfo
            With ``main`` at that commit.

        Raises
        ------
        UnknownCommitError
            If there is no such commit.
        InvalidNameError, DuplicateNameError
            As in `create_repository`.
        """
        with self._database.writing() as session:
            (origin,) = require_commits(session, (commit_id,))
            row = new_repository(session, name, forked_from=origin.commit_id)
            session.add(
                BranchRow(repository_id=row.repository_id, name=MAIN_BRANCH, commit_id=origin.commit_id)
            )
            sequence = require_sequence(session, origin.commit_id)
            session.add(RootRow(repository_id=row.repository_id, sequence=sequence))
            record_move(session, row.repository_id, MAIN_BRANCH, None, origin.commit_id, "fork")
            return repository_value(row)

    def repositories(self) -> tuple[RepositoryInfo, ...]:
        """Return every project, the one used last first."""
        added_last: ColumnElement[int] = literal_column("repositories.rowid")
        with self._database.reading() as session:
            rows = session.scalars(
                select(RepositoryRow).order_by(RepositoryRow.used.desc(), added_last.desc())
            )
            return tuple(repository_value(row) for row in rows)

    def repository(self, name_or_id: str) -> RepositoryInfo:
        """Return the project with this id, else the one with this name.

        Raises
        ------
        UnknownRepositoryError
            If there is none.
        """
        with self._database.reading() as session:
            return repository_value(find_repository(session, name_or_id))

    def rename_repository(self, repository_id: str, name: str) -> RepositoryInfo:
        """Give a project another name.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        InvalidNameError, DuplicateNameError
            As in `create_repository`.
        """
        with self._database.writing() as session:
            row = require_repository(session, repository_id)
            row.name = _free_name(session, name, besides=repository_id)
            row.name_key = name_key(row.name)
            return repository_value(row)

    def set_public(self, repository_id: str, *, is_public: bool) -> RepositoryInfo:
        """Mark a project to be shared, or no longer.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        """
        with self._database.writing() as session:
            row = require_repository(session, repository_id)
            row.is_public = is_public
            return repository_value(row)

    def save_working(self, repository_id: str, state: WorkingState | None) -> None:
        """Keep work that is not committed yet, or forget it with None.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        UnknownCommitError
            If its base is no commit of the library.
        """
        data = None if state is None else state.snapshot.to_bytes()
        base = None if state is None else state.base_commit_id
        with self._database.writing() as session:
            row = require_repository(session, repository_id)
            if base is not None:
                require_commits(session, (base,))
            row.working_snapshot, row.working_base, row.used = data, base, now()
            row.working_hash = None if data is None else working_hash(data, base)

    def working(self, repository_id: str) -> WorkingState | None:
        """Return the work that is not committed yet; None where there is none.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        DamagedSnapshotError
            If it cannot be read.
        """
        with self._database.reading() as session:
            row = require_repository(session, repository_id)
            if row.working_snapshot is None:
                return None
            if row.working_hash != working_hash(row.working_snapshot, row.working_base):
                raise DamagedSnapshotError(
                    "The unsaved work of this project has been damaged on the disk.",
                    hint="Go on from its last commit in the history.",
                )
            return WorkingState(Snapshot.from_bytes(row.working_snapshot), row.working_base)


def working_hash(data: bytes, base_commit_id: str | None) -> int:
    """Return the hash that unsaved work is checked by."""
    return row_hash((data, None if base_commit_id is None else to_storable(base_commit_id)))


def user_row(session: Session, user: User) -> UserRow:
    """Return the row of a person, made where it is missing."""
    same = select(UserRow).where(UserRow.name == user.name, UserRow.email == user.email)
    row = session.scalars(same).one_or_none()
    if row is None:
        row = UserRow(name=user.name, email=user.email, is_current=False)
        session.add(row)
        session.flush()
    return row


def current_author(session: Session) -> UserRow:
    """Return the row of who commits now."""
    row = session.scalars(select(UserRow).where(UserRow.is_current)).first()
    return user_row(session, _account()) if row is None else row


def _account() -> User:
    try:
        return User(checked_name(getpass.getuser()))
    except (OSError, ImportError, KeyError):
        return User("Musician")


def new_repository(
    session: Session, name: str, *, forked_from: str | None, repository_id: str | None = None
) -> RepositoryRow:
    """Add the row of an empty project."""
    free = _free_name(session, name, besides=None)
    moment = now()
    row = RepositoryRow(
        repository_id=repository_id or uuid4().hex,
        name=free,
        name_key=name_key(free),
        current_branch=MAIN_BRANCH,
        created=moment,
        used=moment,
        forked_from=forked_from,
        is_public=False,
    )
    session.add(row)
    session.flush()
    return row


def _free_name(session: Session, name: str, *, besides: str | None) -> str:
    checked = checked_name(name)
    same = select(RepositoryRow.repository_id).where(RepositoryRow.name_key == name_key(checked))
    holder = session.scalar(same)
    if holder is not None and holder != besides:
        raise DuplicateNameError(checked)
    return checked

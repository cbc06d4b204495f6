"""Tags of a project: names that stay at one commit."""

from sqlalchemy import select

from infinite_studio.errors import StudioError
from infinite_studio.history.models import TagRow
from infinite_studio.history.names import DuplicateNameError, checked_branch_name
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.queries import require_repository, require_visible
from infinite_studio.history.reflog import record_move
from infinite_studio.history.values import TagInfo

_IN_REFLOG = "tags/"


class UnknownTagError(StudioError):
    """A tag that the project does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no tag called “{name}”.", hint="Look at the tags of the project.")
        self.name = name


class Tags(LibraryPart):
    """Making, listing and removing tags."""

    def tags(self, repository_id: str) -> tuple[TagInfo, ...]:
        """Return a project's tags by name.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        """
        with self._database.reading() as session:
            require_repository(session, repository_id)
            of_repository = select(TagRow).where(TagRow.repository_id == repository_id)
            rows = session.scalars(of_repository.order_by(TagRow.name))
            return tuple(TagInfo(row.name, row.commit_id) for row in rows)

    def create_tag(self, repository_id: str, name: str, commit_id: str) -> TagInfo:
        """Name a commit for good.

        Parameters
        ----------
        repository_id : str
            The project.
        name : str
            As git allows it, see `Library.create_branch`; a branch may have the same name.
        commit_id : str
            The whole id of a commit of this project or of what it goes on from.

        Returns
        -------
        TagInfo
            The tag; it keeps the commit and everything before it from garbage collection.

        Raises
        ------
        UnknownRepositoryError, UnknownCommitError
            If there is no such project, or no such commit in it.
        InvalidNameError, DuplicateNameError
            If the name is not allowed, or taken by another tag.
        """
        checked = checked_branch_name(name)
        with self._database.writing() as session:
            require_repository(session, repository_id)
            require_visible(session, repository_id, commit_id)
            if session.get(TagRow, (repository_id, checked)) is not None:
                raise DuplicateNameError(checked)
            session.add(TagRow(repository_id=repository_id, name=checked, commit_id=commit_id, created=now()))
            record_move(session, repository_id, _IN_REFLOG + checked, None, commit_id, "tag")
            return TagInfo(checked, commit_id)

    def delete_tag(self, repository_id: str, name: str) -> None:
        """Remove a tag; its commit stays, at least for the time of grace.

        Raises
        ------
        UnknownRepositoryError, UnknownTagError
            If there is no such project or tag.
        """
        with self._database.writing() as session:
            require_repository(session, repository_id)
            row = session.get(TagRow, (repository_id, name))
            if row is None:
                raise UnknownTagError(name)
            record_move(session, repository_id, _IN_REFLOG + name, row.commit_id, None, "delete")
            session.delete(row)

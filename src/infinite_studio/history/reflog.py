"""The reflog: where branches and tags were, so that no commit is lost by a wrong move."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from infinite_studio.history.models import MoveRow
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.queries import require_repository
from infinite_studio.history.values import RefMove


class Reflog(LibraryPart):
    """Reading what moved."""

    def reflog(self, repository_id: str, *, limit: int = 1000) -> tuple[RefMove, ...]:
        """Return the moves of a project's branches and tags, newest first.

        Parameters
        ----------
        repository_id : str
            The project.
        limit : int
            How many at most, ≥ 0.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        """
        newest = select(MoveRow).where(MoveRow.repository_id == repository_id)
        with self._database.reading() as session:
            require_repository(session, repository_id)
            rows = session.scalars(newest.order_by(MoveRow.move_id.desc()).limit(limit))
            return tuple(RefMove(row.branch, row.from_id, row.to_id, row.time, row.reason) for row in rows)


def record_move(
    session: Session, repository_id: str, name: str, from_id: str | None, to_id: str | None, reason: str
) -> None:
    """Write down a move in the transaction that makes it."""
    session.add(
        MoveRow(
            repository_id=repository_id,
            branch=name,
            from_id=from_id,
            to_id=to_id,
            time=now(),
            reason=reason,
        )
    )

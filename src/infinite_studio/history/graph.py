"""The graph of commits: who descends from whom."""

import json
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.part import LibraryPart
from infinite_studio.history.queries import (
    ids_of_tip,
    require_repository,
    require_sequence,
)

_WALK_DOWN = text(
    """
WITH RECURSIVE walk(sequence) AS (
    SELECT value FROM json_each(:tips)
    UNION SELECT parent_sequence FROM walk JOIN commit_edges USING (sequence)
    ORDER BY 1 DESC
)
SELECT sequence FROM walk
"""
)
_REACHES = text(
    """
WITH RECURSIVE walk(sequence) AS (
    SELECT :tip
    UNION SELECT parent_sequence FROM walk JOIN commit_edges USING (sequence) WHERE parent_sequence >= :wanted
    ORDER BY 1 DESC
)
SELECT 1 FROM walk WHERE sequence = :wanted LIMIT 1
"""
)
_ID_OF = text("SELECT commit_id FROM commits WHERE sequence = :sequence")
_ROWS_AT_ONCE = 500


class UnrelatedCommitsError(StudioError):
    """Two commits of which the later one did not grow from the earlier."""

    def __init__(self, first_id: str, last_id: str) -> None:
        super().__init__(
            f"The commit {last_id[:8]} did not grow from {first_id[:8]}.",
            hint="Choose two versions of one line, the earlier one first.",
        )
        self.first_id = first_id
        self.last_id = last_id


class Graph(LibraryPart):
    """Questions about descent; commits are given by their whole ids."""

    def is_ancestor(self, commit_id: str, of_commit_id: str) -> bool:
        """Whether a commit is another one, or one that the other grew from.

        Raises
        ------
        UnknownCommitError
            If the library does not have one of them.
        """
        with self._database.reading() as session:
            wanted, tip = (require_sequence(session, each) for each in (commit_id, of_commit_id))
            return reaches(session, tip, wanted)

    def ancestors(self, commit_id: str) -> Iterator[str]:
        """Return a commit and everything it grew from, newest first and children before their parents.

        Raises
        ------
        UnknownCommitError
            If the library does not have it.
        """
        with self._database.reading() as session:
            return iter(ids_of_tip(session, require_sequence(session, commit_id)))

    def commits_between(self, first_id: str | None, last_id: str) -> tuple[str, ...]:
        """Return what a commit grew from since another one, both of them included.

        Parameters
        ----------
        first_id : str or None
            The whole id of the commit to begin with; without it, from the very beginning.
        last_id : str
            The whole id of the commit to end with.

        Returns
        -------
        tuple of str
            Whole ids, newest first: everything that the last commit grew from and the first one did not.

        Raises
        ------
        UnknownCommitError
            If the library does not have one of them.
        UnrelatedCommitsError
            If the last one did not grow from the first.
        """
        with self._database.reading() as session:
            grown = ids_of_tip(session, require_sequence(session, last_id))
            if first_id is None:
                return tuple(grown)
            before = frozenset(ids_of_tip(session, require_sequence(session, first_id))[1:])
        if first_id not in grown:
            raise UnrelatedCommitsError(first_id, last_id)
        return tuple(each for each in grown if each not in before)

    def merge_base(self, commit_id: str, other_commit_id: str) -> str | None:
        """Return the newest commit that both grew from; None where there is none.

        No other common commit descends from it. One of the two is its own answer where the other grew from it.

        Raises
        ------
        UnknownCommitError
            If the library does not have one of them.
        """
        with self._database.reading() as session:
            first, second = (require_sequence(session, each) for each in (commit_id, other_commit_id))
            common = _newest_common(walk_down(session, first), walk_down(session, second))
            return None if common is None else session.scalars(_ID_OF, {"sequence": common}).one()

    def count_commits(self, repository_id: str) -> int:
        """Return how many commits `log` lists for a project without a branch.

        Raises
        ------
        UnknownRepositoryError
            If there is no such project.
        """
        with self._database.reading() as session:
            require_repository(session, repository_id)
            if self.is_read_only:  # its writer may have removed some meanwhile
                self._remembered.forget_counts()
            inherited = self._remembered.inherited(session, repository_id)
            return self._remembered.count_own(session, repository_id) + len(inherited)


def reaches(session: Session, tip: int, wanted: int) -> bool:
    """Whether a commit is another one or among its ancestors, both given by their sequence."""
    return session.execute(_REACHES, {"tip": tip, "wanted": wanted}).first() is not None


def walk_down(session: Session, *tips: int) -> Iterator[int]:
    """Yield commits and their ancestors by their sequence, the newest first, only as far as is asked."""
    values = {"tips": json.dumps(tips)}
    result = session.execute(_WALK_DOWN, values, execution_options={"yield_per": _ROWS_AT_ONCE})
    try:
        for row in result:
            yield row[0]
    finally:
        result.close()


def _newest_common(left: Iterator[int], right: Iterator[int]) -> int | None:
    """Return the first number that two falling sequences share."""
    first, second = next(left, None), next(right, None)
    while first is not None and second is not None and first != second:
        if first > second:
            first = next(left, None)
        else:
            second = next(right, None)
    return None if first is None else second

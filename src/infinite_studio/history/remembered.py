"""What takes long to find in a large history, and stays as it is while commits are only added.

A project that goes on from another one lists that one's commits too, which takes a walk through the whole graph.
What a commit grew from never changes, so the walk is made once for the commits that a project goes on from.
"""

from array import array
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import text
from sqlalchemy.orm import Session

_ROOTS = text(
    """
SELECT commit_id FROM repository_roots JOIN commits USING (sequence)
WHERE repository_roots.repository_id = :repository_id ORDER BY sequence
"""
)
_INHERITED = text(
    """
WITH RECURSIVE walk(sequence) AS (
    SELECT sequence FROM repository_roots WHERE repository_id = :repository_id
    UNION SELECT parent_sequence FROM walk JOIN commit_edges USING (sequence)
)
SELECT sequence FROM walk JOIN commits USING (sequence)
WHERE commits.repository_id <> :repository_id ORDER BY sequence
"""
)
_COUNT_OWN = text(
    """
SELECT count(*), max(sequence) FROM commits WHERE repository_id = :repository_id AND sequence > :after
"""
)
_ID_OF = text("SELECT commit_id FROM commits WHERE sequence = :sequence")


@dataclass(frozen=True)
class _Count:
    """How many commits a project of its own had up to its newest one then."""

    n_commits: int
    last_sequence: int
    last_id: str | None


class Remembered:
    """The memory of an open library; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._removals = 0
        self._counts: dict[str, _Count] = {}
        self._inherited: dict[str, tuple[tuple[str, ...], array[int]]] = {}

    def inherited(self, session: Session, repository_id: str) -> "array[int]":
        """Return the commits of other projects that a project goes on from, oldest first."""
        values = {"repository_id": repository_id}
        roots = tuple(session.scalars(_ROOTS, values))
        if not roots:
            return array("q")
        with self._lock:
            known = self._inherited.get(repository_id)
        if known is not None and known[0] == roots:
            return known[1]
        found = array("q", session.scalars(_INHERITED, values))
        with self._lock:
            self._inherited[repository_id] = roots, found
        return found

    def count_own(self, session: Session, repository_id: str) -> int:
        """Return how many commits were made in a project."""
        with self._lock:
            removals, known = self._removals, self._counts.get(repository_id)
        if known is None or session.scalar(_ID_OF, {"sequence": known.last_sequence}) != known.last_id:
            known = _Count(0, 0, None)
        values = {"repository_id": repository_id, "after": known.last_sequence}
        n_new, last = session.execute(_COUNT_OWN, values).one()
        if n_new:
            last_id = session.scalar(_ID_OF, {"sequence": last})
            known = _Count(known.n_commits + n_new, last, last_id)
            with self._lock:
                if removals == self._removals:
                    self._counts[repository_id] = known
        return known.n_commits

    def forget_counts(self) -> None:
        """Count anew, because commits were removed."""
        with self._lock:
            self._removals += 1
            self._counts.clear()

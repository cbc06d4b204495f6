"""What a running check has found so far."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from infinite_studio.history.columns import DamagedRowError
from infinite_studio.history.database import DamagedLibraryError, Database
from infinite_studio.history.reports import Damage, DamageKind


@dataclass
class CheckState:
    """Counts and damages; the sets tell quickly what is known to be bad.

    Parameters
    ----------
    n_rows, n_objects : int
        How many were hashed again.
    damages : list of Damage
        In the order they were found.
    bad_objects, bad_commits, bad_rows : set of str
        Object ids, commit ids and ``table/key`` of rows.
    seen : set of tuple
        Kind and id of every damage that was noted.
    """

    n_rows: int = 0
    n_objects: int = 0
    damages: list[Damage] = field(default_factory=list)
    bad_objects: set[str] = field(default_factory=set)
    bad_commits: set[str] = field(default_factory=set)
    bad_rows: set[str] = field(default_factory=set)
    seen: set[tuple[DamageKind, str]] = field(default_factory=set)

    def add(self, kind: DamageKind, what_id: str, sentence: str, affected: Iterable[str] = ()) -> None:
        """Note a damage, each once."""
        if (kind, what_id) in self.seen:
            return
        self.seen.add((kind, what_id))
        self.damages.append(Damage(kind, what_id, sentence, tuple(affected)))
        if kind in {DamageKind.OBJECT, DamageKind.MISSING_OBJECT}:
            self.bad_objects.add(what_id)
        elif kind is DamageKind.COMMIT:
            self.bad_commits.add(what_id)
        elif kind is DamageKind.ROW:
            self.bad_rows.add(what_id)

    @contextmanager
    def noticing(self, database: Database, what: str) -> Iterator[None]:
        """Note it as damage where SQLite cannot read on or a value is of no kind that was ever written.

        What comes next is checked all the same.
        """
        try:
            with database.translated():
                yield
        except (DamagedLibraryError, DamagedRowError, TypeError, ValueError, OverflowError):
            self.add(DamageKind.DATABASE, what, f"The database cannot be read to its end ({what}).")

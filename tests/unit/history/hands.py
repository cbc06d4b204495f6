"""What several of the history tests do to a library, and how they cancel."""

import sqlite3
from contextlib import closing

from infinite_studio.history.library import Library
from infinite_studio.progress import OperationCancelled


def change(library: Library, statement: str, *values: object) -> None:
    """Change rows behind the library's back; a statement that changes none is a mistake of the test."""
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        assert connection.execute(statement, values).rowcount != 0


class Impatient:
    """Cancels at the nth report."""

    def __init__(self, n_reports: int) -> None:
        self.left = n_reports

    def report(self, fraction: float, stage: str = "") -> None:
        assert 0 <= fraction <= 1
        self.left -= 1
        if self.left < 0:
            raise OperationCancelled

    def share(self, partial: object) -> None:
        raise AssertionError

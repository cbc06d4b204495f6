"""Checking a library: every row and every object is hashed again, and what is damaged is named."""

from infinite_studio.history.check_commits import check_commits
from infinite_studio.history.check_objects import check_objects
from infinite_studio.history.check_projects import projects_that_open
from infinite_studio.history.check_rows import check_database, check_hashes
from infinite_studio.history.check_state import CheckState
from infinite_studio.history.part import LibraryPart
from infinite_studio.history.reports import CheckReport
from infinite_studio.progress import Part, Progress, Silence


class Checking(LibraryPart):
    """Looking for damage."""

    def check(self, progress: Progress | None = None) -> CheckReport:
        """Hash every row and every object again; nothing is changed.

        One flipped bit in a row or an object is found. Objects that were left out on purpose are no damage.

        Parameters
        ----------
        progress : Progress, optional
            Cancelling stops at once.

        Returns
        -------
        CheckReport
            What is damaged, which commits suffer from it, and which projects still open.

        Raises
        ------
        LibraryClosedError
            If the library was closed.
        """
        listener = progress or Silence()
        state = CheckState()
        check_database(self._database, state, Part(listener, 0.0, 0.1))
        check_hashes(self._database, state, Part(listener, 0.1, 0.2))
        check_objects(self._database, self._store, state, Part(listener, 0.2, 0.8))
        check_commits(self._database, self._store, state, Part(listener, 0.8, 1.0))
        still_open = projects_that_open(self._database, self._store, state)
        listener.report(1.0)
        return CheckReport(state.n_rows, state.n_objects, tuple(state.damages), still_open)

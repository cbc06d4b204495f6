"""Repairing a library: bringing back what another copy has, or what a recipe makes again."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from infinite_studio.history.bundle_reader import DamagedBundleError
from infinite_studio.history.checking import Checking
from infinite_studio.history.columns import DamagedRowError
from infinite_studio.history.database import DamagedLibraryError
from infinite_studio.history.disk_budget import readable_recipe
from infinite_studio.history.models import StemRow
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.repair_rows import repair_rows
from infinite_studio.history.repair_sources import Source, open_sources
from infinite_studio.history.reports import DamageKind, RepairReport
from infinite_studio.history.store import UnreadableSourceError
from infinite_studio.progress import Part, Progress, Silence

DAMAGED_FOLDER_NAME = "damaged"
_OBJECTS = frozenset({DamageKind.OBJECT, DamageKind.MISSING_OBJECT})


class Repairing(Checking):
    """Bringing back what is damaged."""

    def repair(
        self,
        progress: Progress | None = None,
        *,
        sources: Sequence[Path] = (),
        render: Callable[[Recipe, str], bytes | None] | None = None,
    ) -> RepairReport:
        """Check the library, then bring back damaged and missing objects and rows that derive from others.

        Nothing is put in place before its SHA-256 is the one that is asked for. What lies in a damaged object's
        place goes to the folder ``damaged``.

        Parameters
        ----------
        progress : Progress, optional
            Cancelling keeps what was repaired so far.
        sources : sequence of Path
            Where to look, in this order: bundles, library folders, folders of objects, backups of the
            database (which hold rows, but no sounds).
        render : callable, optional
            Asked last, for stems with a recipe: makes the stem of that name again and returns the bytes of the
            file, or None where it cannot.

        Returns
        -------
        RepairReport
            What is back and what no source had.

        Raises
        ------
        UnreadableSourceError, DamagedBundleError, NewerBundleError
            If a source cannot be used; nothing was changed.
        DiskFullError, StorageError, LibraryReadOnlyError
            If it cannot be written.
        """
        self._database.require_writable()
        listener = progress or Silence()
        repaired: list[str] = []
        missing: list[str] = []
        with open_sources(sources) as opened:
            report = self.check(Part(listener, 0.0, 0.5))
            wanted = [damage.what_id for damage in report.damages if damage.kind in _OBJECTS]
            for done, object_id in enumerate(wanted):
                listener.report(0.5 + 0.4 * done / len(wanted), "Bringing back sounds")
                is_back = self._bring_back(object_id, opened, render)
                (repaired if is_back else missing).append(object_id)
            listener.report(0.9, "Bringing back the history")
            rows = repair_rows(self._database, self._store, report.damages, opened)
        listener.report(1.0)
        return RepairReport(tuple(repaired), tuple(missing), rows)

    def _bring_back(
        self,
        object_id: str,
        sources: Sequence[Source],
        render: Callable[[Recipe, str], bytes | None] | None,
    ) -> bool:
        aside = self._folder / DAMAGED_FOLDER_NAME
        for source in sources:
            chunks = source.object_chunks(object_id)
            with suppress(DamagedBundleError, UnreadableSourceError):
                if chunks is not None and self._store.heal(object_id, chunks, aside):
                    return True
        for recipe, name in self._recipes(object_id) if render is not None else ():
            data = render(recipe, name) if render is not None else None
            if data is not None and self._store.heal(object_id, (data,), aside):
                return True
        return False

    def _recipes(self, object_id: str) -> list[tuple[Recipe, str]]:
        """Return the recipes that an object is said to come from, each once, with its stem's name."""
        found: list[tuple[Recipe, str]] = []
        with suppress(DamagedRowError, DamagedLibraryError), self._database.reading() as session:
            rows = select(StemRow.recipe, StemRow.name).where(StemRow.object_id == object_id)
            for values, name in session.execute(rows):
                recipe = None if values is None else readable_recipe(values)
                if recipe is not None and (recipe, name) not in found:
                    found.append((recipe, name))
        return found

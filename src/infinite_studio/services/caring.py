"""Look after the library: check, repair, collect garbage, keep the disk small, back up."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.history.reports import CheckReport, GarbageReport, RepairReport
from infinite_studio.progress import Part, Progress
from infinite_studio.project.mixdown import program_of
from infinite_studio.services.committing import project_at
from infinite_studio.services.renders import encoded_program
from infinite_studio.services.rerendering import Rerenderer
from infinite_studio.services.studio import Studio

GRACE_DAYS = 14
BACKUP_MINUTES = 10


@dataclass(frozen=True)
class DiskBudget:
    """How much the library may take, and what was given up for that, or would be.

    Parameters
    ----------
    size_bytes : int
        What the library takes now.
    budget_bytes : int
        What it may take.
    dropped : GarbageReport
        Renders that were dropped: each was made again from its recipe first, byte for byte.
    """

    size_bytes: int
    budget_bytes: int
    dropped: GarbageReport


def check_library(studio: Studio, progress: Progress) -> CheckReport:
    """Hash every row and object again and name what is damaged and what still opens."""
    return studio.library.check(progress)


def repair_library(studio: Studio, progress: Progress, sources: Sequence[Path] = ()) -> RepairReport:
    """Bring damaged and missing objects back from bundles, backups, other libraries, or by making them again.

    Stems are made again from their recipes, mixdowns from the projects that they are the sound of; only what
    comes out byte for byte as it was is put back.
    """
    whole = _Whole(Part(progress, 0.0, 0.6))
    renderer = Rerenderer(studio)

    def render(recipe: Recipe, name: str) -> bytes | None:
        return renderer.object_bytes(recipe, name, whole.inside)

    report = studio.library.repair(whole, sources=sources, render=render)
    if not report.still_missing_ids:
        return report
    with TemporaryDirectory(dir=studio.folders.cache) as folder:
        if not _render_mixdowns(report.still_missing_ids, Path(folder), studio, Part(progress, 0.6, 0.9)):
            return report
        again = studio.library.repair(Part(progress, 0.9, 1.0), sources=(Path(folder),))
    return RepairReport(
        (*report.repaired_object_ids, *again.repaired_object_ids),
        again.still_missing_ids,
        (*report.repaired_row_ids, *again.repaired_row_ids),
    )


def collect(
    studio: Studio,
    progress: Progress,
    *,
    dry_run: bool,
    keep: frozenset[str] = frozenset(),
    grace_days: float = GRACE_DAYS,
) -> GarbageReport:
    """Remove what nothing needs any more and is older than the time of grace."""
    grace = timedelta(days=grace_days)
    return studio.library.collect_garbage(grace=grace, dry_run=dry_run, keep=keep, progress=progress)


def disk_budget(
    studio: Studio,
    progress: Progress,
    *,
    budget_bytes: int,
    dry_run: bool,
    keep: frozenset[str] = frozenset(),
) -> DiskBudget:
    """Drop renders whose recipe was just seen to make the very same bytes, until the objects fit."""
    whole = _Whole(progress)
    renderer = Rerenderer(studio)
    dropped = studio.library.drop_reproducible(
        budget_bytes,
        lambda stem: renderer.reproduces(stem, whole.inside),
        dry_run=dry_run,
        keep=keep,
        progress=whole,
    )
    return DiskBudget(studio.library.size_bytes(), budget_bytes, dropped)


def back_up(studio: Studio, target: Path | None = None) -> Path:
    """Copy the database as it is now."""
    return studio.library.back_up(target)


def back_up_if_due(studio: Studio) -> Path | None:
    """Copy the database where it changed and the last copy is older than ten minutes; None where it is not due."""
    return studio.library.back_up_if_due(minutes=BACKUP_MINUTES)


def _render_mixdowns(missing: Sequence[str], folder: Path, studio: Studio, progress: Progress) -> int:
    """Write the missing objects that are mixdowns into a folder; return how many those are."""
    wanted, n_written = set(missing), 0
    affected = {
        commit_id
        for damage in studio.library.check(Part(progress, 0.0, 0.5)).damages
        if damage.what_id in wanted
        for commit_id in damage.affected_commit_ids
    }
    for done, commit_id in enumerate(sorted(affected)):
        part = Part(progress, 0.5 + 0.5 * done / len(affected), 0.5 + 0.5 * (done + 1) / len(affected))
        with suppress(StudioError):
            commit = studio.library.commit_of(commit_id)
            if commit.mixdown_object_id in wanted:
                program = program_of(project_at(commit_id, studio, part), studio.bank.samples)
                data, _ = encoded_program(program, part)
                object_id = sha256(data).hexdigest()
                (folder / object_id).write_bytes(data)
                n_written += object_id in wanted
    return n_written


class _Whole:
    """Remembers how far the whole is, so that work inside of one of its moments can be cancelled too."""

    def __init__(self, listener: Progress) -> None:
        self._listener = listener
        self._fraction = 0.0
        self.inside: Progress = _Inside(self)

    def report(self, fraction: float, stage: str = "") -> None:
        self._fraction = fraction
        self._listener.report(fraction, stage)

    def share(self, partial: object) -> None:
        self._listener.share(partial)

    def tick(self, stage: str) -> None:
        self._listener.report(self._fraction, stage)


@dataclass(frozen=True)
class _Inside:
    whole: _Whole

    def report(self, fraction: float, stage: str = "") -> None:  # noqa: ARG002 - the whole has a clock of its own
        self.whole.tick(stage)

    def share(self, partial: object) -> None:
        """Keep what is made on the way to oneself: it is no sound that a view shows."""

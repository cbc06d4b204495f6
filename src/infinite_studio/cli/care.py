"""The verbs that look after the library."""

from pathlib import Path
from typing import Annotated, Any

import typer

from infinite_studio.cli.terminal import JsonOption, TerminalProgress, tell
from infinite_studio.history.reports import GarbageReport
from infinite_studio.services import caring
from infinite_studio.services.studio import opened_studio
from infinite_studio.settings.folders import Folders

EXIT_DAMAGED = 1


def register(group: typer.Typer) -> None:
    """Add the verbs to the group about history."""
    for verb in (check, repair, gc):
        group.command()(verb)


def check(json: JsonOption = False) -> None:
    """Look for damage in the library. Hashes everything again, says what still opens, and exits with 1 on damage."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        report = caring.check_library(studio, progress)
        names = {r.repository_id: r.name for r in studio.library.repositories()}
    progress.finish()
    opens = [names.get(repository_id, repository_id) for repository_id in report.still_opens]
    values = {
        "rows_checked": report.rows_checked,
        "objects_checked": report.objects_checked,
        "damages": [
            {
                "kind": damage.kind.value,
                "what": damage.what_id,
                "sentence": damage.sentence,
                "affected_commit_ids": list(damage.affected_commit_ids),
            }
            for damage in report.damages
        ],
        "still_opens": opens,
    }
    lines = [f"{report.rows_checked} rows and {report.objects_checked} objects checked."]
    lines += [damage.sentence for damage in report.damages] or ["Nothing is damaged."]
    if report.damages:
        lines.append(f"Still opens: {', '.join(opens) or 'no project'}.")
    tell(values, "\n".join(lines), as_json=json)
    if report.damages:
        raise typer.Exit(EXIT_DAMAGED)


def repair(
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Bundles, backups or library folders to restore from.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Bring back what is damaged. Takes it from other copies or makes it again; exits with 1 where something stays missing."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        report = caring.repair_library(studio, progress, tuple(sources or ()))
    progress.finish()
    values = {
        "repaired": [*report.repaired_object_ids, *report.repaired_row_ids],
        "still_missing": list(report.still_missing_ids),
    }
    n_repaired, n_missing = len(values["repaired"]), len(values["still_missing"])
    tell(values, f"Repaired {n_repaired}; still missing {n_missing}.", as_json=json)
    if n_missing:
        raise typer.Exit(EXIT_DAMAGED)


def gc(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    grace_days: Annotated[
        float, typer.Option(min=0.0, help="Keep what became useless in the last days.")
    ] = caring.GRACE_DAYS,
    budget_gb: Annotated[
        float | None,
        typer.Option(min=0.0, help="Also drop renders that can be made again exactly, to this size."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Remove what nothing needs any more."""
    progress = TerminalProgress()
    with opened_studio(Folders.standard()) as studio:
        garbage = caring.collect(studio, progress, dry_run=dry_run, grace_days=grace_days)
        budget = (
            None
            if budget_gb is None
            else caring.disk_budget(studio, progress, budget_bytes=round(budget_gb * 1e9), dry_run=dry_run)
        )
    progress.finish()
    values: dict[str, Any] = {"dry_run": dry_run, **_values(garbage), "kept_young": garbage.kept_young}
    done = "would be freed" if dry_run else "freed"
    lines = [_line(garbage, done), f"{garbage.kept_young} more are useless, but too young to go."]
    if budget is not None:
        values["budget"] = {**_values(budget.dropped), "size_bytes": budget.size_bytes}
        lines.append(f"Renders that can be made again: {_line(budget.dropped, done)}")
    tell(values, "\n".join(lines), as_json=json)


def _values(report: GarbageReport) -> dict[str, Any]:
    return {"objects": len(report.object_ids), "bytes_freed": report.bytes_freed}


def _line(report: GarbageReport, done: str) -> str:
    return f"{len(report.object_ids)} objects, {report.bytes_freed / 1e6:.1f} MB {done}."

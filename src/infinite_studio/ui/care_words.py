"""What the care of the library reports, in sentences; no widgets here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infinite_studio.ui.history_list import ago_text
from infinite_studio.ui.kit.time_text import bytes_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infinite_studio.history.reports import CheckReport, GarbageReport, RepairReport
    from infinite_studio.history.values import Backup
    from infinite_studio.services.caring import DiskBudget

GRACE_DAYS = 14
ALL_IS_WELL = "Everything is exactly as it was stored."


def counted(number: int, word: str) -> str:
    """Return such as ``1 sound`` or ``1,204 sounds``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def check_text(report: CheckReport) -> str:
    """Say what a check found."""
    seen = f"{counted(report.rows_checked, 'row')} and {counted(report.objects_checked, 'file')} were hashed again."
    if not report.damages:
        return f"{ALL_IS_WELL} {seen}"
    return f"{counted(len(report.damages), 'thing')} damaged. {seen}"


def opens_text(report: CheckReport, names: dict[str, str]) -> str:
    """Say which projects still open, where something is damaged."""
    if not report.damages:
        return ""
    still = [f"“{names.get(repository_id, 'a project')}”" for repository_id in report.still_opens]
    return f"Still opens: {', '.join(still)}." if still else "No project opens completely."


def repair_text(report: RepairReport) -> str:
    """Say what a repair brought back and what not."""
    back = len(report.repaired_object_ids) + len(report.repaired_row_ids)
    if not back and not report.still_missing_ids:
        return "There was nothing to repair."
    parts = [f"{counted(back, 'thing')} brought back, each compared with its fingerprint."] if back else []
    missing = len(report.still_missing_ids)
    if missing:
        parts.append(
            f"{counted(missing, 'sound')} not found anywhere: add a bundle or a backup that has them."
        )
    return " ".join(parts)


def garbage_text(report: GarbageReport, *, was_removed: bool) -> str:
    """Say what nothing needs any more, or what was removed of that."""
    kept = f" {report.kept_young:,} more are younger than {GRACE_DAYS} days and stay."
    young = kept if report.kept_young else ""
    if not report.object_ids and not report.commit_ids:
        return f"Nothing can go: every sound is used by some version.{young}"
    what = [counted(len(report.object_ids), "sound")] if report.object_ids else []
    what += [counted(len(report.commit_ids), "forgotten version")] if report.commit_ids else []
    if was_removed:
        return f"{' and '.join(what)} removed: {bytes_text(report.bytes_freed)} are free again.{young}"
    return f"{' and '.join(what)} that nothing needs: {bytes_text(report.bytes_freed)}.{young}"


def budget_text(budget: DiskBudget, *, was_removed: bool) -> str:
    """Say what fitting a budget drops, or has dropped."""
    if budget.size_bytes <= budget.budget_bytes:
        return f"The library takes {bytes_text(budget.size_bytes)} and fits."
    dropped = budget.dropped
    if not dropped.object_ids:
        return "No render was found that its recipe makes again exactly, so nothing can go."
    what = counted(len(dropped.object_ids), "render")
    if was_removed:
        return f"{what} dropped: {bytes_text(dropped.bytes_freed)} are free again."
    return (
        f"{what}, {bytes_text(dropped.bytes_freed)}: each was just made again from its recipe, byte for byte."
    )


def backups_text(backups: Sequence[Backup]) -> str:
    """Say how many copies of the history there are and how old the newest is."""
    if not backups:
        return "There is no backup yet; one is made every 10 minutes of use."
    newest = backups[0]
    return (
        f"{counted(len(backups), 'backup')} of the history; the newest is from {ago_text(newest.created)} "
        f"({bytes_text(newest.size_bytes)})."
    )

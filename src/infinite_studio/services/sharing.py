"""Carry a project from one library to another in one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.audio.files import make_folder, safe_filename, unused_path
from infinite_studio.history.reports import BundleReport, ImportedBundle
from infinite_studio.progress import Progress
from infinite_studio.services.studio import Studio

BUNDLE_SUFFIX = ".studio"
UNSAVED_LEFT_OUT = "Unsaved work is not in it: commit first to share that too."


@dataclass(frozen=True)
class BundleRange:
    """The versions whose sounds a bundle carries: what the last one grew from since the first, both included.

    Without a first one it begins at the very beginning.
    """

    first_commit_id: str | None
    last_commit_id: str


def export_project_bundle(
    repository_id: str,
    path: Path,
    studio: Studio,
    progress: Progress,
    commit_ids: Sequence[str] | None = None,
) -> BundleReport:
    """Write a project's history as one bundle, with all its sounds or those of some commits; nothing is overwritten."""
    target = unused_path(path if path.suffix == BUNDLE_SUFFIX else path.with_name(path.name + BUNDLE_SUFFIX))
    make_folder(target.parent)
    progress.report(0.0, "Writing the bundle")
    return studio.library.export_bundle(repository_id, target, commit_ids=commit_ids, progress=progress)


def commits_of_range(chosen: BundleRange, studio: Studio) -> tuple[str, ...]:
    """Return the commits of a range, newest first."""
    return studio.library.commits_between(chosen.first_commit_id, chosen.last_commit_id)


def bundle_sentence(report: BundleReport) -> str:
    """Say what a bundle holds: how many versions can be heard, and how many are only named."""
    n, rest = report.n_complete, report.n_commits - report.n_complete
    heard = "1 version with all its sounds is" if n == 1 else f"{n} versions with all sounds are"
    sentence = f"{heard} in {report.path} ({report.size_bytes / 1e6:.1f} MB)"
    if rest:
        sentence += (
            "; 1 other version is only named" if rest == 1 else f"; {rest} other versions are only named"
        )
    return f"{sentence}."


def suggested_bundle_path(folder: Path, project_name: str) -> Path:
    """Return a free name for a project's bundle."""
    return unused_path(folder / safe_filename(project_name, BUNDLE_SUFFIX))


def import_project_bundle(
    path: Path, studio: Studio, progress: Progress, name: str | None = None
) -> ImportedBundle:
    """Take a bundle in, all of it or nothing; a second time adds nothing."""
    progress.report(0.0, "Reading the bundle")
    return studio.library.import_bundle(path, name=name, progress=progress)

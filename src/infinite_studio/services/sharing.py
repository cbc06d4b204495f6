"""Carry a project from one library to another in one file."""

from collections.abc import Sequence
from pathlib import Path

from infinite_studio.audio.files import make_folder, safe_filename, unused_path
from infinite_studio.history.reports import BundleReport, ImportedBundle
from infinite_studio.progress import Progress
from infinite_studio.services.studio import Studio

BUNDLE_SUFFIX = ".studio"


def export_project_bundle(
    repository_id: str,
    path: Path,
    studio: Studio,
    progress: Progress,
    commit_ids: Sequence[str] | None = None,
) -> BundleReport:
    """Write a project's history, or a range of it, with all its sounds as one bundle; nothing is overwritten."""
    target = unused_path(path if path.suffix == BUNDLE_SUFFIX else path.with_name(path.name + BUNDLE_SUFFIX))
    make_folder(target.parent)
    progress.report(0.0, "Writing the bundle")
    return studio.library.export_bundle(repository_id, target, commit_ids=commit_ids, progress=progress)


def suggested_bundle_path(folder: Path, project_name: str) -> Path:
    """Return a free name for a project's bundle."""
    return unused_path(folder / safe_filename(project_name, BUNDLE_SUFFIX))


def import_project_bundle(
    path: Path, studio: Studio, progress: Progress, name: str | None = None
) -> ImportedBundle:
    """Take a bundle in, all of it or nothing; a second time adds nothing."""
    progress.report(0.0, "Reading the bundle")
    return studio.library.import_bundle(path, name=name, progress=progress)

"""Bundles: a project in one file."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from infinite_studio.history.reports import BundleReport, ImportedBundle
from infinite_studio.progress import Part, Progress
from infinite_studio.services import projects, sharing
from infinite_studio.services.opening import open_with_sounds
from infinite_studio.services.projects import OpenedProject
from infinite_studio.services.session_parts.merging import Merging


class Sharing(Merging):
    """Carry projects between machines."""

    def export_bundle(self, path: Path, commit_ids: Sequence[str] | None = None) -> int | None:
        """Write the open project's history, or some of its commits, as one ``.studio`` file."""
        return self._guard(partial(self._export_bundle, path, commit_ids))

    def import_bundle(self, path: Path) -> int | None:
        """Take a ``.studio`` file in and open the project in it; a second time adds nothing."""
        return self._guard(partial(self._import_bundle, path))

    def _export_bundle(self, path: Path, commit_ids: Sequence[str] | None) -> int:
        studio, repository_id = self.studio, self.repository.repository_id

        def work(progress: Progress) -> BundleReport:
            return sharing.export_project_bundle(repository_id, path, studio, progress, commit_ids)

        return self._run(self._disk_job(f"Write “{path.name}”", "bundle", work), self._on_bundled)

    def _on_bundled(self, report: BundleReport) -> None:
        versions = "1 version" if report.n_commits == 1 else f"{report.n_commits} versions"
        megabytes = report.size_bytes / 1e6
        self.notice.emit(f"{versions} with all sounds are in {report.path} ({megabytes:.1f} MB).")

    def _import_bundle(self, path: Path) -> int:
        studio = self.studio
        self._save_working()

        def work(progress: Progress) -> tuple[ImportedBundle, OpenedProject]:
            imported = sharing.import_project_bundle(path, studio, Part(progress, 0.0, 0.7))
            opened = projects.open_project(imported.repository_id, studio)
            return imported, open_with_sounds(opened, studio, Part(progress, 0.7, 1.0))

        return self._run(self._disk_job(f"Import “{path.name}”", "bundle", work), self._on_bundle_imported)

    def _on_bundle_imported(self, result: tuple[ImportedBundle, OpenedProject]) -> None:
        imported, opened = result
        self._on_opened_project(opened)
        if imported.new_commits:
            new = "1 new version" if imported.new_commits == 1 else f"{imported.new_commits} new versions"
            self.notice.emit(f"“{opened.repository.name}” came with {new}.")
        else:
            self.notice.emit(f"“{opened.repository.name}” is here already, with all its versions.")

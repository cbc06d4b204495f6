"""Bundles: a project in one file."""

from functools import partial
from pathlib import Path

from infinite_studio.history.reports import BundleReport, ImportedBundle
from infinite_studio.progress import Part, Progress
from infinite_studio.services import projects, sharing
from infinite_studio.services.opening import Opened, with_shelf
from infinite_studio.services.session_parts.merging import Merging
from infinite_studio.services.sharing import UNSAVED_LEFT_OUT, BundleRange


class Sharing(Merging):
    """Carry projects between machines."""

    def export_bundle(self, path: Path, chosen: BundleRange | None = None) -> int | None:
        """Write the open project's history as one ``.studio`` file, with all its sounds or those of a range."""
        return self._guard(partial(self._export_bundle, path, chosen))

    def import_bundle(self, path: Path) -> int | None:
        """Take a ``.studio`` file in and open the project in it; a second time adds nothing."""
        return self._guard(partial(self._import_bundle, path))

    def _export_bundle(self, path: Path, chosen: BundleRange | None) -> int:
        studio, repository_id = self.studio, self.repository.repository_id

        def work(progress: Progress) -> BundleReport:
            commit_ids = None if chosen is None else sharing.commits_of_range(chosen, studio)
            return sharing.export_project_bundle(repository_id, path, studio, progress, commit_ids)

        job = self._disk_job(f"Write “{path.name}”", "bundle", work)
        return self._run(job, partial(self._on_bundled, self.unsaved_steps > 0))

    def _on_bundled(self, is_unsaved: bool, report: BundleReport) -> None:
        sentence = sharing.bundle_sentence(report)
        self.notice.emit(f"{sentence} {UNSAVED_LEFT_OUT}" if is_unsaved else sentence)

    def _import_bundle(self, path: Path) -> int:
        studio = self.studio
        self._save_working()

        def work(progress: Progress) -> tuple[ImportedBundle, Opened]:
            imported = sharing.import_project_bundle(path, studio, Part(progress, 0.0, 0.7))
            opened = projects.open_project(imported.repository_id, studio)
            return imported, with_shelf(opened, studio, Part(progress, 0.7, 1.0))

        return self._run(self._disk_job(f"Import “{path.name}”", "bundle", work), self._on_bundle_imported)

    def _on_bundle_imported(self, result: tuple[ImportedBundle, Opened]) -> None:
        imported, opened = result
        self._on_opened_project(opened)
        name = self.repository.name
        if imported.new_commits:
            new = "1 new version" if imported.new_commits == 1 else f"{imported.new_commits} new versions"
            self.notice.emit(f"“{name}” came with {new}.")
        else:
            self.notice.emit(f"“{name}” is here already, with all its versions.")

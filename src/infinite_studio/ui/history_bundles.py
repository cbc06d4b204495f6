"""Projects in one file: choosing where a bundle goes, and telling bundles from sounds among dropped files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from infinite_studio.services.sharing import BUNDLE_SUFFIX, suggested_bundle_path
from infinite_studio.ui.popups import open_dialog

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.sharing import BundleRange

BUNDLES = f"Infinite Studio bundles (*{BUNDLE_SUFFIX})"


def ask_export(session: StudioSession, parent: QWidget, commit: Commit | None = None) -> None:
    """Ask what goes into a bundle, at first everything or only one commit, and then where to write it."""
    from infinite_studio.ui.dialogs.bundle_dialog import BundleDialog

    dialog = BundleDialog(session, parent, commit)
    dialog.chosen.connect(partial(_ask_file, session, parent))
    open_dialog(dialog)


def _ask_file(session: StudioSession, parent: QWidget, chosen_range: BundleRange | None) -> None:
    folder = Path(session.settings.export_folder or Path.home())
    suggested = suggested_bundle_path(folder, session.project.name)
    chosen, _filter = QFileDialog.getSaveFileName(parent, "Export bundle", str(suggested), BUNDLES)
    if chosen:
        session.export_bundle(Path(chosen), chosen_range)


def ask_import(session: StudioSession, parent: QWidget) -> None:
    """Ask for bundles to take in."""
    folder = session.settings.export_folder or str(Path.home())
    chosen, _filter = QFileDialog.getOpenFileNames(parent, "Import bundle", folder, BUNDLES)
    for path in chosen:
        session.import_bundle(Path(path))


def take_bundles(session: StudioSession, paths: Sequence[Path]) -> list[Path]:
    """Import the bundles among files that were dropped; return the others, which are sounds."""
    for path in paths:
        if is_bundle(path):
            session.import_bundle(path)
    return [path for path in paths if not is_bundle(path)]


def is_bundle(path: Path) -> bool:
    """Whether a file's name says that it is a bundle."""
    return path.suffix.casefold() == BUNDLE_SUFFIX

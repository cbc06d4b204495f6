"""Where long files go, and opening that folder afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import ElidedLabel

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession


class PlaceRow(QWidget):
    """A folder and a button to choose another; emits ``changed``."""

    changed = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = _first_folder(session)
        self.label = ElidedLabel("", caption=True, mode=Qt.TextElideMode.ElideMiddle)
        self.browse = QuietButton("Folder…")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label, 1)
        row.addWidget(self.browse)
        self.browse.clicked.connect(self._on_browse)
        self.choose(self.folder)

    def choose(self, folder: Path) -> None:
        """Write into this folder from now on."""
        self.folder = folder
        self.label.set_text(str(folder))
        self.changed.emit()

    @Slot()
    def _on_browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Choose a folder", str(self.folder))
        if chosen:
            self.choose(Path(chosen))


def _first_folder(session: StudioSession) -> Path:
    """Return where the last export went, or else where the system keeps music."""
    if session.settings.export_folder:
        return Path(session.settings.export_folder)
    music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
    return Path(music) if music else Path.home()

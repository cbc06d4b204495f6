"""Files that are written while they are dragged: they are there when another program asks for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QMetaType, QMimeData, QObject, Qt, QTimer, QUrl
from PySide6.QtWidgets import QProgressDialog, QWidget

from infinite_studio.services.dragging import DraggedSound
from infinite_studio.ui.timeline.drops import object_mime_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infinite_studio.services.session import StudioSession

URI_LIST = "text/uri-list"
SHOW_PROGRESS_MS = 400
PATIENCE_MS = 120_000


class DraggedFiles(QObject):
    """The files of one drag, written on the disk lane from the first moment on or when they are asked for."""

    def __init__(
        self, session: StudioSession, sounds: tuple[DraggedSound, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__()
        self._session = session
        self._sounds = sounds
        self._window = parent
        self._job_id: int | None = None
        self._loop: QEventLoop | None = None
        self.paths: tuple[Path, ...] | None = None

    def begin(self) -> None:
        """Start writing, unless that was done."""
        if self._job_id is None and self.paths is None:
            self._job_id = self._session.write_dragged(self._sounds, self._on_written)
            if self._job_id is None:
                self.paths = ()

    def wait(self) -> tuple[Path, ...]:
        """Return the files, after a small progress window where they are not written yet."""
        self.begin()
        if self.paths is None and self._loop is None:
            self._wait()
        return self.paths or ()

    def _wait(self) -> None:
        dialog = QProgressDialog("Writing the sound…", "Cancel", 0, 0, self._window)
        dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
        dialog.setMinimumDuration(SHOW_PROGRESS_MS)
        dialog.setValue(0)
        dialog.canceled.connect(self._give_up)
        self._loop = QEventLoop()
        QTimer.singleShot(PATIENCE_MS, self._loop, self._give_up)
        self._loop.exec()
        self._loop = None
        dialog.canceled.disconnect(self._give_up)
        dialog.close()
        dialog.deleteLater()

    def _give_up(self) -> None:
        if self._job_id is not None and self.paths is None:
            self._session.jobs.cancel(self._job_id)

    def _on_written(self, paths: tuple[Path, ...]) -> None:
        self.paths = paths
        if self._loop is not None:
            self._loop.quit()


class FilesMimeData(QMimeData):
    """Says that it carries files, and lets them be written only when somebody wants them."""

    def __init__(self, files: DraggedFiles) -> None:
        super().__init__()
        self._files = files

    def formats(self) -> list[str]:
        return [*super().formats(), URI_LIST]

    def hasFormat(self, mime_type: str) -> bool:
        return mime_type == URI_LIST or super().hasFormat(mime_type)

    def retrieveData(self, mime_type: str, preferred: QMetaType | QMetaType.Type) -> object:
        if mime_type != URI_LIST:
            return super().retrieveData(mime_type, preferred)
        return [QUrl.fromLocalFile(str(path)) for path in self._files.wait()]


def sound_mime_data(session: StudioSession, object_id: str, name: str) -> QMimeData:
    """Wrap a stored sound: within the studio it is the sound itself, outside it is a file."""
    files = DraggedFiles(session, (DraggedSound(object_id, name),))
    return object_mime_data(object_id, name, FilesMimeData(files))


def sounds_of(session: StudioSession) -> Callable[[str, str], QMimeData]:
    """Return what wraps a stored sound for the lists that let one drag them."""
    return partial(sound_mime_data, session)

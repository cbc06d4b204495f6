"""Showing a folder in the system's file manager."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_folder(folder: Path) -> bool:
    """Open a folder where the person looks at files; False where the system cannot."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

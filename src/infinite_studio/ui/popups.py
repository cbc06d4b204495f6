"""Opening dialogs and menus so that they are gone when they are closed."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QMenu


def open_dialog(dialog: QDialog) -> None:
    """Open a dialog without stopping anything else; it deletes itself when it closes."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def open_menu(menu: QMenu, position: QPoint) -> None:
    """Open a menu at a place of the screen; it deletes itself when it closes."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(position)

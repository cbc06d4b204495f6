"""A focus ring for those who use the keyboard, out of the way of those who use the mouse."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object

KEYBOARD_REASONS = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
        Qt.FocusReason.OtherFocusReason,
    }
)


class ShowsKeyboardFocus(_Base):
    """A widget that knows whether its focus came from the keyboard."""

    shows_focus_ring = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.shows_focus_ring = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.shows_focus_ring = False
        super().focusOutEvent(event)
        self.update()

    def show_focus_ring(self) -> None:
        """Show the ring, because the keyboard was just used."""
        if not self.shows_focus_ring:
            self.shows_focus_ring = True
            self.update()

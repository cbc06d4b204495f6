"""The key of a sound: shown, corrected by hand, locked, and taken back."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.analysis.findings import camelot_code
from infinite_studio.music.key import Key, Mode
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField, FieldCard
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.sound_facts import UNKNOWN

if TYPE_CHECKING:
    from infinite_studio.analysis.analysis import Analysis

LOCKED = "The key is locked; unlock it to change it."
CHOOSE = "What is chosen here wins over what was found"
AS_FOUND, NO_KEY = "As found", "No clear key"
_EDITOR_PX = 48


class Choice(Enum):
    """What may be chosen beside the 24 keys."""

    FOUND = auto()
    NONE = auto()


def key_options() -> list[tuple[str, object]]:
    """Return everything that may be chosen: as found, no clear key, and the keys with their Camelot codes."""
    keys = [Key(tonic, mode) for tonic in range(12) for mode in Mode]
    named = [(f"{key} · {camelot_code(key)}", key) for key in keys]
    return [(AS_FOUND, Choice.FOUND), (NO_KEY, Choice.NONE), *named]


class KeySection(QWidget):
    """Shows key, Camelot code and runner-up; ``corrected`` carries the key that a person chose."""

    corrected = Signal(object)
    denied = Signal()
    reverted = Signal()
    locked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card, self.camelot = FieldCard("Key"), FieldCard("Camelot")
        self.camelot.setToolTip("Keys whose codes are neighbours mix well")
        self.choice = ComboField("Set key")
        self.choice.set_options(key_options())
        self.choice.editor.setMaxVisibleItems(14)
        self.lock = QuietButton("Lock")
        self.lock.setAccessibleName("Lock the key")
        self.lock.setCheckable(True)
        self.revert = QuietButton("Back to the key found")
        self.revert.setAccessibleName("Go back to the key that was found")
        self.runner_up = Caption("", "tertiary")
        self._lay_out()
        self.choice.chosen.connect(self._on_chosen)
        self.lock.clicked.connect(self._on_lock)
        self.revert.clicked.connect(self._on_revert)

    def show_key(
        self, found: Analysis | None, key: Key | None, text: str, *, runner_up: str = "", why_fixed: str = ""
    ) -> None:
        """Show a key, how sure it is, and what may be done with it."""
        is_locked = found is not None and found.is_key_locked
        is_corrected = found is not None and "key" in found.corrected
        self.card.set_value(text)
        self.camelot.set_value(UNKNOWN if key is None else camelot_code(key))
        self.runner_up.setText(runner_up)
        self.runner_up.setVisible(bool(runner_up))
        self.choice.choose((key or Choice.NONE) if is_corrected else Choice.FOUND)
        reason = why_fixed or (LOCKED if is_locked else "")
        self.choice.editor.setEnabled(not reason)
        self.choice.setToolTip(reason or CHOOSE)
        self.lock.set_available(why_fixed, "Keep the key as it stands")
        self.lock.setChecked(is_locked)
        self.lock.setText("Locked" if is_locked else "Lock")
        self.revert.setVisible(is_corrected and not is_locked)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top, middle = QHBoxLayout(), QHBoxLayout()
        for row in (top, middle):
            row.setSpacing(8)
            column.addLayout(row)
        top.addWidget(self.card, 3)
        top.addWidget(self.camelot, 1)
        self.lock.setMinimumHeight(_EDITOR_PX)
        middle.addWidget(self.choice, 1)
        middle.addWidget(self.lock)
        column.insertWidget(1, self.runner_up)
        column.addWidget(self.revert)

    @Slot(object)
    def _on_chosen(self, chosen: object) -> None:
        if isinstance(chosen, Key):
            self.corrected.emit(chosen)
        elif chosen is Choice.NONE:
            self.denied.emit()
        else:
            self.reverted.emit()

    @Slot()
    def _on_lock(self) -> None:
        self.locked.emit(self.lock.isChecked())

    @Slot()
    def _on_revert(self) -> None:
        self.reverted.emit()

"""The keys of the hum's roll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from infinite_studio.ui.hum_roll import HumRoll

NUDGE_SECONDS = 0.02
_OCTAVE = 12
_PLAIN = {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Delete, Qt.Key.Key_Backspace,
    Qt.Key.Key_S, Qt.Key.Key_M, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip


def is_roll_key(event: QKeyEvent) -> bool:
    """Whether the roll does something with a key."""
    is_all = event.key() == Qt.Key.Key_A and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return event.key() in _PLAIN or is_all


def edited_by_key(roll: HumRoll, event: QKeyEvent) -> bool:
    """Do what a key asks of the roll; say whether it was one of its keys."""
    if not is_roll_key(event):
        return False
    key, held = event.key(), event.modifiers()
    is_wide = bool(held & Qt.KeyboardModifier.ControlModifier)
    if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
        roll.transpose((_OCTAVE if is_wide else 1) * (1 if key == Qt.Key.Key_Up else -1))
    elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
        by = 1 if key == Qt.Key.Key_Right else -1
        if held & Qt.KeyboardModifier.AltModifier:
            roll.nudge(by * NUDGE_SECONDS)
        else:
            roll.step(by, extends=bool(held & Qt.KeyboardModifier.ShiftModifier))
    elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
        place = 0 if key == Qt.Key.Key_Home else max(len(roll.notes) - 1, 0)
        roll.choose(frozenset({place}) if roll.notes else frozenset(), place)
    elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
        roll.delete_chosen()
    elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
        roll.zoom(1.25 if key == Qt.Key.Key_Plus else 0.8)
    elif key == Qt.Key.Key_A:
        roll.choose(frozenset(range(len(roll.notes))), roll.current)
    elif key == Qt.Key.Key_S:
        roll.split_chosen()
    else:
        roll.merge_chosen()
    return True

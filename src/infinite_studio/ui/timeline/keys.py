"""Which keys do what on the timeline: one table."""

from enum import Enum, auto

from PySide6.QtCore import QKeyCombination, Qt


class Action(Enum):
    """What a key asks of the timeline."""

    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    ZOOM_TO_SELECTION = auto()
    ZOOM_BACK = auto()
    SPLIT = auto()
    DUPLICATE = auto()
    DELETE = auto()
    CANCEL = auto()
    SELECT_ALL = auto()
    COPY = auto()
    CUT = auto()
    PASTE = auto()


_NONE = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_SIGNS = {
    Qt.Key.Key_Plus: Action.ZOOM_IN,
    Qt.Key.Key_Equal: Action.ZOOM_IN,
    Qt.Key.Key_Minus: Action.ZOOM_OUT,
}
_KEYS = {
    (_NONE, Qt.Key.Key_Z): Action.ZOOM_TO_SELECTION,
    (_NONE, Qt.Key.Key_X): Action.ZOOM_BACK,
    (_NONE, Qt.Key.Key_S): Action.SPLIT,
    (_NONE, Qt.Key.Key_D): Action.DUPLICATE,
    (_CTRL, Qt.Key.Key_D): Action.DUPLICATE,
    (_NONE, Qt.Key.Key_Delete): Action.DELETE,
    (_NONE, Qt.Key.Key_Backspace): Action.DELETE,
    (_NONE, Qt.Key.Key_Escape): Action.CANCEL,
    (_CTRL, Qt.Key.Key_A): Action.SELECT_ALL,
    (_CTRL, Qt.Key.Key_C): Action.COPY,
    (_CTRL, Qt.Key.Key_X): Action.CUT,
    (_CTRL, Qt.Key.Key_V): Action.PASTE,
}


def action_of(pressed: QKeyCombination) -> Action | None:
    """Return what a key asks for; signs mean the same with Shift, with Ctrl and on the keypad."""
    key, modifiers = pressed.key(), pressed.keyboardModifiers() & ~_KEYPAD
    if key in _SIGNS and not modifiers & ~(_SHIFT | _CTRL):
        return _SIGNS[key]
    return _KEYS.get((modifiers, key))

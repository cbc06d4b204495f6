"""Everything the timeline tells the window."""

from typing import cast

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

FRAME = cast("type", "qlonglong")
"""Type of frames in signals: Qt's ``int`` ends after 12 hours at 48 kHz."""


class TimelineSignals(QWidget):
    """A widget with the timeline's signals: each says what a person wants to change."""

    seek_requested = Signal(FRAME)
    loop_changed = Signal(object)
    clips_moved = Signal(object)
    clips_duplicated = Signal(object)
    clips_split = Signal(object, FRAME)
    clips_deleted = Signal(object)
    clips_copied = Signal(object)
    clips_cut = Signal(object)
    paste_requested = Signal()
    clips_dragged_out = Signal(object)
    track_muted = Signal(str, bool)
    track_soloed = Signal(str, bool)
    track_gain_changed = Signal(str, float, bool)
    track_pan_changed = Signal(str, float, bool)
    track_renamed = Signal(str, str)
    track_deleted = Signal(str)
    selection_changed = Signal(object)
    clip_menu_requested = Signal(str, QPoint)
    track_menu_requested = Signal(str, QPoint)
    files_dropped = Signal(object, FRAME, str)
    object_dropped = Signal(object)
    import_requested = Signal()
    describe_requested = Signal()

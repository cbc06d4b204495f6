"""The list of keyboard shortcuts."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from infinite_studio.ui.actions import ACTION_SPECS, shortcut_text
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.chips import Chip, Tone
from infinite_studio.ui.kit.labels import SectionLabel
from infinite_studio.ui.kit.surfaces import ScrollColumn

_TIMELINE_KEYS = (
    ("Zoom in or out", "Ctrl and wheel, + or −"),
    ("Zoom to the selection", "Z"),
    ("Zoom back", "X"),
    ("Move clips", "Drag"),
    ("Move clips off the beat", "Alt and drag"),
    ("Clips as files for other programs", "Drag out of the window"),
    ("Go from clip to clip", "Arrow keys"),
    ("Select more clips", "Ctrl or Shift and click"),
    ("Select with a box", "Drag where no clip is"),
    ("Select nothing", "Esc"),
    ("Set the loop range", "Drag the ruler's upper half"),
)
_TITLE_BAR_PX = 48
_BESIDE_BAR_PX = 12
_COLUMNS = (("Transport", "Edit", "Sound"), ("Clips", "Timeline"), ("Project", "History", "Window"))


class ShortcutsDialog(QDialog):
    """Every action that has keys, by group."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 20)
        outer.setSpacing(16)
        title = QLabel("Keyboard shortcuts")
        title.setProperty("kind", "title")
        outer.addWidget(title)
        listed = ScrollColumn()
        listed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        listed.setAccessibleName("Actions and their keys")
        columns = QHBoxLayout()
        columns.setContentsMargins(0, 0, _BESIDE_BAR_PX, 0)
        columns.setSpacing(32)
        for groups in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(8)
            for group in groups:
                column.addWidget(SectionLabel(group))
                column.addLayout(_rows(group))
                column.addSpacing(12)
            column.addStretch(1)
            columns.addLayout(column, 1)
        listed.body.addLayout(columns)
        outer.addWidget(listed, 1)
        close = QuietButton("Close")
        close.clicked.connect(self.accept)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus()
        self._fit_screen(listed)

    def _fit_screen(self, listed: ScrollColumn) -> None:
        """Show everything where the screen is high enough, and let the list scroll where it is not."""
        wanted = listed.body.sizeHint()
        around = self.sizeHint() - listed.sizeHint()
        listed.setMinimumWidth(wanted.width())
        room = self.screen().availableSize().height() - _TITLE_BAR_PX
        self.resize(wanted.width() + around.width(), min(wanted.height() + around.height(), room))


def _rows(group: str) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    listed = [
        (spec.text, shortcut_text(spec)) for spec in ACTION_SPECS if spec.group == group and spec.shortcuts
    ]
    for row, (text, keys) in enumerate(listed if group != "Timeline" else _TIMELINE_KEYS):
        grid.addWidget(QLabel(text), row, 0)
        grid.addWidget(Chip(keys, Tone.NEUTRAL), row, 1, Qt.AlignmentFlag.AlignRight)
    grid.setColumnStretch(0, 1)
    return grid

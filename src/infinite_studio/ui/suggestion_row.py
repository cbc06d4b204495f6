"""Prompts to begin with, for an empty page."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from infinite_studio.ui.kit.buttons import PillButton
from infinite_studio.ui.kit.flow_layout import FlowLayout
from infinite_studio.ui.kit.labels import Caption

SUGGESTIONS = (
    "dark trap, 140 bpm, in F minor",
    "warm lo-fi, 84 bpm, in D minor",
    "bright house, 124 bpm, in A minor",
)


class SuggestionRow(QWidget):
    """Prompts that one click writes into the field."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Caption("Or start from one of these", "tertiary"))
        flow_host = QWidget()
        self._flow = FlowLayout(flow_host)
        for suggestion in SUGGESTIONS:
            button = PillButton(suggestion)
            button.max_text_px = 260
            button.setAccessibleName(f"Use the prompt: {suggestion}")
            button.clicked.connect(partial(self.chosen.emit, suggestion))
            self._flow.addWidget(button)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        flow_host.setSizePolicy(policy)
        column.addWidget(flow_host)

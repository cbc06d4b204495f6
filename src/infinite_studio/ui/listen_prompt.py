"""A sound in words, ready to be copied or composed from."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.surfaces import Card

COPIED, COPY = "Copied", "Copy"


class PromptCard(Card):
    """The description with two buttons."""

    compose_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setAccessibleName("Description of the sound")
        self.copy = QuietButton(COPY)
        self.copy.setAccessibleName("Copy the description")
        self.compose = QuietButton("Compose from this")
        self.compose.setToolTip("Make something like it: the description and the sound go to Generate")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy)
        row.addWidget(self.compose, 1)
        self.body.setSpacing(8)
        self.body.addWidget(self.text)
        self.body.addLayout(row)
        self.copy.clicked.connect(self._on_copy)
        self.compose.clicked.connect(self.compose_wanted)

    def show_prompt(self, prompt: str) -> None:
        """Show a description."""
        if prompt != self.text.text():
            self.text.setText(prompt)
            self.copy.setText(COPY)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.text())
        self.copy.setText(COPIED)

"""One section of the library's care: what it is for, its buttons, and what came of it."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.surfaces import Card


class CareSection(Card):
    """Title and buttons in one line, then a sentence, then the result in its tone."""

    def __init__(self, title: str, note: str, *buttons: QuietButton, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding_px=12)
        self.body.setSpacing(6)
        self.note = Caption(note)
        self.result = Caption()
        self.details = Caption()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(ElidedLabel(title, weight=QFont.Weight.Medium), 1)
        for button in buttons:
            row.addWidget(button)
        self.body.addLayout(row)
        self.body.addWidget(self.note)
        for caption in (self.result, self.details):
            self.body.addWidget(caption)
            caption.hide()

    def show_result(self, text: str, tone: str = "secondary", details: str = "") -> None:
        """Say what came of it, and more in the lines below."""
        self.details.setText(details)
        self.details.setVisible(bool(details))
        self.result.setText(text)
        self.result.set_tone(tone)
        self.result.setVisible(bool(text))

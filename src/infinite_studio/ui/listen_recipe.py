"""How a sound was made, as rows of label and text."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel

from infinite_studio.ui.kit.labels import Caption


class RecipeGrid(QGridLayout):
    """Labels on the left, texts that can be selected on the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(16)
        self.setVerticalSpacing(6)
        self.setColumnStretch(1, 1)

    def show_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show these rows instead of the ones before."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (label, text) in enumerate(rows):
            value = QLabel(text)
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.addWidget(Caption(label), row, 0, Qt.AlignmentFlag.AlignTop)
            self.addWidget(value, row, 1)

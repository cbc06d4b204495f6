"""One stem of a comparison: what became of it, how alike it is, and both versions to hear."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.ui.compare_words import NULL_HINT, SIMILARITY_HINT, figures_text, tone_of
from infinite_studio.ui.hear_button import HearButton
from infinite_studio.ui.kit.chips import Chip
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.surfaces import Card, ProgressLine
from infinite_studio.ui.stem_row import StemRow

if TYPE_CHECKING:
    from infinite_studio.services.comparing import StemComparison


class CompareStemRow(Card):
    """Name and state; where the stem changed, a bar of likeness with its figures; a button to hear each side."""

    heard = Signal(str)

    def __init__(self, stem: StemComparison, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stem = stem
        self.body.setSpacing(6)
        self.buttons = tuple(
            HearButton(side, object_id, f"{stem.name} of {side}")
            for side, object_id in (("A", stem.a_object_id), ("B", stem.b_object_id))
        )
        self.chip = Chip(stem.state.value, tone_of(stem))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(StemRow(stem.name, stem.stem_type), 1)
        row.addWidget(self.chip)
        for button in self.buttons:
            row.addWidget(button)
            if button.object_id is not None:
                button.clicked.connect(partial(self._on_clicked, button.object_id))
        self.body.addLayout(row)
        figures = figures_text(stem)
        if figures:
            self.body.addLayout(self._likeness(figures))
        self.setAccessibleName(f"{stem.name}, {stem.state.value} {figures}".strip())

    def set_heard(self, object_id: str | None) -> None:
        """Mark the side that is heard alone now."""
        for button in self.buttons:
            button.set_heard(object_id)

    def _likeness(self, figures: str) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        if self.stem.similarity is not None:
            line = ProgressLine()
            line.set_fraction(self.stem.similarity)
            line.setAccessibleName("Similarity")
            line.setToolTip(SIMILARITY_HINT)
            column.addWidget(line)
        caption = Caption(figures)
        caption.setToolTip(f"{SIMILARITY_HINT}\n{NULL_HINT}")
        column.addWidget(caption)
        return column

    def _on_clicked(self, object_id: str, _checked: bool = False) -> None:
        self.heard.emit(object_id)

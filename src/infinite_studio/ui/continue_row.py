"""What the next take goes on from: where it takes over, and how much before that is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.services.heard_sounds import CONTEXT_RANGE_SECONDS, DEFAULT_CONTEXT_SECONDS
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton
from infinite_studio.ui.kit.fields import SpinField
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.surfaces import Card

if TYPE_CHECKING:
    from infinite_studio.services.values import ContinueSource

NOT_IN_IT = "Put the playhead into it on the timeline first."
CONTEXT_TOOLTIP = "How much of it before that place the network hears, 1 to 20 seconds"
_ASK_MS = 300
NO_EARS = "The built-in composer makes the section that comes after it, at its tempo and in its key."


class ContinueRow(QWidget):
    """The piece to go on from with a button that lets go of it; hidden while there is none."""

    changed = Signal()
    cleared = Signal()
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("", weight=QFont.Weight.Medium, mode=Qt.TextElideMode.ElideMiddle)
        self.clear = IconButton(IconName.CLOSE, "Go on from nothing")
        self.place = ChoiceRow("Where it takes over", (("At its end", False), ("At the playhead", True)))
        low, high = CONTEXT_RANGE_SECONDS
        self.context = SpinField(
            "Hears before it",
            minimum=low,
            maximum=high,
            value=DEFAULT_CONTEXT_SECONDS,
            step=1,
            decimals=1,
            suffix=" s",
        )
        self.context.setToolTip(CONTEXT_TOOLTIP)
        self.note = Caption(NO_EARS, "tertiary")
        self._lay_out()
        # The playhead moves without telling anyone; whether it stands in the piece is asked while that can be seen.
        self._asking = QTimer(self)
        self._asking.setInterval(_ASK_MS)
        self._asking.timeout.connect(self.asked)
        self.place.chosen.connect(self._on_changed)
        self.context.number_changed.connect(self._on_changed)
        self.clear.clicked.connect(self._on_clear)
        self.show_source(None)

    @property
    def is_at_playhead(self) -> bool:
        """Whether the take takes over at the playhead."""
        return bool(self.place.value())

    @property
    def context_seconds(self) -> float:
        """How much before that place is heard."""
        return self.context.value()

    def show_source(
        self, source: ContinueSource | None, *, hears_sounds: bool = True, cut_seconds: float | None = None
    ) -> None:
        """Show the piece, and whether the playhead stands in it; None hides everything."""
        self.setVisible(source is not None)
        if source is None:
            return
        self.title.set_text(f"Continue: {source.label}")
        self.clear.set_name(f"No longer continue {source.label}")
        self.place.setVisible(hears_sounds)
        self.context.setVisible(hears_sounds)
        self.note.setVisible(not hears_sounds)
        self.allow_playhead(cut_seconds)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asking.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asking.stop()

    def allow_playhead(self, cut_seconds: float | None) -> None:
        """Offer the playhead as the place where it stands in the piece."""
        self.place.set_reason(value=True, reason=NOT_IN_IT if cut_seconds is None else "")

    def _lay_out(self) -> None:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        row.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(row)
        card.body.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(card)
        column.addWidget(self.place)
        column.addWidget(self.context)

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()

    @Slot()
    def _on_clear(self) -> None:
        self.cleared.emit()

"""What the next take is to be like, and how close."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from infinite_studio.services.values import LikeSource
from infinite_studio.services.variations import DEFAULT_CLOSENESS
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton
from infinite_studio.ui.kit.labels import ElidedLabel, SectionLabel
from infinite_studio.ui.kit.surfaces import Card
from infinite_studio.ui.kit.time_text import tempo_text

CLOSENESS_TOOLTIP = "How close the next take stays to it: from the same mood to the same chords and groove"
_WORDS = (
    (0.95, "same chords, same groove"),
    (0.75, "same chords, free groove"),
    (0.25, "same key, related chords"),
    (0.0, "same mood only"),
)


def closeness_words(closeness: float) -> str:
    """Say what stays the same at a closeness."""
    return next(words for lowest, words in _WORDS if closeness >= lowest)


def source_facts(like: LikeSource) -> str:
    """Say what is known about the piece to follow."""
    found = like.blueprint
    if found is None:
        return "listening to it…"
    parts = [tempo_text(found.tempo_bpm), str(found.key) if found.key else "no clear key", found.style]
    return " · ".join(part for part in parts if part)


class ClosenessRow(QWidget):
    """The piece to be like with a button that lets go of it, and the closeness; hidden while there is none."""

    changed = Signal()
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("", weight=QFont.Weight.Medium, mode=Qt.TextElideMode.ElideMiddle)
        self.facts = ElidedLabel("", token="text_secondary", caption=True)
        self.clear = IconButton(IconName.CLOSE, "Be like nothing in particular")
        self.words = ElidedLabel("", token="text_secondary", caption=True)
        self.slider = _ClosenessSlider()
        self._lay_out()
        self.slider.valueChanged.connect(self._on_moved)
        self.clear.clicked.connect(self._on_clear)
        self.set_closeness(DEFAULT_CLOSENESS)
        self.show_source(None)

    @property
    def closeness(self) -> float:
        """0 (same mood) to 1 (same chords, same groove)."""
        return self.slider.value() / 100

    def set_closeness(self, closeness: float) -> None:
        """Move the slider."""
        self.slider.setValue(round(100 * closeness))
        self._on_moved()

    def show_source(self, like: LikeSource | None) -> None:
        """Show the piece to be like; None hides everything."""
        self.setVisible(like is not None)
        if like is None:
            return
        self.title.set_text(f"Like: {like.label}")
        self.facts.set_text(source_facts(like))
        self.clear.set_name(f"No longer like {like.label}")
        self.slider.setAccessibleDescription(f"to {like.label}")

    def _lay_out(self) -> None:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self.title)
        texts.addWidget(self.facts)
        row.addLayout(texts, 1)
        row.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(row)
        heading = QHBoxLayout()
        heading.setSpacing(12)
        heading.addWidget(SectionLabel("Closeness"))
        heading.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(card)
        column.addSpacing(2)
        column.addLayout(heading)
        column.addWidget(self.slider)

    @Slot()
    def _on_moved(self) -> None:
        words = closeness_words(self.closeness)
        self.words.set_text(f"{self.slider.value()} % · {words}")
        self.slider.setAccessibleName(f"Closeness, {words}")
        self.changed.emit()

    @Slot()
    def _on_clear(self) -> None:
        self.cleared.emit()


class _ClosenessSlider(QSlider):
    """0 to 100; the wheel scrolls the panel, not the closeness."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, 100)
        self.setSingleStep(5)
        self.setPageStep(25)
        self.setToolTip(CLOSENESS_TOOLTIP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

"""Chips: short labels of what was understood, and of what was not."""

from enum import StrEnum

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from infinite_studio.ui.kit.flow_layout import FlowLayout
from infinite_studio.ui.kit.themed import restyle


class Tone(StrEnum):
    """What a chip says by its colour, beside its text."""

    ACCENT = "accent"
    ATTENTION = "attention"
    NEUTRAL = "neutral"
    GOOD = "good"


class Chip(QLabel):
    """One short label."""

    def __init__(
        self, text: str, tone: Tone = Tone.ACCENT, tooltip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", "chip")
        self.setProperty("tone", tone.value)
        self.setToolTip(tooltip)
        self.setMinimumHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_tone(self, tone: Tone) -> None:
        """Change what the colour says."""
        self.setProperty("tone", tone.value)
        restyle(self)


class ChipRow(QWidget):
    """Chips that wrap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self._shown: tuple[tuple[str, Tone, str], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What the chips read, in order."""
        return tuple(text for text, _tone, _tooltip in self._shown)

    def set_chips(self, chips: tuple[tuple[str, Tone, str], ...]) -> None:
        """Show these chips: text, tone and tooltip each."""
        if chips == self._shown:
            return
        self._shown = chips
        self._flow.clear()
        for text, tone, tooltip in chips:
            chip = Chip(text, tone, tooltip, self)
            self._flow.addWidget(chip)
            chip.show()
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        return self._flow.heightForWidth(width)

"""Chips of stems that can be chosen: pressed ones come out of the split."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from infinite_studio.music.stems import StemType
from infinite_studio.ui.kit.buttons import PillButton
from infinite_studio.ui.kit.flow_layout import FlowLayout


class StemChips(QWidget):
    """One pressable chip a stem; a chosen one carries a tick and the accent."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self)
        self._buttons: dict[StemType, PillButton] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def stem_types(self) -> tuple[StemType, ...]:
        """The stems that can be chosen."""
        return tuple(self._buttons)

    @property
    def chosen(self) -> tuple[StemType, ...]:
        """The stems that are chosen, in the order shown."""
        return tuple(stem for stem, button in self._buttons.items() if button.isChecked())

    def button(self, stem_type: StemType) -> PillButton:
        """Return the chip of a stem."""
        return self._buttons[stem_type]

    def set_stems(self, stem_types: tuple[StemType, ...]) -> None:
        """Offer these stems, all of them chosen; the same stems again keep the choice."""
        if stem_types == self.stem_types:
            return
        self._flow.clear()
        self._buttons = {}
        for stem_type in stem_types:
            button = PillButton(stem_type.value)
            button.setCheckable(True)
            button.toggled.connect(partial(self._on_toggled, stem_type))
            self._buttons[stem_type] = button
            self._flow.addWidget(button)
            button.setChecked(True)
            button.show()
        self.updateGeometry()

    def choose(self, stem_types: tuple[StemType, ...]) -> None:
        """Choose these stems; none named means all."""
        for stem_type, button in self._buttons.items():
            button.setChecked(not stem_types or stem_type in stem_types)

    def heightForWidth(self, width: int) -> int:
        return self._flow.heightForWidth(width)

    def _on_toggled(self, stem_type: StemType, checked: bool) -> None:
        button = self._buttons[stem_type]
        button.setText(f"✓ {stem_type.value}" if checked else stem_type.value)
        button.set_tone("accent" if checked else "neutral")
        button.setAccessibleName(f"{stem_type.value}, {'chosen' if checked else 'not chosen'}")
        button.updateGeometry()
        self.changed.emit()

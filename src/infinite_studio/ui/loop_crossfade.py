"""How the end of a loop leads into its start: how long, counted as a person likes, and how the gains run."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.looping.crossfade import CrossfadeShape
from infinite_studio.services.looping_values import CrossfadeChoice
from infinite_studio.ui.kit.fields import ComboField, SpinField, field_row
from infinite_studio.ui.loop_words import CROSSFADES, SHAPES

CUSTOM = "custom"
_UNITS = (("ms", "ms"), ("beats", "beats"))


class CrossfadeField(QWidget):
    """Emits ``changed`` when another crossfade is chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.length = ComboField("Crossfade")
        self.length.set_options((*CROSSFADES, ("Custom…", CUSTOM)))
        self.shape = ComboField("Shape")
        self.shape.set_options(SHAPES)
        self.amount = SpinField("Length", minimum=0, maximum=10_000, value=80, step=5, decimals=2)
        self.unit = ComboField("Counted in")
        self.unit.set_options(_UNITS)
        self._custom = QWidget()
        row = field_row(self.amount, self.unit)
        row.setContentsMargins(0, 0, 0, 0)
        self._custom.setLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(field_row(self.length, self.shape))
        column.addWidget(self._custom)
        self._custom.hide()
        for combo in (self.length, self.shape, self.unit):
            combo.editor.currentIndexChanged.connect(self._on_changed)
        self.amount.number_changed.connect(self._on_changed)

    @property
    def choice(self) -> CrossfadeChoice:
        """The crossfade that is chosen."""
        value, shape = self.length.value(), self.shape.value()
        assert isinstance(shape, CrossfadeShape)
        if value == CUSTOM:
            in_beats = self.unit.value() == "beats"
            amount = self.amount.value()
            return CrossfadeChoice(amount if in_beats else None, None if in_beats else amount, shape)
        assert isinstance(value, CrossfadeChoice)
        return CrossfadeChoice(value.beats, value.milliseconds, shape)

    @Slot()
    def _on_changed(self, _value: object = None) -> None:
        self._custom.setVisible(self.length.value() == CUSTOM)
        self.changed.emit()

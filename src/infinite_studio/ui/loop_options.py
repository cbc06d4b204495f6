"""What few people change about a long file: fades, loudness, tail, edges and tags; folded away until wanted."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField, SpinField, TextField, field_row
from infinite_studio.ui.toggle_switch import ToggleSwitch

MORE, FEWER = "More options", "Fewer options"
_LOUDNESSES = (("As it is", None), ("−14 LUFS", -14.0), ("−16 LUFS", -16.0), ("−23 LUFS", -23.0))


class ExtendOptions(QWidget):
    """Emits ``edited`` when one of them changes."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fold = QuietButton(MORE)
        self.fade_in = SpinField("Fade in", minimum=0, maximum=600, value=0, decimals=1, suffix=" s")
        self.fade_out = SpinField("Fade out", minimum=0, maximum=600, value=0, decimals=1, suffix=" s")
        self.loudness = ComboField("Loudness")
        self.loudness.set_options(_LOUDNESSES)
        self.tail = SpinField(
            "Wrap the tail",
            minimum=0,
            maximum=30,
            value=0,
            step=0.5,
            decimals=1,
            suffix=" s",
            lowest_text="off",
        )
        self.tail.setToolTip("Lay what rings on after the end over the start of the next round")
        self.keep_edges = ToggleSwitch("Keep intro and outro")
        self.keep_edges.setChecked(True)
        self.tags = ToggleSwitch("Write loop points into the file")
        self.artist = TextField("Artist", placeholder="for the file's tags")
        self._inside = QWidget()
        self._lay_out()
        self.fold.clicked.connect(self._on_fold)
        for spin in (self.fade_in, self.fade_out, self.tail):
            spin.number_changed.connect(self._on_edited)
        for toggle in (self.keep_edges, self.tags):
            toggle.toggled.connect(self._on_edited)
        self.loudness.editor.currentIndexChanged.connect(self._on_edited)

    @property
    def loudness_lufs(self) -> float | None:
        """The wished loudness."""
        value = self.loudness.value()
        return value if isinstance(value, float) else None

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.fold)
        column.addWidget(self._inside)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addLayout(field_row(self.fade_in, self.fade_out))
        inside.addLayout(field_row(self.loudness, self.tail))
        for widget in (self.keep_edges, self.tags, self.artist):
            inside.addWidget(widget)
        self._inside.hide()

    @Slot()
    def _on_fold(self) -> None:
        is_open = self._inside.isHidden()
        self._inside.setVisible(is_open)
        self.fold.setText(FEWER if is_open else MORE)

    @Slot()
    def _on_edited(self, _value: object = None) -> None:
        self.edited.emit()

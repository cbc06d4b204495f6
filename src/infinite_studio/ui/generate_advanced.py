"""How a network draws: a part of the Generate panel that stays folded until it is wanted."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.engines.base import Sampling
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField, SpinField, field_row
from infinite_studio.ui.kit.flow_layout import FlowLayout

USUAL = Sampling()
PRECISIONS = (
    ("Fastest here", ""),
    ("int8", "int8"),
    ("bfloat16", "bfloat16"),
    ("float16", "float16"),
    ("float32", "float32"),
)
FOLDED_TOOLTIP = "How the network draws its tokens; the usual values are its authors'"
_TOOLTIPS = {
    "guidance": "How closely the description is followed, 0 to 10; 1 is as the network plays by itself",
    "temperature": "0 always takes the likeliest, 2 is wild",
    "top_k": "From how many of the likeliest tokens one is drawn; All from every one",
    "top_p": "From what share of the likeliest tokens one is drawn; Off leaves it to Top-k",
    "precision": "How finely the weights are kept: coarser is faster and needs less memory",
}


class AdvancedSection(QWidget):
    """Guidance, temperature, top-k, top-p and precision; ``changed`` says that one of them is different now."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fold = QuietButton("Advanced", IconName.CHEVRON_DOWN)
        self.usual = QuietButton("Usual values")
        self.guidance = _spin("Guidance", 0, 10, USUAL.guidance, 0.5, 1)
        self.temperature = _spin("Temperature", 0, 2, USUAL.temperature, 0.1, 1)
        self.top_k = _spin("Top-k", 0, 2048, USUAL.top_k, 10, 0, lowest_text="All")
        self.top_p = _spin("Top-p", 0, 1, USUAL.top_p, 0.05, 2, lowest_text="Off")
        self.precision = ComboField("Precision")
        self.precision.set_options(PRECISIONS)
        self.precision.choose("")
        self._body = QWidget()
        self._lay_out()
        self._connect()
        self._show_state()

    @property
    def is_open(self) -> bool:
        """Whether the fields are seen."""
        return not self._body.isHidden()

    def sampling(self) -> Sampling:
        """Return what the fields say."""
        return Sampling(
            guidance=round(self.guidance.value(), 2),
            temperature=round(self.temperature.value(), 2),
            top_k=round(self.top_k.value()),
            top_p=round(self.top_p.value(), 3),
            precision=str(self.precision.value() or ""),
        )

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the fields."""
        self._body.setVisible(is_open)
        self._show_state()

    def _lay_out(self) -> None:
        for name, tooltip in _TOOLTIPS.items():
            getattr(self, name).setToolTip(tooltip)
        head = FlowLayout(gap_px=8)
        head.addWidget(self.fold)
        head.addWidget(self.usual)
        fields = QVBoxLayout(self._body)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(8)
        fields.addLayout(field_row(self.guidance, self.temperature))
        fields.addLayout(field_row(self.top_k, self.top_p))
        fields.addWidget(self.precision)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._body)
        self._body.hide()

    def _connect(self) -> None:
        self.fold.clicked.connect(self._on_fold)
        self.usual.clicked.connect(self._on_usual)
        self.precision.editor.currentIndexChanged.connect(self._on_changed)
        for spin in (self.guidance, self.temperature, self.top_k, self.top_p):
            spin.number_changed.connect(self._on_changed)

    def _show_state(self) -> None:
        is_usual = self.sampling() == USUAL
        self.fold.setText("Advanced" if is_usual else "Advanced · changed")
        self.fold.icon_name = IconName.CHEVRON_UP if self.is_open else IconName.CHEVRON_DOWN
        state = "open" if self.is_open else "folded"
        self.fold.setAccessibleName(f"Advanced, {state}{'' if is_usual else ', changed'}")
        self.fold.setToolTip(FOLDED_TOOLTIP)
        self.fold.updateGeometry()
        self.fold.update()
        self.usual.setVisible(not is_usual)

    @Slot()
    def _on_fold(self) -> None:
        self.set_open(not self.is_open)

    @Slot()
    def _on_usual(self) -> None:
        self.guidance.set_number(USUAL.guidance)
        self.temperature.set_number(USUAL.temperature)
        self.top_k.set_number(USUAL.top_k)
        self.top_p.set_number(USUAL.top_p)
        self.precision.choose("")
        self.fold.setFocus()
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self._show_state()
        self.changed.emit()


def _spin(
    caption: str,
    minimum: float,
    maximum: float,
    value: float,
    step: float,
    decimals: int,
    *,
    lowest_text: str = "",
) -> SpinField:
    return SpinField(
        caption,
        minimum=minimum,
        maximum=maximum,
        value=value,
        step=step,
        decimals=decimals,
        lowest_text=lowest_text,
    )

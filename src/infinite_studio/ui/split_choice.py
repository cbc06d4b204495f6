"""What comes out of a split: a preset or chosen stems, with or instead of what is left, and how carefully."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.music.stems import StemType
from infinite_studio.services.split_wish import PRESETS, Care, Preset, SplitWish, rest_label
from infinite_studio.ui.choice_row import ChoiceRow
from infinite_studio.ui.kit.fields import ComboField
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.split_stems import StemChips

CHOSEN = "The chosen stems"
WITHOUT = "Everything but the chosen stems"
BOTH = "The chosen stems, and what is left"
NO_STEM = "Choose at least one stem."
ALL_IS_NOTHING = "Nothing is left without all stems. Leave one out."
_WAYS = {CHOSEN: (True, False), WITHOUT: (False, True), BOTH: (True, True)}
_CARES = (("Fast", Care.FAST), ("Balanced", Care.BALANCED), ("Best", Care.BEST))


class SplitChoice(QWidget):
    """Presets fill the form in; ``separator_wanted`` names the separator that a preset needs."""

    changed = Signal()
    separator_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset = ComboField("Preset")
        self.way = ComboField("What comes out")
        self.stems = StemChips()
        self.explanation = Caption("", "tertiary")
        self.care = ChoiceRow("Quality or speed", _CARES)
        self._is_filling = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.preset, self.stems, self.way, self.explanation, self.care):
            column.addWidget(widget)
        self.way.set_options([(text, text) for text in _WAYS])
        self.care.choose(Care.BALANCED)
        self.preset.chosen.connect(self._on_preset)
        self.way.chosen.connect(self._on_chosen)
        self.care.chosen.connect(self._on_chosen)
        self.stems.changed.connect(self._on_stems)

    def wish(self, separator: str) -> SplitWish:
        """Return what was chosen."""
        keeps_stems, keeps_rest = _WAYS[str(self.way.value())]
        is_all = self.stems.chosen == self.stems.stem_types
        care = self.care.value() if self.care.isVisibleTo(self) else Care.BALANCED
        return SplitWish(
            separator,
            () if is_all else self.stems.chosen,
            keeps_stems=keeps_stems,
            keeps_rest=keeps_rest,
            care=Care(str(care)),
        )

    @property
    def reason(self) -> str:
        """Why this cannot be split; empty where it can."""
        if not self.stems.chosen:
            return NO_STEM
        is_all = self.stems.chosen == self.stems.stem_types
        return ALL_IS_NOTHING if is_all and self.way.value() == WITHOUT else ""

    def offer(self, stem_types: tuple[StemType, ...], separators: tuple[str, ...], *, has_care: bool) -> None:
        """Show what a separator can do, and the presets that the separators here can do."""
        fitting = [p for p in PRESETS if not p.separator or p.separator in separators]
        self._is_filling = True
        self.preset.set_options([("Own choice", None), *((p.name, p) for p in fitting)])
        self.stems.set_stems(stem_types)
        self._is_filling = False
        self.care.setVisible(has_care)
        self._explain()

    @Slot(object)
    def _on_preset(self, preset: object) -> None:
        if not isinstance(preset, Preset):
            return
        if preset.separator:
            self.separator_wanted.emit(preset.separator)
        self._is_filling = True
        self.stems.choose(preset.stem_types)
        way = (preset.keeps_stems, preset.keeps_rest)
        self.way.choose(next(text for text, kept in _WAYS.items() if kept == way))
        self._is_filling = False
        self._explain()
        self.changed.emit()

    @Slot()
    def _on_stems(self) -> None:
        self._on_chosen(None)

    @Slot(object)
    def _on_chosen(self, _value: object) -> None:
        if self._is_filling:
            return
        self.preset.choose(None)
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        """Say which tracks will come."""
        wish = self.wish("")
        names = [stem.value for stem in self.stems.chosen] if wish.keeps_stems else []
        names += [rest_label(self.stems.chosen)] if wish.keeps_rest else []
        self.explanation.setText(
            f"Becomes tracks: {', '.join(names)}." if names and not self.reason else self.reason
        )

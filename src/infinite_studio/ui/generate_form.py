"""The fields of the Generate panel: length, tempo, key, seed and number of takes."""

import random

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.music.key import PITCH_CLASS_NAMES, Key, Mode
from infinite_studio.ui.generate_fields import MAX_SEED, MAX_TAKES, GenerateFields
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton
from infinite_studio.ui.kit.fields import ComboField, FieldCard, TextField, field_row
from infinite_studio.ui.kit.flow_layout import FlowLayout
from infinite_studio.ui.toggle_switch import ToggleSwitch

LARGEST_DRAWN_SEED = 9999
KEYS = tuple(Key(tonic, mode) for mode in (Mode.MINOR, Mode.MAJOR) for tonic in range(len(PITCH_CLASS_NAMES)))


class GenerateForm(QWidget):
    """What to make apart from the prompt; ``changed`` says that a field reads differently now."""

    changed = Signal()

    def __init__(self, rng: random.Random, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rng = rng
        self.length = TextField("Length", placeholder="Auto")
        self.length.setToolTip(
            "Exact length: “8 bars”, “15 s”, “2 min” or “1:30”; empty: what the prompt says, else 8 bars"
        )
        self.tempo = TextField("Tempo", placeholder="Auto")
        self.tempo.setToolTip("30 to 300 BPM; empty: what the prompt says")
        self.key = ComboField("Key")
        self.key.set_options([("Auto", None), *((str(key), key) for key in KEYS)])
        self.key.editor.setCurrentIndex(0)
        self.seed = SeedField(str(self.drawn_seed()))
        self.takes = ComboField("Takes")
        self.takes.set_options([(str(n), n) for n in range(1, MAX_TAKES + 1)])
        self.takes.editor.setCurrentIndex(0)
        self.takes.setToolTip("How many takes to make, each with the next seed")
        self.is_new_each_time = ToggleSwitch("New seed each time")
        self.is_new_each_time.setChecked(True)
        self.is_new_each_time.setToolTip(
            "Draw another seed whenever you press Generate, so that every take is new"
        )
        self.is_loop = ToggleSwitch("Loop")
        self.is_loop.setToolTip("Exact bars whose end leads into the start: plays round without a seam")
        self._lay_out()
        self._connect()

    def fields(self, prompt: str) -> GenerateFields:
        """Return everything as written."""
        key, n_takes = self.key.value(), self.takes.value()
        return GenerateFields(
            prompt=prompt,
            length_text=self.length.text(),
            tempo_text=self.tempo.text(),
            key=key if isinstance(key, Key) else None,
            seed_text=self.seed.text(),
            n_takes=n_takes if isinstance(n_takes, int) else 1,
            is_loop=self.is_loop.isChecked(),
        )

    def card_of(self, field: str) -> FieldCard | None:
        """Return the field with this name, to point at what cannot be read."""
        return {"length": self.length, "tempo": self.tempo, "seed": self.seed}.get(field)

    def drawn_seed(self) -> int:
        """Draw a seed short enough to be remembered."""
        return self._rng.randint(1, min(LARGEST_DRAWN_SEED, MAX_SEED))

    def draw_seed_if_wanted(self) -> None:
        """Draw the seed of the next press of Generate."""
        if self.is_new_each_time.isChecked():
            self._write_seed(self.drawn_seed())

    def use_seed(self, seed: int) -> None:
        """Write a seed and keep it for the next takes."""
        self._write_seed(seed)
        self.is_new_each_time.setChecked(False)

    def _write_seed(self, seed: int) -> None:
        self.seed.editor.setText(str(seed))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(field_row(self.length, self.tempo, self.key))
        column.addLayout(field_row(self.seed, self.takes))
        switches = FlowLayout(gap_px=8)
        switches.addWidget(self.is_new_each_time)
        switches.addWidget(self.is_loop)
        column.addLayout(switches)

    def _connect(self) -> None:
        for field in (self.length, self.tempo, self.seed):
            field.text_changed.connect(self._on_changed)
        for choice in (self.key, self.takes):
            choice.editor.currentIndexChanged.connect(self._on_changed)
        self.is_loop.toggled.connect(self._on_changed)
        self.seed.editor.textEdited.connect(self._on_seed_typed)
        self.seed.dice.clicked.connect(self._on_dice)

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()

    @Slot()
    def _on_seed_typed(self) -> None:
        self.is_new_each_time.setChecked(False)

    @Slot()
    def _on_dice(self) -> None:
        self.use_seed(self.drawn_seed())


class SeedField(TextField):
    """A seed with a die beside it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__("Seed", text, parent=parent)
        self.setToolTip("The same words and the same seed make the same take")
        self.dice = IconButton(IconName.DICE, "Throw the die: keep a new seed", parent=self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the die at the trailing edge."""
        side = self.dice.width()
        mirrored = self.isRightToLeft()
        self._column.setContentsMargins(38 if mirrored else 10, 6, 10 if mirrored else 38, 6)
        self.dice.move(6 if mirrored else self.width() - side - 6, (self.height() - side) // 2)
        super().resizeEvent(event)

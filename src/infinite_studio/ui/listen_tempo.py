"""The tempo of one sound, and the ways to correct it by hand."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.ui.generate_fields import TEMPO_RANGE_BPM, FieldError, parse_tempo
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import FieldCard
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.position_field import PositionField
from infinite_studio.ui.tempo_popover import TapTempo

NO_TEMPO = "No tempo is known yet."
TEMPO_HINT = "Write a number from 30 to 300."
LOCKED = "The tempo is locked; unlock it to change it."
_TYPED_PX = 64
_FACTORS = (("half", "×½", 0.5, "Half the tempo"), ("more", "×1.5", 1.5, "One and a half times the tempo"),
            ("double", "×2", 2.0, "Twice the tempo"))  # fmt: skip


class TempoSection(QWidget):
    """Shows the tempo; halves, doubles, taps, types and locks it."""

    corrected = Signal(float)
    locked = Signal(bool)
    reverted = Signal()
    listened_again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tempo_bpm: float | None = None
        self._taps = TapTempo()
        self.card = FieldCard("Tempo")
        self.meter = FieldCard("Time signature")
        self.typed = PositionField("Set tempo", "Tempo in BPM", "e.g. 92.5")
        self.half, self.more, self.double = (QuietButton(sign) for _, sign, _, _ in _FACTORS)
        self.tap = QuietButton("Tap")
        self.tap.setAccessibleName("Tap the tempo")
        self.lock = QuietButton("Lock")
        self.lock.setAccessibleName("Lock the tempo")
        self.lock.setCheckable(True)
        self.revert = QuietButton("Back to the tempo found")
        self.revert.setAccessibleName("Go back to the tempo that was found")
        self.source = Caption("", "tertiary")
        self.again = QuietButton("Listen again")
        self.problem = InlineProblem()
        self._lay_out()
        self.half.clicked.connect(self._on_half)
        self.more.clicked.connect(self._on_more)
        self.double.clicked.connect(self._on_double)
        self.tap.clicked.connect(self._on_tap)
        self.lock.clicked.connect(self._on_lock)
        self.revert.clicked.connect(self._on_revert)
        self.typed.entered.connect(self._on_typed)
        self.again.clicked.connect(self._on_again)

    def show_tempo(
        self,
        tempo_bpm: float | None,
        text: str,
        *,
        meter: str = "",
        why_fixed: str = "",
        is_locked: bool = False,
        is_corrected: bool = False,
        source: str = "",
        better: str = "",
    ) -> None:
        """Show a tempo, how sure it is, and what may be done with it."""
        self._tempo_bpm = tempo_bpm
        self.card.set_value(text)
        self.meter.set_value(meter or "–")
        shown = "" if tempo_bpm is None else f"{tempo_bpm:.2f}".rstrip("0").rstrip(".")
        self.typed.show_text(shown)
        reason = why_fixed or (LOCKED if is_locked else "")
        self.typed.editor.setEnabled(not reason)
        self.typed.setToolTip(reason or "Type the tempo in BPM and press Return")
        for name, _, factor, tooltip in _FACTORS:
            button: QuietButton = getattr(self, name)
            button.setAccessibleName(tooltip)
            button.set_available(reason or self._why_not(factor), tooltip)
        self.tap.set_available(reason, "Tap along with the sound, at least twice")
        self.lock.set_available(why_fixed, "Keep the tempo as it stands")
        self.lock.setChecked(is_locked)
        self.lock.setText("Locked" if is_locked else "Lock")
        self.revert.setVisible(is_corrected and not is_locked)
        self.source.setText(source)
        self.source.setVisible(bool(source))
        self.again.setText(f"Listen again with {better}")
        self.again.setAccessibleName(self.again.text())
        self.again.setVisible(bool(better))

    def clear_problem(self) -> None:
        """Say nothing about what was typed for another sound."""
        self.problem.clear()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.card, 1)
        top.addWidget(self.meter)
        column.addLayout(top)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        self.typed.setMinimumWidth(_TYPED_PX)
        middle.addWidget(self.typed, 1)
        for button in (self.tap, self.lock):
            button.setMinimumHeight(48)
            middle.addWidget(button)
        column.addLayout(middle)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.half, self.more, self.double):
            row.addWidget(button, 1)
        column.addLayout(row)
        column.addWidget(self.revert)
        column.addWidget(self.source)
        column.addWidget(self.again)
        column.addWidget(self.problem)

    def _why_not(self, factor: float) -> str:
        lowest, highest = TEMPO_RANGE_BPM
        if self._tempo_bpm is None:
            return NO_TEMPO
        if self._tempo_bpm * factor < lowest:
            return f"Below {lowest:.0f} BPM."
        return f"Above {highest:.0f} BPM." if self._tempo_bpm * factor > highest else ""

    def _times(self, factor: float) -> None:
        if self._tempo_bpm is not None:
            self.problem.clear()
            self.corrected.emit(round(self._tempo_bpm * factor, 3))

    @Slot()
    def _on_half(self) -> None:
        self._times(0.5)

    @Slot()
    def _on_more(self) -> None:
        self._times(1.5)

    @Slot()
    def _on_double(self) -> None:
        self._times(2.0)

    @Slot()
    def _on_tap(self) -> None:
        tempo_bpm = self._taps.tap(time.monotonic())
        lowest, highest = TEMPO_RANGE_BPM
        if tempo_bpm is not None and lowest <= tempo_bpm <= highest:
            self.problem.clear()
            self.corrected.emit(round(tempo_bpm, 1))

    @Slot()
    def _on_lock(self) -> None:
        self.locked.emit(self.lock.isChecked())

    @Slot()
    def _on_again(self) -> None:
        self.listened_again.emit()

    @Slot()
    def _on_revert(self) -> None:
        self.reverted.emit()

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        try:
            tempo_bpm = parse_tempo(text)
        except FieldError as error:
            self.problem.show_problem(str(error), TEMPO_HINT)
            return
        if tempo_bpm is not None:
            self.problem.clear()
            self.corrected.emit(tempo_bpm)

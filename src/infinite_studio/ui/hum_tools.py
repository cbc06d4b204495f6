"""The rows around the hum's roll: editing buttons above it, hearing and writing down below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from infinite_studio.services.humming_state import HumSound, HumState
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import IconButton, QuietButton
from infinite_studio.ui.kit.fields import ComboField, SpinField
from infinite_studio.ui.kit.labels import ElidedLabel, SectionLabel

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.ui.hum_roll import HumRoll

NOTHING_CHOSEN = "Choose a note first: click it, or use the arrow keys."
_GUIDES = (("the clean notes", HumSound.NOTES), ("your voice", HumSound.RECORDING))
_HEARD = ((HumSound.RECORDING, "Recording"), (HumSound.NOTES, "Notes"), (HumSound.BOTH, "Both"))


class HumEditRow(QWidget):
    """Undo, redo, and what can be done with the chosen notes."""

    def __init__(self, session: StudioSession, roll: HumRoll, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._roll = roll
        self._session = session
        self.facts = ElidedLabel("", token="text_secondary", caption=True)
        self.undo = IconButton(IconName.UNDO, "Undo the last edit of the notes")
        self.redo = IconButton(IconName.REDO, "Redo the edit of the notes")
        self.split, self.merge = QuietButton("Split"), QuietButton("Merge")
        self.down, self.up = QuietButton("−1"), QuietButton("+1")
        self.delete = IconButton(IconName.TRASH, "Delete the chosen notes")
        self.snap = QuietButton("Snap to key")
        self.down.setAccessibleName("A semitone down")
        self.up.setAccessibleName("A semitone up")
        self.undo.clicked.connect(session.undo_hum)
        self.redo.clicked.connect(session.redo_hum)
        self.split.clicked.connect(roll.split_chosen)
        self.merge.clicked.connect(roll.merge_chosen)
        self.delete.clicked.connect(roll.delete_chosen)
        self.down.clicked.connect(self._on_down)
        self.up.clicked.connect(self._on_up)
        self.snap.clicked.connect(session.snap_hum_to_key)
        roll.chosen_changed.connect(self._on_chosen)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (
            self.undo,
            self.redo,
            self.down,
            self.up,
            self.split,
            self.merge,
            self.delete,
        ):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.snap)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.facts)
        column.addLayout(row)

    def show_state(self, state: HumState) -> None:
        """Grey what makes no sense, and say what is known about the notes."""
        self.facts.set_text(facts_of(state))
        self.undo.setEnabled(bool(state.edits.before))
        self.redo.setEnabled(bool(state.edits.after))
        key = state.key
        self.snap.set_available("" if key is not None else "There are no notes.", f"Put all notes into {key}")
        for button in (self.down, self.up):
            button.set_available(
                "" if state.notes else "There are no notes.", "The chosen notes, or all of them"
            )
        self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        reason = "" if self._roll.chosen else NOTHING_CHOSEN
        self.split.set_available(reason, "Split the chosen notes in their middles (S)")
        self.merge.set_available(reason, "Merge the chosen notes, or one with the next (M)")
        self.delete.setEnabled(not reason)
        self.delete.setToolTip(reason or "Delete the chosen notes (Del)")

    @Slot()
    def _on_down(self) -> None:
        self._roll.transpose(-1)

    @Slot()
    def _on_up(self) -> None:
        self._roll.transpose(1)


class HumWriteRow(QWidget):
    """Hear the recording, the notes or both; how the notes are written down."""

    strength_changed = Signal(float)

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.hear = {sound: QuietButton(name, IconName.PLAY) for sound, name in _HEARD}
        self.tempo = SpinField("Tempo", minimum=30, maximum=300, value=120, decimals=1, suffix=" BPM")
        self.guide = ComboField("Engines that listen follow")
        self.guide.set_options(_GUIDES)
        self.quantise = _PercentSlider()
        self.words = ElidedLabel("", token="text_secondary", caption=True)
        self._lay_out()
        for sound, button in self.hear.items():
            button.setAccessibleName(f"Hear the {sound.value}" if sound is not HumSound.BOTH else "Hear both")
        self.hear[HumSound.RECORDING].clicked.connect(self._on_recording)
        self.hear[HumSound.NOTES].clicked.connect(self._on_notes)
        self.hear[HumSound.BOTH].clicked.connect(self._on_both)
        self.tempo.number_changed.connect(session.set_hum_tempo)
        self.guide.chosen.connect(session.set_hum_guide)
        self.quantise.valueChanged.connect(self._on_quantise)

    def show_state(self, state: HumState) -> None:
        """Show how the notes are written and what is heard."""
        for sound, button in self.hear.items():
            is_heard = state.heard is sound
            button.icon_name = IconName.STOP if is_heard else IconName.PLAY
            button.set_available("" if state.notes or sound is HumSound.RECORDING else "There are no notes.")
            button.update()
        self.tempo.set_number(state.writing.tempo_bpm)
        self.guide.choose(state.guide)
        percent = round(100 * state.writing.strength)
        self.quantise.blockSignals(True)  # noqa: FBT003
        self.quantise.setValue(percent)
        self.quantise.blockSignals(False)  # noqa: FBT003
        self.words.set_text("as sung" if percent == 0 else f"{percent} % to sixteenths")

    def _lay_out(self) -> None:
        hearing = QHBoxLayout()
        hearing.setSpacing(6)
        hearing.addWidget(SectionLabel("Hear"))
        for button in self.hear.values():
            hearing.addWidget(button)
        hearing.addStretch(1)
        heading = QHBoxLayout()
        heading.setSpacing(12)
        heading.addWidget(SectionLabel("Quantise"))
        heading.addWidget(self.words, 1)
        sliding = QVBoxLayout()
        sliding.setSpacing(2)
        sliding.addLayout(heading)
        sliding.addWidget(self.quantise)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(sliding, 3)
        row.addWidget(self.tempo, 2)
        row.addWidget(self.guide, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(hearing)
        column.addLayout(row)

    @Slot()
    def _on_recording(self) -> None:
        self._session.play_hum(HumSound.RECORDING)

    @Slot()
    def _on_notes(self) -> None:
        self._session.play_hum(HumSound.NOTES)

    @Slot()
    def _on_both(self) -> None:
        self._session.play_hum(HumSound.BOTH)

    @Slot(int)
    def _on_quantise(self, percent: int) -> None:
        self._session.set_hum_strength(percent / 100)


def facts_of(state: HumState) -> str:
    """Say how many notes there are, in which key and tempo, and who listened."""
    if state.hum is None:
        return ""
    count = "1 note" if len(state.notes) == 1 else f"{len(state.notes)} notes"
    tempo = "" if state.hum.is_tempo_known else "tempo guessed"
    return " · ".join(filter(None, (count, str(state.key or "no key"), tempo, state.hum.tracker)))


class _PercentSlider(QSlider):
    """0 to 100; the wheel scrolls nothing by accident."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, 100)
        self.setSingleStep(5)
        self.setPageStep(25)
        self.setAccessibleName("Quantise, percent")
        self.setToolTip(
            "How far notes move to the nearest sixteenth; the marks below the notes show where to"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

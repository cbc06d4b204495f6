"""The Melody section: what the lead plays, and where it may come from."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField
from infinite_studio.ui.kit.flow_layout import FlowLayout
from infinite_studio.ui.kit.labels import ElidedLabel, SectionLabel
from infinite_studio.ui.melody_roll import MelodyRoll, count_text, melody_text
from infinite_studio.ui.popups import open_menu
from infinite_studio.ui.timeline.drops import dropped_paths

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.services.values import Changes, Melody

MIDI_FILES = "MIDI files (*.mid *.midi);;All files (*)"
MIDI_SUFFIXES = {".mid", ".midi"}
NO_TAKES = "There are no takes yet: generate one first."
FROM_MIDI = "Let the lead play the tune of a MIDI file; a file can also be dropped here"
FROM_TAKE = "Let the lead play the tune of a take, over new chords and another style"
HUM = "Record a tune with the microphone (R), or open a recording, and correct its notes"
_LINE_PX = 32
CLEAR = "Let the lead play a tune of its own again"


class MelodySection(QWidget):
    """A small piano roll with its buttons; whatever hands the session a melody is shown here."""

    changed = Signal()
    hum_requested = Signal()

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setAcceptDrops(True)
        self.about = ElidedLabel("", token="text_tertiary", caption=True)
        self.roll = MelodyRoll()
        self.voice = ComboField("Track of the file")
        self.hum = QuietButton("Hum…")
        self.from_midi = QuietButton("MIDI…")
        self.from_take = QuietButton("Take")
        self.clear = QuietButton("Clear")
        self.from_midi.set_available("", FROM_MIDI)
        self.clear.setToolTip(CLEAR)
        self.hum.set_available("", HUM)
        for button, name in (
            (self.hum, "Hum a melody"),
            (self.from_midi, "Melody from a MIDI file"),
            (self.from_take, "Melody from a take"),
            (self.clear, "Clear the melody"),
        ):
            button.setAccessibleName(name)
        self._lay_out()
        self.hum.clicked.connect(self._on_hum)
        self.from_midi.clicked.connect(self._on_midi)
        self.from_take.clicked.connect(self._on_take)
        self.clear.clicked.connect(self._on_clear)
        self.voice.chosen.connect(self._on_voice)
        session.changed.connect(self._on_changed)
        self._refresh()

    def take_menu(self) -> QMenu:
        """Return the menu of the takes whose tune may be used, newest first."""
        menu = QMenu(self)
        for take in reversed(self._session.takes):
            action = menu.addAction(f"{take.label} · {take.understanding.style}")
            action.triggered.connect(partial(self._use_take, take.take_id))
        return menu

    def load(self, path: Path) -> None:
        """Read the melody of a MIDI file."""
        self._session.load_melody(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome MIDI files; other files are for the timeline."""
        if _midi_paths(event):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _midi_paths(event)
        if paths:
            event.acceptProposedAction()
            self.load(paths[0])

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._heading = QHBoxLayout()
        self._heading.setSpacing(6)
        self._name = SectionLabel("Melody")
        self._name.setMinimumHeight(_LINE_PX)
        self._heading.addWidget(self.about, 1)
        self._heading.addWidget(self.clear)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._empty = FlowLayout()
        column.addLayout(self._empty)
        column.addLayout(self._heading)
        column.addWidget(self.roll)
        column.addWidget(self.voice)
        column.addLayout(self._buttons)

    def _place_buttons(self, *, has_melody: bool) -> None:
        """Keep the empty section to one line where it fits; below a melody the buttons have a row of their own."""
        buttons = (self.hum, self.from_midi, self.from_take)
        self.about.setVisible(has_melody)
        if not has_melody:
            for widget in (self._name, *buttons):
                self._empty.addWidget(widget)
            return
        self._heading.insertWidget(0, self._name)
        for button in buttons:
            self._buttons.addWidget(button, 1)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _origin: object) -> None:
        if changes.sources or changes.takes or changes.repositories:
            self._refresh()
        if changes.sources:
            self.changed.emit()

    def _refresh(self) -> None:
        melody, choices = self._session.melody, self._session.melody_choices
        self._place_buttons(has_melody=melody is not None)
        self.about.set_text(_about(melody, is_named=len(choices) < 2))
        self.roll.set_melody(melody)
        self.roll.setVisible(melody is not None and bool(melody.notes))
        self.roll.setToolTip(melody_text(melody) if melody is not None and melody.notes else "")
        self.clear.setVisible(melody is not None)
        self.voice.set_options([(choice.label, choice) for choice in choices])
        self.voice.choose(melody)
        self.voice.setVisible(len(choices) > 1)
        self.from_take.set_available("" if self._session.takes else NO_TAKES, FROM_TAKE)

    @Slot()
    def _on_hum(self) -> None:
        self.hum_requested.emit()

    @Slot()
    def _on_midi(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(self, "Melody from MIDI", "", MIDI_FILES)
        if path:
            self.load(Path(path))

    @Slot()
    def _on_take(self) -> None:
        open_menu(self.take_menu(), self.from_take.mapToGlobal(QPoint(0, self.from_take.height() + 4)))

    @Slot()
    def _on_clear(self) -> None:
        had_focus = self.clear.hasFocus()
        self._session.set_melody(None)
        if had_focus:
            self.from_midi.setFocus()

    @Slot(object)
    def _on_voice(self, melody: object) -> None:
        for choice in self._session.melody_choices:
            if choice is melody:
                self._session.set_melody(choice)

    def _use_take(self, take_id: str, _checked: object = None) -> None:
        self._session.melody_from(take_id)


def _about(melody: Melody | None, *, is_named: bool) -> str:
    if melody is None:
        return ""
    if not melody.notes:
        return f"{melody.label} · the sound itself"
    return f"{melody.label} · {count_text(melody)}" if is_named else melody_text(melody)


def _midi_paths(event: QDropEvent) -> list[Path]:
    return [path for path in dropped_paths(event.mimeData()) if path.suffix.lower() in MIDI_SUFFIXES]

"""The row that records: input, count-in, Record or Stop with the time, and opening a file instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.services.humming_state import HumPhase, HumState
from infinite_studio.ui.hum_meter import HumMeter
from infinite_studio.ui.icons import IconName
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.fields import ComboField
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.time_text import tempo_text

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession
    from infinite_studio.soundcard.recorder import RecorderState

SOUND_FILES = "Sounds (*.wav *.flac *.mp3 *.ogg *.opus *.m4a *.aif *.aiff *.webm *.mp4);;All files (*)"
DEFAULT_INPUT = "System default"
LOOK_AGAIN = "Look for microphones again"
_LOOK = object()
INPUT_IS_AWAY = "“{name}” is not connected; the system's default input records until it is back."
NO_INPUT = "“{name}” is not connected, and there is no other input."
READ_ONLY = "Another window has this library open; close it to record here."
TOO_LOUD = "The input was too loud; step back from the microphone, or turn its level down."
NOT_OPEN = "The library is still being opened."
_ACTIVE = {HumPhase.OPENING, HumPhase.COUNTING, HumPhase.RECORDING}


class HumRecordRow(QWidget):
    """Asks the session to record; ``load_requested`` carries the path of a file."""

    load_requested = Signal(str)

    def __init__(self, session: StudioSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._phase = HumPhase.EMPTY
        self.input = ComboField("Input")
        self.count = ComboField("Count-in")
        self.record = QuietButton("Record", IconName.RECORD)
        self.load = QuietButton("Open file…", IconName.FOLDER)
        self.meter = HumMeter()
        self.status = ElidedLabel("", token="text_secondary")
        self.remark = Caption("", "attention")
        self._heard_remark = self._away = ""
        self._has_looked = False
        self._lay_out()
        self.record.clicked.connect(self.toggle)
        self.load.clicked.connect(self._on_load)
        self.input.chosen.connect(self._on_input)
        session.hum_level.connect(self.show_level)
        self._offer(())

    @property
    def is_active(self) -> bool:
        """Whether a microphone is open."""
        return self._phase in _ACTIVE

    @Slot()
    def toggle(self) -> None:
        """Record, or stop recording."""
        if self.is_active:
            self._session.stop_hum()
        elif self.record.isEnabled():
            beats = int(str(self.count.value() or 0))
            self._session.record_hum(str(self.input.value() or ""), count_in_beats=beats)

    def look_for_inputs(self) -> None:
        """Offer the microphones that there are now."""
        self._has_looked = True
        self._offer(self._session.hum_inputs())

    def _offer(self, names: tuple[str, ...]) -> None:
        wanted = self._session.hum_input
        options: list[tuple[str, object]] = [(DEFAULT_INPUT, ""), *((name, name) for name in names)]
        self.input.set_options([*options, (LOOK_AGAIN, _LOOK)])
        self.input.choose(wanted if wanted in names else "")
        is_away = self._has_looked and bool(wanted) and wanted not in names
        self._away = (INPUT_IS_AWAY if names else NO_INPUT).format(name=wanted) if is_away else ""
        self._show_remark()

    def show_state(self, state: HumState) -> None:
        """Show what can be done now."""
        self._phase = state.phase
        tempo = self._session.project.tempo_bpm or 120.0
        bars = (("None", 0), (f"1 bar at {tempo_text(tempo)}", 4), (f"2 bars at {tempo_text(tempo)}", 8))
        self.count.set_options(bars)
        self.record.setText("Stop" if self.is_active else "Record")
        self.record.icon_name = IconName.STOP if self.is_active else IconName.RECORD
        self.record.setAccessibleName("Stop recording" if self.is_active else "Record a hum")
        self.record.set_available(self._why_not(), "R")
        self.record.update()
        for widget in (self.input, self.count, self.load):
            widget.setEnabled(not state.is_busy)
        self.meter.setVisible(self.is_active)
        self.status.setVisible(self.is_active)
        self._show_remark()
        self._show_status(state.beats_left, self._session.recorder_state)

    @Slot(object)
    def show_level(self, recorder: RecorderState) -> None:
        """Follow the microphone."""
        self.meter.show_state(recorder)
        said = f"{recorder.sentence} {recorder.hint}".strip()
        self._heard_remark = said or (TOO_LOUD if recorder.has_clipped else "")
        self._show_remark()
        self._show_status(self._session.hum.beats_left, recorder)

    def _show_remark(self) -> None:
        """Say what the microphone says while it is open, and which input is missing before that."""
        remark = self._heard_remark if self.is_active else self._away
        if remark != self.remark.text():
            self.remark.setText(remark)
        self.remark.setVisible(bool(remark))

    def _show_status(self, beats_left: int, recorder: RecorderState) -> None:
        texts = {
            HumPhase.OPENING: "Opening the microphone…",
            HumPhase.COUNTING: f"Sing in {beats_left}…",
            HumPhase.RECORDING: f"Recording {_clock(recorder.seconds)} from {recorder.label}",
        }
        self.status.set_text(texts.get(self._phase, ""))

    def _why_not(self) -> str:
        if self._phase is HumPhase.WORKING:
            return "Still listening to the last recording."
        return "" if self._session.is_open else NOT_OPEN

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.input, 3)
        row.addWidget(self.count, 2)
        for button in (self.record, self.load):
            button.setMinimumHeight(40)
            row.addWidget(button, 1)
        levels = QHBoxLayout()
        levels.setSpacing(12)
        levels.addWidget(self.status, 2)
        levels.addWidget(self.meter, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addLayout(levels)
        column.addWidget(self.remark)

    @Slot()
    def _on_load(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(self, "Open a hum", "", SOUND_FILES)
        if path:
            self.load_requested.emit(path)

    @Slot(object)
    def _on_input(self, value: object) -> None:
        if value is _LOOK:
            self.look_for_inputs()
            return
        self._session.choose_hum_input(str(value or ""))
        self._away = ""
        self._show_remark()


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"

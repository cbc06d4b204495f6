"""The small sheet in which tempo and key of the project are set."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from infinite_studio.music.key import Key, Mode
from infinite_studio.project.steps import MAX_TEMPO_BPM, MIN_TEMPO_BPM, SetKey, SetTempo
from infinite_studio.ui.kit.buttons import PrimaryButton, QuietButton
from infinite_studio.ui.kit.fields import ComboField, SpinField

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession

_LONGEST_TAP_SECONDS = 2.5
_TAPS = 8


class TapTempo:
    """Learns a tempo from taps: the mean of the last few gaps; a long pause starts anew."""

    def __init__(self) -> None:
        self._taps: list[float] = []

    def tap(self, at_seconds: float) -> float | None:
        """Note a tap; return beats per minute from the second one on."""
        if self._taps and at_seconds - self._taps[-1] > _LONGEST_TAP_SECONDS:
            self._taps.clear()
        self._taps = [*self._taps[1 - _TAPS :], at_seconds]
        if len(self._taps) < 2:
            return None
        return 60.0 * (len(self._taps) - 1) / (self._taps[-1] - self._taps[0])


class TempoPopover(QWidget):
    """Tempo with half, double and tap; key with tonic and mode."""

    def __init__(self, session: StudioSession, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._session = session
        self._taps = TapTempo()
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        project = session.project
        self.tempo = SpinField(
            "Tempo",
            minimum=MIN_TEMPO_BPM,
            maximum=MAX_TEMPO_BPM,
            value=project.tempo_bpm,
            decimals=1,
            suffix=" BPM",
        )
        self.half, self.double, self.tap = QuietButton("×½"), QuietButton("×2"), QuietButton("Tap")
        self.half.setAccessibleName("Half the tempo")
        self.double.setAccessibleName("Double the tempo")
        self.tap.setAccessibleName("Tap the tempo")
        self.key = ComboField("Key")
        self.key.set_options(_key_options())
        self.key.choose(project.key)
        self.apply = PrimaryButton("Apply")
        self._lay_out()
        self.half.clicked.connect(self._on_half)
        self.double.clicked.connect(self._on_double)
        self.tap.clicked.connect(self._on_tap)
        self.apply.clicked.connect(self._on_apply)

    def open_below(self, anchor: QWidget) -> None:
        """Show the sheet under a widget, within the window."""
        self.adjustSize()
        window = anchor.window()
        corner = anchor.mapTo(window, QPoint(0, anchor.height() + 8))
        left = min(max(corner.x(), 8), window.width() - self.width() - 8)
        self.move(window.mapToGlobal(QPoint(left, corner.y())))
        self.show()
        self.tempo.editor.setFocus()
        self.tempo.editor.selectAll()

    def _lay_out(self) -> None:
        sheet = QFrame()
        sheet.setProperty("kind", "sheet")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(sheet)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.tempo)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.half, self.double, self.tap):
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self.key)
        column.addWidget(self.apply)
        self.setMinimumWidth(264)

    def _on_half(self) -> None:
        self.tempo.set_number(self.tempo.value() / 2)

    def _on_double(self) -> None:
        self.tempo.set_number(self.tempo.value() * 2)

    def _on_tap(self) -> None:
        tempo_bpm = self._taps.tap(time.monotonic())
        if tempo_bpm is not None:
            self.tempo.set_number(round(tempo_bpm, 1))

    def _on_apply(self) -> None:
        self.tempo.editor.interpretText()
        project, key = self._session.project, self.key.value()
        if round(self.tempo.value(), 1) != round(project.tempo_bpm, 1):
            self._session.apply(SetTempo(self.tempo.value()))
        if key != project.key and (key is None or isinstance(key, Key)):
            self._session.apply(SetKey(key))
        self.close()


def _key_options() -> list[tuple[str, object]]:
    keys = [Key(tonic, mode) for mode in Mode for tonic in range(12)]
    return [("No key", None), *((str(key), key) for key in keys)]

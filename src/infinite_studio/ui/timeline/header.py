"""The head of a track: name, mute, solo, pan, level."""

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.project.model import Track
from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.timeline.buttons import LetterButton
from infinite_studio.ui.timeline.drawing import paint_focus_ring
from infinite_studio.ui.timeline.fader import Fader
from infinite_studio.ui.timeline.focus import ShowsKeyboardFocus
from infinite_studio.ui.timeline.meter import Meter
from infinite_studio.ui.timeline.metrics import HEADER_WIDTH_PX, TRACK_HEIGHT_PX
from infinite_studio.ui.timeline.name_label import NameLabel
from infinite_studio.ui.timeline.pan import PanKnob
from infinite_studio.ui.timeline.readouts import gain_text, pan_text
from infinite_studio.ui.timeline.state import TimelineState

PADDING_PX = 12
DOT_PX = 10.0
METER_RIGHT_PX = 8
METER_LEFT_PX = HEADER_WIDTH_PX - METER_RIGHT_PX - 4
CONTROLS_WIDTH_PX = HEADER_WIDTH_PX - 2 * PADDING_PX - METER_RIGHT_PX


class TrackHeader(ShowsKeyboardFocus, QWidget):
    """Name and mixer controls of one track."""

    muted = Signal(str, bool)
    soloed = Signal(str, bool)
    gain_changed = Signal(str, float, bool)
    pan_changed = Signal(str, float, bool)
    renamed = Signal(str, str)
    deleted = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, state: TimelineState, track: Track, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._track = track
        self.name_label = NameLabel(state, track.name, self)
        self.mute_button = LetterButton(state, "M", "attention", "", self)
        self.solo_button = LetterButton(state, "S", "accent", "", self)
        self.pan_knob = PanKnob(state, "", self)
        self.fader = Fader(state, "", self)
        self.meter = Meter(state, self)
        self.setFixedSize(HEADER_WIDTH_PX, TRACK_HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._place_parts()
        self._connect_parts()
        self.show_track(track)

    @property
    def track(self) -> Track:
        """The track as it was last shown."""
        return self._track

    def show_track(self, track: Track) -> None:
        """Show a track from the project."""
        self._track = track
        self.name_label.show_name(track.name)
        self.mute_button.setChecked(track.muted)
        self.solo_button.setChecked(track.soloed)
        self.fader.show_gain(track.gain_db)
        self.pan_knob.show_pan(track.pan)
        self._name_parts(track.name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._state.theme
        painter.fillRect(self.rect(), theme.color("panel"))
        ratio = self.devicePixelRatioF()
        line = QRectF(0, self.height() - 1 / ratio, self.width(), 1 / ratio)
        painter.fillRect(line, theme.color("line", 0.55))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.stem(self._track.stem_type))
        painter.drawRoundedRect(QRectF(PADDING_PX, 13, DOT_PX, DOT_PX), 3, 3)
        self._paint_readouts(painter)
        if self.shows_focus_ring:
            paint_focus_ring(painter, theme, QRectF(self.rect()).adjusted(1, 1, -1, -1), 6)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < self.mute_button.y():
            self.name_label.begin_editing()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(self._track.track_id, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.hasFocus() and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.deleted.emit(self._track.track_id)
        elif self.hasFocus() and event.key() in {Qt.Key.Key_F2, Qt.Key.Key_Return}:
            self.name_label.begin_editing()
        else:
            super().keyPressEvent(event)

    def _place_parts(self) -> None:
        name_left = PADDING_PX + int(DOT_PX) + 8
        self.name_label.setGeometry(name_left, 6, METER_LEFT_PX - 4 - name_left, 24)
        self.mute_button.move(PADDING_PX, 32)
        self.solo_button.move(PADDING_PX + self.mute_button.width() + 4, 32)
        self.pan_knob.move(PADDING_PX + CONTROLS_WIDTH_PX - self.pan_knob.width(), 32)
        self.fader.setGeometry(PADDING_PX, 56, CONTROLS_WIDTH_PX, 24)
        self.meter.setGeometry(METER_LEFT_PX, 10, 4, TRACK_HEIGHT_PX - 20)

    def _connect_parts(self) -> None:
        self.name_label.renamed.connect(self._on_renamed)
        self.mute_button.clicked.connect(self._on_mute)
        self.solo_button.clicked.connect(self._on_solo)
        self.fader.gain_changed.connect(self._on_gain)
        self.pan_knob.pan_changed.connect(self._on_pan)

    def _name_parts(self, name: str) -> None:
        self.setAccessibleName(f"Track {name}")
        self.fader.setAccessibleName(f"Level of {name}")
        self.fader.setAccessibleDescription(gain_text(self.fader.gain_db))
        self.pan_knob.setAccessibleName(f"Pan of {name}")
        self.pan_knob.setAccessibleDescription(pan_text(self.pan_knob.pan))
        for button, verb in ((self.mute_button, "Mute"), (self.solo_button, "Solo")):
            button.setAccessibleName(f"{verb} {name}")
            button.setToolTip(f"{verb} {name}")

    def _paint_readouts(self, painter: QPainter) -> None:
        theme = self._state.theme
        box = QRectF(PADDING_PX, 77, CONTROLS_WIDTH_PX, 16)
        painter.setFont(caption_font())
        painter.setPen(theme.color("text_tertiary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._level_text())
        painter.drawText(
            box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, pan_text(self.pan_knob.pan)
        )

    def _level_text(self) -> str:
        level = gain_text(self.fader.gain_db)
        if self._track.muted:
            return f"{level} · muted"
        return level if self._state.project.is_audible(self._track) else f"{level} · not soloed"

    def _on_renamed(self, name: str) -> None:
        self.renamed.emit(self._track.track_id, name)

    def _on_mute(self, checked: bool) -> None:
        self.muted.emit(self._track.track_id, checked)

    def _on_solo(self, checked: bool) -> None:
        self.soloed.emit(self._track.track_id, checked)

    def _on_gain(self, gain_db: float, final: bool) -> None:
        self.update()
        self.gain_changed.emit(self._track.track_id, gain_db, final)

    def _on_pan(self, pan: float, final: bool) -> None:
        self.update()
        self.pan_changed.emit(self._track.track_id, pan, final)

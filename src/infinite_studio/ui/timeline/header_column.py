"""All track heads, scrolled together with the lanes."""

from itertools import pairwise

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.timeline.header import TrackHeader
from infinite_studio.ui.timeline.metrics import row_top
from infinite_studio.ui.timeline.state import TimelineState


class HeaderColumn(QWidget):
    """One head for each track, kept from one state of the project to the next."""

    muted = Signal(str, bool)
    soloed = Signal(str, bool)
    gain_changed = Signal(str, float, bool)
    pan_changed = Signal(str, float, bool)
    renamed = Signal(str, str)
    deleted = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._headers: dict[str, TrackHeader] = {}
        self.setAccessibleName("Tracks")

    @property
    def headers(self) -> dict[str, TrackHeader]:
        """The heads by track id, top to bottom."""
        return self._headers

    def show_project(self) -> None:
        """Follow the project: new heads for new tracks, none for those that are gone."""
        kept = {}
        for track in self._state.project.tracks:
            header = self._headers.pop(track.track_id, None)
            if header is None:
                header = TrackHeader(self._state, track, self)
                self._connect(header)
                header.show()
            else:
                header.show_track(track)
            kept[track.track_id] = header
        for gone in self._headers.values():
            gone.hide()
            gone.deleteLater()
        self._headers = kept
        self._order_focus()
        self.place_headers()

    def place_headers(self) -> None:
        """Move the heads to where the lanes are scrolled to."""
        for index, header in enumerate(self._headers.values()):
            header.move(0, row_top(index) - self._state.scroll_y)

    def show_levels(self, levels: dict[str, float]) -> None:
        """Show how loud the tracks are; those not named fall silent."""
        for track_id, header in self._headers.items():
            header.meter.show_level(levels.get(track_id, 0.0))

    def rest_meters(self) -> None:
        """Show silence."""
        for header in self._headers.values():
            header.meter.rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), self._state.theme.color("panel"))

    def _connect(self, header: TrackHeader) -> None:
        header.muted.connect(self.muted)
        header.soloed.connect(self.soloed)
        header.gain_changed.connect(self.gain_changed)
        header.pan_changed.connect(self.pan_changed)
        header.renamed.connect(self.renamed)
        header.deleted.connect(self.deleted)
        header.menu_requested.connect(self.menu_requested)

    def _order_focus(self) -> None:
        """Let Tab go from the top track to the bottom one."""
        chain: list[QWidget] = []
        for header in self._headers.values():
            chain += [header, header.mute_button, header.solo_button, header.pan_knob, header.fader]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

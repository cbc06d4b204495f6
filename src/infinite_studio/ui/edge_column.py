"""A panel's scrolling column whose scroll bar runs in the panel's padding and never covers a field."""

from PySide6.QtCore import Slot

from infinite_studio.ui.kit.surfaces import Panel, ScrollColumn
from infinite_studio.ui.theme import PANEL_PADDING_PX

_BAR_PX = 10


class EdgeColumn(ScrollColumn):
    """Fills a panel; its content keeps its width when the scroll bar comes and goes."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        panel.body.setContentsMargins(PANEL_PADDING_PX, PANEL_PADDING_PX, 0, PANEL_PADDING_PX)
        panel.body.addWidget(self)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self._on_range(0, 0)

    @Slot(int, int)
    def _on_range(self, _lowest: int, highest: int) -> None:
        room = PANEL_PADDING_PX - (_BAR_PX if highest > 0 else 0)
        if self.body.contentsMargins().right() != room:
            self.body.setContentsMargins(0, 0, room, 0)

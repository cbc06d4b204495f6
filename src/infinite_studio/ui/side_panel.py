"""One side of the window: tabs over panels, and perhaps a section below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from infinite_studio.ui.kit.surfaces import Panel
from infinite_studio.ui.kit.tabs import SegmentedTabs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infinite_studio.ui.jobs_panel import JobsPanel
    from infinite_studio.ui.theme import Theme


class SidePanel(QWidget):
    """Pill tabs over a stack of panels, and perhaps the jobs below, which always stay."""

    def __init__(
        self, names: Sequence[str], panels: Sequence[QWidget], below: JobsPanel | None = None
    ) -> None:
        super().__init__()
        self._names = tuple(names)
        self._panels = tuple(panels)
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = SegmentedTabs(tuple(name.capitalize() for name in names))
        self._stack = QStackedWidget()
        for panel in panels:
            self._stack.addWidget(panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 0)
        head.addWidget(self.tabs)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        if below is not None:
            column.addWidget(hairline())
            column.addWidget(below)
        self._below = below
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)

    @property
    def tab(self) -> str:
        """Name of the shown panel."""
        return self._names[self._stack.currentIndex()]

    def panel(self, name: str) -> QWidget:
        """Return the panel of a name."""
        return self._panels[self._names.index(name)]

    def show_tab(self, name: str) -> None:
        """Show a panel; an unknown name shows the first."""
        self.tabs.setCurrentIndex(self._names.index(name) if name in self._names else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the panels most of the height."""
        super().resizeEvent(event)
        if self._below is not None:
            self._below.fit_into(event.size().height())

    def set_theme(self, theme: Theme) -> None:
        """Hand the theme to every panel."""
        for panel in (*self._panels, self._below):
            if isinstance(panel, Panel):
                panel.set_theme(theme)


def hairline() -> QFrame:
    """Return a line that is one pixel high."""
    line = QFrame()
    line.setProperty("kind", "line")
    line.setFixedHeight(1)
    return line

"""Pill tabs: the switch between the panels of one side."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QWidget

from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.theme import CONTROL_RADIUS_PX

_HEIGHT_PX = 36
_INSET_PX = 3


class SegmentedTabs(QTabBar):
    """Equal pills in a sunken frame; arrow keys move between them; emits ``currentChanged(int)``."""

    def __init__(self, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(True)
        self.setUsesScrollButtons(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        for name in names:
            self.addTab(name)

    def tabSizeHint(self, index: int) -> QSize:
        wanted = QFontMetrics(self.font()).horizontalAdvance(self.tabText(index)) + 20
        return QSize(max(wanted, self.width() // max(self.count(), 1)), _HEIGHT_PX)

    def minimumTabSizeHint(self, _index: int) -> QSize:
        return QSize(40, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(60 * self.count(), _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("timeline"))
        frame = QRectF(self.rect())
        painter.drawRoundedRect(frame, CONTROL_RADIUS_PX + 1, CONTROL_RADIUS_PX + 1)
        for index in range(self.count()):
            self._paint_tab(painter, index)

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        theme = theme_of(self)
        chosen = index == self.currentIndex()
        pill = QRectF(self.tabRect(index)).adjusted(_INSET_PX, _INSET_PX, -_INSET_PX, -_INSET_PX)
        if chosen:
            ring = self.hasFocus()
            painter.setPen(QPen(theme.color("accent"), 2) if ring else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("control"))
            painter.drawRoundedRect(pill.adjusted(1, 1, -1, -1) if ring else pill, 7, 7)
        font = self.font()
        if chosen:
            font.setWeight(font.Weight.Medium)
        painter.setFont(font)
        painter.setPen(theme.color("text" if chosen else "text_secondary"))
        text = QFontMetrics(font).elidedText(
            self.tabText(index), Qt.TextElideMode.ElideRight, int(pill.width()) - 4
        )
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

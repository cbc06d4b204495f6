"""A combo box with the theme's chevron."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.themed import theme_of

_CHEVRON_PX = 12


class ChevronCombo(QComboBox):
    """Shows that it opens, at its trailing edge."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        left = 10 if self.isRightToLeft() else self.width() - _CHEVRON_PX - 10
        box = QRectF(left, (self.height() - _CHEVRON_PX) / 2, _CHEVRON_PX, _CHEVRON_PX)
        paint_icon(QPainter(self), IconName.CHEVRON_DOWN, box, theme_of(self).color("text_secondary"))

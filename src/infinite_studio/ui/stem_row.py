"""A stem in a list: the colour and the letter of its kind, and its name."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from infinite_studio.music.stems import StemType
from infinite_studio.services.stem_names import SILENT_MARK
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.themed import theme_of

_DOT_PX = 16


class StemRow(QWidget):
    """One line: a dot with the kind's first letter, then the name; a silent stem looks quiet and says so at the end."""

    def __init__(self, name: str, stem_type: StemType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(_StemDot(stem_type))
        is_silent = name.endswith(SILENT_MARK)
        shown = name.removesuffix(SILENT_MARK)
        row.addWidget(ElidedLabel(shown, token="text_tertiary" if is_silent else "text"), 1)
        if is_silent:
            row.addWidget(Caption("silent", "tertiary"))
        self.setAccessibleName(f"{name}, {stem_type.value}")


class _StemDot(QWidget):
    def __init__(self, stem_type: StemType) -> None:
        super().__init__()
        self._stem_type = stem_type
        self.setFixedSize(_DOT_PX, _DOT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.stem(self._stem_type))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        font = self.font()
        font.setPixelSize(10)
        font.setWeight(font.Weight.Bold)
        painter.setFont(font)
        painter.setPen(theme.color("timeline"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._stem_type.value[0].upper())

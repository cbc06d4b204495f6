"""Labels: captions, section captions, and texts that shorten instead of being cut."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from infinite_studio.ui.kit.themed import restyle, theme_of


class SectionLabel(QLabel):
    """The caption of a section, in small capitals."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.upper(), parent)
        self.setProperty("kind", "section")
        self.setAccessibleName(text)
        font = self.font()
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
        self.setFont(font)


class Caption(QLabel):
    """Small secondary text; wraps."""

    def __init__(self, text: str = "", tone: str = "secondary", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", "caption")
        self.setProperty("tone", tone)
        self.setWordWrap(True)

    def set_tone(self, tone: str) -> None:
        """Choose ``secondary``, ``tertiary``, ``good``, ``attention`` or ``danger``."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)


class ElidedLabel(QWidget):
    """One line of text that ends in an ellipsis where room is short, and then tells itself in a tooltip."""

    def __init__(
        self,
        text: str = "",
        *,
        token: str = "text",
        caption: bool = False,
        weight: QFont.Weight = QFont.Weight.Normal,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._token, self._mode = text, token, mode
        self._weight = weight
        if caption:
            self.setProperty("kind", "caption")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    def set_text(self, text: str, token: str | None = None) -> None:
        """Show another text, and another colour where a token is given."""
        if text == self._text and token in {None, self._token}:
            return
        self._text, self._token = text, token or self._token
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _drawn_font(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(self._weight)
        return font

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._drawn_font())
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 24), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self._drawn_font()
        painter.setFont(font)
        painter.setPen(theme_of(self).color(self._token))
        shown = QFontMetrics(font).elidedText(self._text, self._mode, self.width())
        tooltip = self._text if shown != self._text else ""
        if self.toolTip() != tooltip:
            self.setToolTip(tooltip)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)

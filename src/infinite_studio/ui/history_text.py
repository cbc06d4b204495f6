"""Lines of text that are shaped and shortened once and then drawn in every frame."""

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText, QTransform

_KEPT = 800


class LineCache:
    """Draws single lines in one font; the ones drawn last are kept as glyphs."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._metrics = QFontMetrics(font)
        self._lines: OrderedDict[tuple[str, int], QStaticText] = OrderedDict()

    def fitting(self, texts: Sequence[str], width: int) -> str:
        """Return the first text that fits into a width, else the last."""
        fit = (text for text in texts if self._metrics.horizontalAdvance(text) <= width)
        return next(fit, texts[-1])

    def draw(self, painter: QPainter, box: QRect, text: str, color: QColor, *, is_mirrored: bool) -> None:
        """Write the first line of a text from the leading edge of a box, shortened where room is short."""
        line = self._line(text, box.width())
        size = line.size()
        left = box.right() + 1 - size.width() if is_mirrored else box.left()
        painter.setFont(self._font)
        painter.setPen(color)
        painter.drawStaticText(QPointF(left, box.top() + (box.height() - size.height()) / 2), line)

    def _line(self, text: str, width: int) -> QStaticText:
        key = (text, width)
        known = self._lines.get(key)
        if known is not None:
            self._lines.move_to_end(key)
            return known
        shown = self._metrics.elidedText(text.split("\n", 1)[0], Qt.TextElideMode.ElideRight, width)
        line = QStaticText(shown)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.prepare(QTransform(), self._font)
        self._lines[key] = line
        if len(self._lines) > _KEPT:
            self._lines.popitem(last=False)
        return line

"""The walk of a living loop at a glance: one block for each step, in the colour of its piece."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from infinite_studio.services.looping_living import LivingPlan
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.loop_words import letter_of

_HEIGHT_PX = 40
_MOST_BLOCKS = 24
_COLORS = ("melody", "drums", "bass", "vocals", "other", "piano", "guitar", "kick")
_LETTER_PX = 9


class LivingStrip(QWidget):
    """Shows the first steps; the same colour and letter is the same piece."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[int, ...] = ()
        self._lengths: tuple[float, ...] = ()
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Order of the pieces")

    def show_plan(self, plan: LivingPlan | None) -> None:
        """Show the first steps of a plan."""
        self._pieces = () if plan is None else plan.pieces[:_MOST_BLOCKS]
        ends = () if plan is None else (*plan.starts_seconds[1:], plan.duration_seconds)
        starts = () if plan is None else plan.starts_seconds
        self._lengths = tuple(end - start for start, end in zip(starts, ends, strict=True))[:_MOST_BLOCKS]
        self.setAccessibleDescription(" ".join(letter_of(piece) for piece in self._pieces))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        painter.fillPath(outline, theme.color("timeline"))
        painter.save()
        painter.setClipPath(outline)
        self._paint_blocks(painter)
        painter.restore()
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawPath(outline)

    def _paint_blocks(self, painter: QPainter) -> None:
        theme = theme_of(self)
        whole, left = sum(self._lengths) or 1.0, 0.0
        for piece, length in zip(self._pieces, self._lengths, strict=True):
            width = self.width() * length / whole
            block = QRectF(left, 0, max(width - 1, 1), self.height())
            color = QColor(theme.color(_COLORS[piece % len(_COLORS)]))
            color.setAlphaF(0.55)
            painter.fillRect(block, color)
            if width >= _LETTER_PX:
                painter.setPen(theme.color("text"))
                painter.drawText(block, Qt.AlignmentFlag.AlignCenter, letter_of(piece))
            left += width

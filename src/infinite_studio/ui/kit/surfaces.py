"""Surfaces: the panel base, cards, empty states and the thin progress line."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.buttons import QuietButton
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.theme import PANEL_PADDING_PX, Theme

_EMPTY_ICON_PX = 28


class Panel(QWidget):
    """One side panel: a column with 12 px of padding; ``body`` is its layout."""

    def __init__(self, parent: QWidget | None = None, *, padding_px: int = PANEL_PADDING_PX) -> None:
        super().__init__(parent)
        self.theme: Theme | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "panel")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding_px, padding_px, padding_px, padding_px)
        self.body.setSpacing(12)

    def set_theme(self, theme: Theme) -> None:
        """Use another theme; colours of ordinary widgets come from the stylesheet."""
        self.theme = theme
        for child in self.findChildren(QWidget):
            child.update()
        self.update()


class ScrollColumn(QScrollArea):
    """A column that scrolls vertically where the window is low; ``body`` is its layout."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QWidget()
        column.setProperty("kind", "column")
        self.body = QVBoxLayout(column)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self.setWidget(column)


class Card(QFrame):
    """A sunken frame around one thing; ``body`` is its layout."""

    def __init__(self, parent: QWidget | None = None, *, padding_px: int = 10) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding_px, padding_px - 2, padding_px, padding_px - 2)
        self.body.setSpacing(4)


class ProgressLine(QWidget):
    """A thin line: how far work is; a negative fraction means that nobody knows."""

    def __init__(self, parent: QWidget | None = None, height_px: int = 4) -> None:
        super().__init__(parent)
        self._fraction = 0.0
        self._ink = "accent"
        self.setFixedHeight(height_px)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress")

    @property
    def fraction(self) -> float:
        """Share that is done."""
        return self._fraction

    def set_fraction(self, fraction: float, token: str = "accent") -> None:
        """Show how far the work is."""
        if (fraction, token) != (self._fraction, self._ink):
            self._fraction, self._ink = fraction, token
            self.setAccessibleDescription("" if fraction < 0 else f"{fraction:.0%}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(96, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(theme.color("control"))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setBrush(theme.color(self._ink))
        if self._fraction < 0:
            third = self.width() / 3
            painter.setOpacity(0.6)
            painter.drawRoundedRect(QRectF(third, 0, third, self.height()), radius, radius)
        elif self._fraction > 0:
            width = max(self.width() * min(self._fraction, 1.0), self.height())
            painter.drawRoundedRect(QRectF(0, 0, width, self.height()), radius, radius)


class EmptyState(QWidget):
    """What a panel says while it has nothing: an icon, a sentence, a hint and perhaps a button."""

    pressed = Signal()

    def __init__(
        self, icon: IconName, sentence: str, hint: str = "", button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 24, 12, 24)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(_BigIcon(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        self.sentence = QLabel(sentence)
        self.sentence.setProperty("kind", "empty")
        self.hint = Caption(hint, "tertiary")
        for label in (self.sentence, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        self.hint.setVisible(bool(hint))
        self.button: QuietButton | None = None
        if button:
            self.button = QuietButton(button)
            self.button.clicked.connect(self._on_clicked)
            column.addSpacing(4)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def set_texts(self, sentence: str, hint: str = "") -> None:
        """Say something else."""
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def _on_clicked(self) -> None:
        self.pressed.emit()


class _BigIcon(QWidget):
    def __init__(self, icon: IconName) -> None:
        super().__init__()
        self._icon: IconName = icon
        self.setFixedSize(_EMPTY_ICON_PX, _EMPTY_ICON_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self._icon, QRectF(self.rect()), theme_of(self).color("text_tertiary"))

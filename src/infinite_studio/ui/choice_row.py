"""A few options side by side, one of them chosen; an option that cannot be chosen says why."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from infinite_studio.ui.kit.buttons import explain
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.theme import CONTROL_RADIUS_PX

_HEIGHT_PX = 34
_INSET_PX = 3


class ChoiceRow(QWidget):
    """Tab reaches the chosen option, the arrow keys move to the others."""

    chosen = Signal(object)

    def __init__(
        self, name: str, options: Sequence[tuple[str, object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._values = [value for _text, value in options]
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(_INSET_PX, _INSET_PX, _INSET_PX, _INSET_PX)
        row.setSpacing(0)
        for index, (text, _value) in enumerate(options):
            option = _Option(text, f"{name}: {text}")
            option.toggled.connect(partial(self._on_toggled, index))
            self._group.addButton(option, index)
            row.addWidget(option, 1)
        self._group.button(0).setChecked(True)
        self.setFocusProxy(self._group.button(0))

    def option(self, value: object) -> QAbstractButton:
        """Return the button of a value."""
        return self._group.button(self._values.index(value))

    def value(self) -> object:
        """Return the chosen value."""
        return self._values[self._group.checkedId()]

    def choose(self, value: object) -> None:
        """Choose a value, unless it is greyed."""
        if self.option(value).isEnabled():
            self.option(value).setChecked(True)

    def set_reason(self, value: object, reason: str) -> None:
        """Grey an option with the reason in its tooltip, or offer it again; a greyed choice moves to the first."""
        option = self.option(value)
        explain(option, reason)
        if reason and option.isChecked():
            next(button for button in self._group.buttons() if button.isEnabled()).setChecked(True)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEIGHT_PX)

    def _on_toggled(self, index: int, checked: bool) -> None:
        if checked:
            self.setFocusProxy(self._group.button(index))
            self.chosen.emit(self._values[index])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme_of(self).color("line"), 1))
        painter.setBrush(theme_of(self).color("timeline"))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, CONTROL_RADIUS_PX, CONTROL_RADIUS_PX)


class _Option(QAbstractButton):
    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(
            QFontMetrics(self.font()).horizontalAdvance(self.text()) + 24, _HEIGHT_PX - 2 * _INSET_PX
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked():
            painter.setPen(QPen(theme.color("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("control"))
            painter.drawRoundedRect(pill, 7, 7)
        font = self.font()
        font.setWeight(font.Weight.Medium if self.isChecked() else font.Weight.Normal)
        painter.setFont(font)
        token = "text" if self.isChecked() else "text_secondary"
        painter.setPen(theme.color(token, 1.0 if self.isEnabled() else 0.45))
        text = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 8)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)

"""Fields: a small caption over a value that may be read, chosen, counted or typed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.labels import Caption, ElidedLabel
from infinite_studio.ui.kit.themed import restyle, theme_of

_CHEVRON_PX = 12
_TEXT_GAP_PX = 4


class FieldCard(QFrame):
    """A caption over a value that is only read."""

    def __init__(self, caption: str, value: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "field")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 6, 10, 6)
        self._column.setSpacing(2)
        self.caption = Caption(caption)
        self.caption.setWordWrap(False)
        self._column.addWidget(self.caption)
        self.value_label = ElidedLabel(value)
        self.value_label.setMinimumHeight(20)
        self._column.addWidget(self.value_label)

    def set_value(self, text: str, token: str = "text") -> None:
        """Show a value, in the colour of a token such as ``good``."""
        self.value_label.set_text(text, token)

    def _set_editor(self, editor: QWidget, name: str) -> None:
        self._column.replaceWidget(self.value_label, editor)
        self.value_label.hide()
        editor.setAccessibleName(name)
        editor.setMinimumHeight(20)
        editor.setProperty("kind", "bare")
        editor.installEventFilter(self)
        self.setFocusProxy(editor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Draw the focus ring around the whole card."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            restyle(self)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Let a click anywhere on the card reach its editor."""
        proxy = self.focusProxy()
        if proxy is not None and proxy.isEnabled():
            proxy.setFocus(Qt.FocusReason.MouseFocusReason)
            if isinstance(proxy, QComboBox):
                proxy.showPopup()
        super().mousePressEvent(event)


class _BareCombo(QComboBox):
    """A combo box without a frame, with the theme's chevron; the wheel scrolls the panel, not the choice."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @property
    def shown_text(self) -> str:
        """The choice as far as there is room for it."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
        return self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width() - _TEXT_GAP_PX
        )

    def event(self, event: QEvent) -> bool:
        """Tell the whole choice where there was no room for it, and what it means."""
        is_cut = event.type() == QEvent.Type.ToolTip and self.shown_text != self.currentText()
        if not is_cut or not isinstance(event, QHelpEvent):
            return super().event(event)
        card = self.parentWidget()
        known = (self.currentText(), card.toolTip() if card is not None else "")
        QToolTip.showText(event.globalPos(), "\n".join(filter(None, known)), self)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        top = (self.height() - _CHEVRON_PX) / 2
        box = QRectF(self.width() - _CHEVRON_PX, top, _CHEVRON_PX, _CHEVRON_PX)
        paint_icon(painter, IconName.CHEVRON_DOWN, box, theme_of(self).color("text_secondary"))


class ComboField(FieldCard):
    """A caption over a choice; each option carries a value."""

    chosen = Signal(object)

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(caption, parent=parent)
        self.editor: QComboBox = _BareCombo()
        self._values: list[object] = []
        self._set_editor(self.editor, caption)
        self.editor.activated.connect(self._on_activated)

    def set_options(self, options: Sequence[tuple[str, object]]) -> None:
        """Offer these texts and values; keeps the choice where it is still there."""
        current = self.value()
        self._values = [value for _text, value in options]
        self.editor.blockSignals(True)  # noqa: FBT003
        self.editor.clear()
        self.editor.addItems([text for text, _value in options])
        self.editor.blockSignals(False)  # noqa: FBT003
        self.choose(current)

    def value(self) -> object:
        """Return the value of the current choice, or None."""
        index = self.editor.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def choose(self, value: object) -> None:
        """Make a value the choice without telling anyone."""
        if value in self._values:
            self.editor.setCurrentIndex(self._values.index(value))

    def _on_activated(self, _index: int) -> None:
        self.chosen.emit(self.value())


class SpinField(FieldCard):
    """A caption over a number that is typed, stepped with the arrow keys or with two small arrows."""

    number_changed = Signal(float)

    def __init__(
        self,
        caption: str,
        *,
        minimum: float,
        maximum: float,
        value: float,
        step: float = 1.0,
        decimals: int = 0,
        suffix: str = "",
        lowest_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(caption, parent=parent)
        self.editor = _BareSpin(decimals)
        self.editor.setRange(minimum, maximum)
        self.editor.setSingleStep(step)
        self.editor.setSuffix(suffix)
        self.editor.setSpecialValueText(lowest_text)
        self.editor.setValue(value)
        self._set_editor(self.editor, caption)
        self._column.setContentsMargins(10, 6, 4, 6)
        self.editor.valueChanged.connect(self.number_changed)

    def value(self) -> float:
        """Return the number."""
        return self.editor.value()

    def set_number(self, value: float) -> None:
        """Show another number without telling anyone."""
        self.editor.blockSignals(True)  # noqa: FBT003
        self.editor.setValue(value)
        self.editor.blockSignals(False)  # noqa: FBT003


class _BareSpin(QDoubleSpinBox):
    """A spin box without a frame; the wheel turns it only while it has focus."""

    def __init__(self, decimals: int) -> None:
        super().__init__()
        self.setDecimals(decimals)
        self.setKeyboardTracking(False)
        self.setAccelerated(True)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.UpDownArrows)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        color = theme_of(self).color("text_secondary")
        painter = QPainter(self)
        left, middle = self.width() - 16, self.height() / 2
        paint_icon(painter, IconName.CHEVRON_UP, QRectF(left, middle - 10, 10, 10), color)
        paint_icon(painter, IconName.CHEVRON_DOWN, QRectF(left, middle, 10, 10), color)


class TextField(FieldCard):
    """A caption over a line of text."""

    text_changed = Signal(str)

    def __init__(
        self, caption: str, text: str = "", placeholder: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(caption, parent=parent)
        self.editor = QLineEdit(text)
        self.editor.setPlaceholderText(placeholder)
        self.editor.setFrame(False)
        self._set_editor(self.editor, caption)
        self.editor.textChanged.connect(self.text_changed)

    def text(self) -> str:
        """Return what was typed."""
        return self.editor.text()


class SearchField(QLineEdit):
    """A search box: Escape empties it, and leaves it when it is empty."""

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setProperty("kind", "search")
        self.setClearButtonEnabled(False)
        self.setMinimumHeight(36)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.clearFocus()
            return
        super().keyPressEvent(event)


def field_row(*fields: QWidget) -> QHBoxLayout:
    """Return a row of equally wide fields."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for field in fields:
        row.addWidget(field, 1)
    return row

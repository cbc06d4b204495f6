"""What fader and pan control share: relative dragging, double-click to reset, keys, a final value."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from infinite_studio.ui.timeline.focus import ShowsKeyboardFocus
from infinite_studio.ui.timeline.state import TimelineState

FINE_FACTOR = 0.1


class DragSlider(ShowsKeyboardFocus, QAbstractSlider):
    """A value that follows the mouse from where it is, never jumping to the click; Shift moves it finely."""

    value_edited = Signal(int, bool)

    def __init__(
        self,
        state: TimelineState,
        name: str,
        limits: tuple[int, int],
        default: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._default = default
        self._held_position: float | None = None
        self._pressed_value = default
        self._last_x = 0.0
        self.setRange(*limits)
        self.setValue(default)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def is_held(self) -> bool:
        """Whether the mouse holds it."""
        return self._held_position is not None

    def show_value(self, value: int) -> None:
        """Take over a value from the project, unless the mouse holds this control."""
        if not self.is_held and value != self.value():
            self.setValue(value)
            self.update()

    def position_of(self, value: float) -> float:
        """Share of the way, 0 to 1, at which a value is shown."""
        return (value - self.minimum()) / (self.maximum() - self.minimum())

    def value_at(self, position: float) -> int:
        """Return the value at a share of the way."""
        return round(self.minimum() + position * (self.maximum() - self.minimum()))

    def travel_px(self) -> float:
        """How far the mouse goes from one end to the other."""
        return float(self.width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._held_position = self.position_of(self.value())
        self._pressed_value = self.value()
        self._last_x = event.position().x()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held_position is None:
            return
        fine = FINE_FACTOR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        moved = (event.position().x() - self._last_x) / self.travel_px() * fine
        self._last_x = event.position().x()
        self._held_position = min(max(self._held_position + moved, 0.0), 1.0)
        self._edit(self.value_at(self._held_position), final=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or not self.is_held:
            return
        self._held_position = None
        if self.value() != self._pressed_value:
            self._tell(final=True)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._held_position = None
            self._edit(self._default, final=True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.value()
        super().keyPressEvent(event)
        if self.value() != before:
            self.show_focus_ring()
            self._tell(final=True)

    def _edit(self, value: int, *, final: bool) -> None:
        if value != self.value():
            self.setValue(value)
            self.update()
            self._tell(final=final)
        elif final:
            self.update()

    def _tell(self, *, final: bool) -> None:
        self.value_edited.emit(self.value(), final)

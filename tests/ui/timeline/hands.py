"""What a person's hands do, in the timeline's own words."""

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def _mouse(
    widget: QWidget,
    kind: QEvent.Type,
    x: float,
    y: float,
    buttons: Qt.MouseButton,
    modifiers: Qt.KeyboardModifier,
) -> None:
    where = QPointF(x, y)
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
    event = QMouseEvent(kind, where, widget.mapToGlobal(where), button, buttons, modifiers)
    QApplication.sendEvent(widget, event)


def press(widget: QWidget, x: float, y: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    _mouse(widget, QEvent.Type.MouseButtonPress, x, y, LEFT, modifiers)


def move(widget: QWidget, x: float, y: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    _mouse(widget, QEvent.Type.MouseMove, x, y, LEFT, modifiers)


def release(widget: QWidget, x: float, y: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    _mouse(widget, QEvent.Type.MouseButtonRelease, x, y, Qt.MouseButton.NoButton, modifiers)


def click(widget: QWidget, x: float, y: float) -> None:
    press(widget, x, y)
    release(widget, x, y)


def double_click(widget: QWidget, x: float, y: float) -> None:
    click(widget, x, y)
    _mouse(widget, QEvent.Type.MouseButtonDblClick, x, y, LEFT, NONE)
    release(widget, x, y)


def drag(
    widget: QWidget,
    start: tuple[float, float],
    end: tuple[float, float],
    modifiers: Qt.KeyboardModifier = NONE,
) -> None:
    press(widget, *start, modifiers)
    for step in (0.3, 0.7, 1.0):
        x, y = (first + (last - first) * step for first, last in zip(start, end, strict=True))
        move(widget, x, y, modifiers)
    release(widget, *end, modifiers)


def wheel(widget: QWidget, x: float, y: float, notches: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Turn the wheel; Qt passes only real wheel events on to the parent, so this does it in its place."""
    where = QPointF(x, y)
    event = QWheelEvent(
        where,
        widget.mapToGlobal(where),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.ignore()
    QApplication.sendEvent(widget, event)
    parent = widget.parentWidget()
    if not event.isAccepted() and parent is not None:
        placed = widget.mapToParent(where)
        wheel(parent, placed.x(), placed.y(), notches, modifiers)


def right_click(widget: QWidget, x: int, y: int) -> None:
    where = QPoint(x, y)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, widget.mapToGlobal(where))
    QApplication.sendEvent(widget, event)


def drag_over(
    widget: QWidget, data: QMimeData, x: int, y: int, modifiers: Qt.KeyboardModifier = NONE
) -> bool:
    event = QDragEnterEvent(QPoint(x, y), Qt.DropAction.CopyAction, data, LEFT, modifiers)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drop(widget: QWidget, data: QMimeData, x: int, y: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    drag_over(widget, data, x, y, modifiers)
    event = QDropEvent(QPointF(x, y), Qt.DropAction.CopyAction, data, LEFT, modifiers)
    QApplication.sendEvent(widget, event)

"""The command palette: type a few letters of what you want to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.kit.fields import SearchField
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.themed import theme_of

_WIDTH_PX = 560
_ROW_PX = 36
_MAX_ROWS = 10
_TOP_PX = 88
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Command:
    """One line of the palette; a reason greys it."""

    text: str
    group: str
    run: Callable[[], object]
    keys: str = ""
    reason: str = ""


def score(query: str, text: str) -> float | None:
    """Rate how well letters match a text in order, whole beginnings of words best; None where they do not."""
    wanted, have = query.casefold().replace(" ", ""), text.casefold()
    whole = have.find(query.casefold().strip())
    total, at = 0.0, 0
    if whole >= 0:
        total = len(wanted) * (4.0 if _begins_word(have, whole) else 2.0)
    for letter in wanted:
        found = have.find(letter, at)
        start = next((i for i in range(found, len(have)) if have[i] == letter and _begins_word(have, i)), -1)
        if found < 0:
            return None
        if found > at and start >= 0 and start - found < 24:
            found = start
        total += 3.0 if _begins_word(have, found) else 1.5 if found == at else 0.5
        at = found + 1
    return total - len(have) * 0.01


def _begins_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def ranked(commands: Sequence[Command], query: str) -> tuple[Command, ...]:
    """Return the commands that match, best first; all in their order without a query."""
    if not query.strip():
        return tuple(commands)
    rated = [(value, c) for c in commands if (value := score(query, c.text)) is not None]
    return tuple(command for _value, command in sorted(rated, key=lambda pair: -pair[0]))


class _CommandModel(QAbstractListModel):
    COMMAND = Qt.ItemDataRole.UserRole

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.commands: tuple[Command, ...] = ()

    def set_commands(self, commands: tuple[Command, ...]) -> None:
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.commands)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        command = self.commands[index.row()]
        if role == self.COMMAND:
            return command
        if role == Qt.ItemDataRole.DisplayRole:
            return command.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return command.reason or None
        return None


class _CommandDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        command: Command = index.data(_CommandModel.COMMAND)
        theme = theme_of(option.widget)
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("control"))
            painter.drawRoundedRect(QRectF(rect), 7, 7)
        quiet = caption_font()
        trailing = command.reason or command.keys or command.group
        room = rect.adjusted(12, 0, -12, 0)
        painter.setFont(option.font)
        painter.setPen(theme.color("text_tertiary" if command.reason else "text"))
        left = QFontMetrics(painter.font()).elidedText(
            command.text, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, left)
        used = QFontMetrics(painter.font()).horizontalAdvance(left) + 16
        painter.setFont(quiet)
        painter.setPen(theme.color("text_secondary"))
        metrics = QFontMetrics(quiet)
        text = metrics.elidedText(trailing, Qt.TextElideMode.ElideRight, max(room.width() - used, 0))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        painter.restore()


class CommandPalette(QFrame):
    """A sheet below the transport bar; Return runs the chosen line, Escape closes."""

    def __init__(self, window: QWidget, commands: Sequence[Command], question: str = "") -> None:
        super().__init__(window)
        self._window = window
        self._commands = tuple(commands)
        self._focus_before = window.focusWidget()
        self.setProperty("kind", "sheet")
        self.setAccessibleName("Command palette")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.search = SearchField(question or "What would you like to do?")
        self.list = QListView()
        self._model = _CommandModel(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_CommandDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = Caption("Nothing matches. Try fewer letters.", "tertiary")
        for widget in (self.search, self.list, self.nothing):
            column.addWidget(widget)
        self.search.textChanged.connect(self._on_typed)
        self.list.clicked.connect(self._run)
        self.search.installEventFilter(self)
        window.installEventFilter(self)
        self._on_typed("")

    @property
    def shown(self) -> tuple[Command, ...]:
        """The lines that match what was typed."""
        return self._model.commands

    def open(self) -> None:
        """Show the palette and take the keyboard."""
        self._place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        """Leave without doing anything."""
        self._window.removeEventFilter(self)
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows, Return and Escape work while typing; a click beside the sheet closes it."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        if watched is self.search and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.close_palette()
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        key = Qt.Key(event.key())
        if key in steps:
            self._move(steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._run(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def _move(self, step: int) -> None:
        last = self._model.rowCount() - 1
        row = min(max(self.list.currentIndex().row() + step, 0), last)
        self.list.setCurrentIndex(self._model.index(row))

    def _on_typed(self, query: str) -> None:
        self._model.set_commands(ranked(self._commands, query))
        if self.shown:
            self.list.setCurrentIndex(self._model.index(0))
        self.list.setVisible(bool(self.shown))
        self.nothing.setVisible(not self.shown)
        self._place()

    def _run(self, index: _Index) -> None:
        if not index.isValid() or self.shown[index.row()].reason:
            return
        command = self.shown[index.row()]
        self.close_palette()
        command.run()

    def _place(self) -> None:
        width = min(_WIDTH_PX, self._window.width() - 48)
        rows = min(max(len(self.shown), 1), _MAX_ROWS)
        self.list.setFixedHeight(rows * _ROW_PX)
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.resize(width, self.sizeHint().height())
        self.move(
            (self._window.width() - width) // 2, min(_TOP_PX, max(self._window.height() - self.height(), 0))
        )

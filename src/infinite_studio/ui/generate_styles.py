"""The list of styles: what each is, how fast it is; choosing one writes it into the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
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

from infinite_studio.ui.fonts import caption_font, interface_font
from infinite_studio.ui.inline_problem import InlineProblem
from infinite_studio.ui.kit.fields import SearchField
from infinite_studio.ui.kit.labels import Caption
from infinite_studio.ui.kit.themed import theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infinite_studio.services.values import Problem, StyleInfo

WIDTH_PX, ROW_PX, MOST_ROWS = 380, 52, 8
NOTHING_FOUND = "No style matches. Try fewer letters."
_Index = QModelIndex | QPersistentModelIndex


def range_text(style: StyleInfo) -> str:
    """Say how fast a style may be."""
    lowest, highest = style.tempo_range_bpm
    return f"{lowest:g}–{highest:g} BPM"


def matching(styles: Sequence[StyleInfo], query: str) -> tuple[StyleInfo, ...]:
    """Return the styles in whose names, moods or description every word occurs."""
    words = query.casefold().split()
    return tuple(style for style in styles if all(word in _all_words(style) for word in words))


def _all_words(style: StyleInfo) -> str:
    return " ".join((*style.names, *style.moods, style.description)).casefold()


class StyleModel(QAbstractListModel):
    """The styles that match."""

    STYLE = Qt.ItemDataRole.UserRole

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.styles: tuple[StyleInfo, ...] = ()

    def set_styles(self, styles: tuple[StyleInfo, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.styles = styles
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.styles)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        style = self.styles[index.row()]
        if role == self.STYLE:
            return style
        if role == Qt.ItemDataRole.DisplayRole:
            return style.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                f"{style.description}\nAlso called: {', '.join(style.names[1:])}" if style.names[1:] else None
            )
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{style.label}, {range_text(style)}, {style.description}"
        return None


class _StyleDelegate(QStyledItemDelegate):
    """Name and tempo range over the description."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(160, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        style: StyleInfo = index.data(StyleModel.STYLE)
        theme, rect = theme_of(option.widget), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("control"))
            painter.drawRoundedRect(QRectF(rect), 7, 7)
        room = rect.adjusted(12, 8, -12, -8)
        top, bottom = QRect(room), QRect(room)
        top.setHeight(room.height() // 2)
        bottom.setTop(top.bottom() + 1)
        quiet, strong = caption_font(), interface_font(weight=QFont.Weight.Medium)
        tempo = range_text(style)
        width = QFontMetrics(quiet).horizontalAdvance(tempo) + 12
        _draw(painter, top.adjusted(0, 0, -width, 0), style.label, strong, theme.color("text"))
        _draw(painter, top, tempo, quiet, theme.color("text_secondary"), is_trailing=True)
        _draw(painter, bottom, style.description, quiet, theme.color("text_secondary"))
        painter.restore()


def _draw(
    painter: QPainter, box: QRect, text: str, font: QFont, color: QColor, *, is_trailing: bool = False
) -> None:
    painter.setFont(font)
    painter.setPen(color)
    side = Qt.AlignmentFlag.AlignRight if is_trailing else Qt.AlignmentFlag.AlignLeft
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | side, shown)


class StylesPopup(QWidget):
    """Type to search, arrows to move, Return or a click to choose, Escape to leave."""

    chosen = Signal(object)

    def __init__(self, styles: Sequence[StyleInfo], problems: Sequence[Problem], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName("Styles")
        self._styles = tuple(styles)
        self.search = SearchField("Search styles, moods…")
        self.model = StyleModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_StyleDelegate(self.list))
        self.list.setAccessibleName("Styles")
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = Caption(NOTHING_FOUND, "tertiary")
        self.problem = InlineProblem()
        if problems:
            more = f" ({len(problems) - 1} more files cannot be read.)" if len(problems) > 1 else ""
            self.problem.show_problem(problems[0].sentence + more, problems[0].hint)
        self._lay_out()
        self.search.textChanged.connect(self._on_typed)
        self.search.installEventFilter(self)
        self.list.clicked.connect(self._choose)
        self.list.entered.connect(self.list.setCurrentIndex)
        self._on_typed("")

    @property
    def shown(self) -> tuple[StyleInfo, ...]:
        """The styles that match what was typed."""
        return self.model.styles

    def open_at(self, anchor: QWidget) -> None:
        """Show the list under a widget, within the window."""
        window = anchor.window()
        corner = anchor.mapTo(window, QPoint(0, anchor.height() + 4))
        self.setFixedWidth(min(WIDTH_PX, window.width() - 16))
        below = window.height() - corner.y() - 8
        rows = min(len(self._styles), MOST_ROWS, max((below - 90) // ROW_PX, 3))
        self.list.setFixedHeight(rows * ROW_PX)
        self.adjustSize()
        left = min(max(corner.x(), 8), window.width() - self.width() - 8)
        top = min(corner.y(), max(window.height() - self.height() - 8, 8))
        self.move(window.mapToGlobal(QPoint(left, top)))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows, Return and Escape work while typing."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        sheet = QFrame()
        sheet.setProperty("kind", "sheet")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(sheet)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.search, self.list, self.nothing, self.problem):
            column.addWidget(widget)

    def _on_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}
        key = Qt.Key(event.key())
        if key in steps:
            last = self.model.rowCount() - 1
            row = min(max(self.list.currentIndex().row() + steps[key], 0), max(last, 0))
            self.list.setCurrentIndex(self.model.index(row))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def _on_typed(self, query: str) -> None:
        self.model.set_styles(matching(self._styles, query))
        self.list.setCurrentIndex(self.model.index(0))
        self.list.setVisible(bool(self.shown))
        self.nothing.setVisible(not self.shown)

    def _choose(self, index: _Index) -> None:
        if index.isValid():
            style = self.shown[index.row()]
            self.close()
            self.chosen.emit(style)

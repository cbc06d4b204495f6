"""The stems of a selected commit as chips: a click hears one, a drag takes it onto the timeline."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.icons import IconName, paint_icon
from infinite_studio.ui.kit.buttons import StudioButton
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.popups import open_menu
from infinite_studio.ui.timeline.drops import object_mime_data

if TYPE_CHECKING:
    from infinite_studio.history.values import Commit, StemRecord

CHIP_PX = 26
_GAP_PX = 6
_LINES = 2
_SIGN_PX = 14
_MAX_TEXT_PX = 110
_MORE_PX = 40


class StemChip(StudioButton):
    """One stem, or the mixdown where it stands for none."""

    menu_requested = Signal(object, QPoint)

    def __init__(self, stem: StemRecord | None, object_id: str, parent: QWidget | None = None) -> None:
        super().__init__(stem.name if stem else "Mix", parent)
        self.stem = stem
        self.object_id = object_id
        self.is_heard = False
        self.wrapped: Callable[[str, str], QMimeData] = object_mime_data
        self._pressed_at: QPoint | None = None
        self.setProperty("kind", "chip")
        self.setFixedHeight(CHIP_PX)
        self.setFont(caption_font(QFont.Weight.Medium))
        what = f"Hear {stem.name}" if stem else "Hear the mixdown"
        self.setAccessibleName(what)
        self.setToolTip(
            f"{what}. Drag it onto the timeline to use it, or into another program." if stem else what
        )

    def set_heard(self, *, is_heard: bool) -> None:
        """Show whether the stem is heard now."""
        if is_heard != self.is_heard:
            self.is_heard = is_heard
            self.setAccessibleDescription("heard now" if is_heard else "")
            self.update()

    def sizeHint(self) -> QSize:
        advance = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(min(advance, _MAX_TEXT_PX) + _SIGN_PX + 22, CHIP_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the stem once the pointer has left its place."""
        start = self._pressed_at
        if start is None or self.stem is None:
            super().mouseMoveEvent(event)
            return
        if (event.position().toPoint() - start).manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.setDown(False)
            self.drag(start).exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
        super().mouseReleaseEvent(event)

    def drag(self, grip: QPoint) -> QDrag:
        """Return the drag that carries the stem."""
        assert self.stem is not None
        drag = QDrag(self)
        drag.setMimeData(self.wrapped(self.stem.object_id, self.stem.name))
        drag.setPixmap(self.grab())
        drag.setHotSpot(grip)
        return drag

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.stem is not None:
            self.menu_requested.emit(self.stem, event.globalPos())
            event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_frame(painter, self)
        color = theme.stem(self.stem.stem_type) if self.stem else theme.color("text_secondary")
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        sign_left = self.width() - 7 - _SIGN_PX if mirrored else 7
        sign = QRectF(sign_left, (CHIP_PX - _SIGN_PX) / 2, _SIGN_PX, _SIGN_PX)
        if self.is_heard:
            paint_icon(painter, IconName.STOP, sign, theme.color("accent"))
        elif self.stem is None or self.underMouse():
            paint_icon(painter, IconName.PLAY, sign.adjusted(1, 1, -1, -1), color)
        else:
            self._paint_letter(painter, sign)
        text_left = 7 if mirrored else 7 + _SIGN_PX + 6
        room = QRect(text_left, 0, self.width() - _SIGN_PX - 20, CHIP_PX)
        painter.setFont(self.font())
        painter.setPen(theme.color("text"))
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side, text)

    def _paint_letter(self, painter: QPainter, box: QRectF) -> None:
        assert self.stem is not None
        theme = theme_of(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.stem(self.stem.stem_type))
        painter.drawRoundedRect(box, 4, 4)
        font = QFont(self.font())
        font.setPixelSize(9)
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        painter.setPen(theme.color("timeline"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.stem.stem_type.value[0].upper())


class _MoreChip(StudioButton):
    """Stands for the stems that have no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self.setFont(caption_font(QFont.Weight.Medium))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_frame(painter, self)
        painter.setFont(self.font())
        painter.setPen(theme_of(self).color("text_secondary"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


def _paint_frame(painter: QPainter, chip: StudioButton) -> None:
    theme = theme_of(chip)
    inset = 1.0 if chip.hasFocus() else 0.5
    painter.setPen(QPen(theme.color("accent" if chip.hasFocus() else "line"), 2 * inset))
    painter.setBrush(theme.color("control" if chip.underMouse() or chip.isDown() else "timeline"))
    painter.drawRoundedRect(QRectF(chip.rect()).adjusted(inset, inset, -inset, -inset), 7, 7)


class StemStrip(QWidget):
    """Two lines of chips below a selected commit; what has no room is in the menu behind the last one."""

    heard = Signal(str)
    menu_requested = Signal(object, QPoint)

    def __init__(
        self,
        commit: Commit,
        leading_px: int,
        parent: QWidget | None = None,
        wrapped: Callable[[str, str], QMimeData] = object_mime_data,
    ) -> None:
        super().__init__(parent)
        self._wrapped = wrapped
        self.commit = commit
        self._leading_px = leading_px
        self.setAccessibleName(f"Stems of “{commit.message}”")
        self.chips: list[StemChip] = []
        if commit.mixdown_object_id is not None:
            self._add(StemChip(None, commit.mixdown_object_id, self))
        for stem in commit.stems:
            self._add(StemChip(stem, stem.object_id, self))
        self.more = _MoreChip(self)
        self.more.clicked.connect(self._on_more)

    def set_heard(self, object_id: str | None) -> None:
        """Mark the chip that is heard now."""
        for chip in self.chips:
            chip.set_heard(is_heard=chip.object_id == object_id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep a click between the chips from reaching the list."""
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _add(self, chip: StemChip) -> None:
        chip.clicked.connect(partial(self._on_clicked, chip.object_id))
        chip.menu_requested.connect(self.menu_requested)
        chip.wrapped = self._wrapped
        self.chips.append(chip)

    def _on_clicked(self, object_id: str, _checked: bool = False) -> None:
        self.heard.emit(object_id)

    def _arrange(self) -> None:
        """Give every chip its place, and hide the ones from the first that has no room."""
        width = self.width() - self._leading_px - 8
        places = _flow([chip.sizeHint().width() for chip in self.chips], width)
        fits = [place for place in places if place.y() < _LINES * (CHIP_PX + _GAP_PX)]
        if len(fits) < len(self.chips):
            more_width = _MORE_PX
            while fits and fits[-1].right() + _GAP_PX + more_width > width:
                fits.pop()
            place = fits[-1] if fits else QRect(-_GAP_PX, 0, 0, CHIP_PX)
            self.more.setText(f"+{len(self.chips) - len(fits)}")
            self.more.setAccessibleName(f"{len(self.chips) - len(fits)} more stems")
            self._place(self.more, QRect(place.right() + 1 + _GAP_PX, place.y(), more_width, CHIP_PX))
        self.more.setVisible(len(fits) < len(self.chips))
        for n, chip in enumerate(self.chips):
            chip.setVisible(n < len(fits))
            if n < len(fits):
                self._place(chip, fits[n])

    def _place(self, widget: QWidget, box: QRect) -> None:
        left = self._leading_px + box.left()
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = self.width() - left - box.width()
        widget.setGeometry(left, 2 + box.top(), box.width(), box.height())

    def _on_more(self) -> None:
        menu = QMenu(self)
        for chip in self.chips:
            if chip.isHidden():
                menu.addAction(f"Hear {chip.text()}").triggered.connect(
                    partial(self._on_clicked, chip.object_id)
                )
        open_menu(menu, self.more.mapToGlobal(QPoint(0, CHIP_PX + 2)))


def _flow(widths: list[int], room: int) -> list[QRect]:
    """Return where boxes lie that wrap like words in a line."""
    places, left, top = list[QRect](), 0, 0
    for wanted in widths:
        width = min(wanted, room)
        if left and left + width > room:
            left, top = 0, top + CHIP_PX + _GAP_PX
        places.append(QRect(left, top, width, CHIP_PX))
        left += width + _GAP_PX
    return places

"""The inviting area for sounds: small below the last track, large in an empty project."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from infinite_studio.music.stems import StemType
from infinite_studio.ui.fonts import caption_font, interface_font
from infinite_studio.ui.kit.buttons import PrimaryButton, QuietButton
from infinite_studio.ui.theme import BODY_PX, TIME_PX
from infinite_studio.ui.timeline.grid import position_text
from infinite_studio.ui.timeline.state import TimelineState

INVITATION = "Drop songs, stems or a hum here"
FORMATS = "WAV · FLAC · MP3 · OGG · M4A · video"
FIRST_TITLE = "Start with a sound or a sentence"
FIRST_OR = "or say what you hear: “dark trap, 140 bpm, in F minor”"
SMALL_WIDTH_PX = 360
SMALL_HEIGHT_PX = 84
LARGE_WIDTH_PX = 560
LARGE_HEIGHT_PX = 344
RADIUS_PX = 12
BUTTON_HEIGHT_PX = 36
CENTER = Qt.AlignmentFlag.AlignCenter


class DropZone(QWidget):
    """A dashed area that says what may be dropped, and in an empty project how else to begin."""

    import_requested = Signal()
    describe_requested = Signal()

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._was_large: bool | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(INVITATION)
        self.setAccessibleDescription(FORMATS)
        self._describe = PrimaryButton("Describe a beat", parent=self)
        self._choose = QuietButton("Choose files…", parent=self)
        for button in (self._describe, self._choose):
            button.setAccessibleName(button.text())
            button.setFixedSize(button.sizeHint().width() + 8, BUTTON_HEIGHT_PX)
        self._describe.clicked.connect(self._on_describe)
        self._choose.clicked.connect(self._on_choose)

    @property
    def is_first_use(self) -> bool:
        """Whether the project is empty, so that the large form is shown."""
        return not self._state.rows

    def place_in(self, room: QRect) -> None:
        """Take the middle of the given room; hide where there is none."""
        large = self.is_first_use
        width = min(LARGE_WIDTH_PX if large else SMALL_WIDTH_PX, room.width() - 32)
        height = min(LARGE_HEIGHT_PX if large else SMALL_HEIGHT_PX, room.height() - 24)
        self.setVisible(width >= 120 and height >= 40)
        above = 1 / 2 if large else 0.42
        left = room.left() + (room.width() - width) // 2
        place = QRect(left, room.top() + int((room.height() - height) * above), width, height)
        if place == self.geometry() and large == self._was_large:
            return
        self._was_large = large
        self.setGeometry(place)
        roomy = large and height >= 200 and width >= 320
        self._describe.setVisible(roomy)
        self._choose.setVisible(roomy)
        self._place_buttons()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.fillRect(self.rect(), self._state.theme.color("timeline"))
        self._paint_frame(painter, box)
        if self._choose.isVisibleTo(self):
            self._paint_first_use(painter, box)
        else:
            self._paint_small(painter, box)

    @property
    def _is_target(self) -> bool:
        return self._state.drop is not None and self._state.drop.track_id == ""

    def _paint_frame(self, painter: QPainter, box: QRectF) -> None:
        theme = self._state.theme
        pen = QPen(
            theme.color("accent" if self._is_target else "text_tertiary", 1 if self._is_target else 0.4)
        )
        pen.setWidthF(1.5 if self._is_target else 1.0)
        pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(theme.color("accent", 0.10) if self._is_target else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, RADIUS_PX, RADIUS_PX)

    def _title(self) -> str:
        drop = self._state.drop
        if drop is None or drop.track_id:
            return INVITATION
        if self.is_first_use:
            return "Let go to begin"
        return f"New track at {position_text(self._state.project, drop.frame)}"

    def _paint_small(self, painter: QPainter, box: QRectF) -> None:
        theme = self._state.theme
        middle = box.center().y()
        painter.setFont(interface_font(BODY_PX))
        painter.setPen(theme.color("accent" if self._is_target else "text_secondary"))
        painter.drawText(QRectF(box.left(), middle - 21, box.width(), 20), CENTER, self._title())
        painter.setFont(caption_font())
        painter.setPen(theme.color("text_tertiary"))
        painter.drawText(QRectF(box.left(), middle + 1, box.width(), 18), CENTER, FORMATS)

    def _paint_first_use(self, painter: QPainter, box: QRectF) -> None:
        theme = self._state.theme
        top = self._content_top()
        self._paint_illustration(painter, QRectF(box.center().x() - 130, top, 260, 64))
        painter.setFont(interface_font(TIME_PX, QFont.Weight.DemiBold))
        painter.setPen(theme.color("accent" if self._is_target else "text"))
        title = "Let go to begin" if self._is_target else FIRST_TITLE
        painter.drawText(QRectF(box.left(), top + 84, box.width(), 28), CENTER, title)
        painter.setFont(interface_font(BODY_PX))
        painter.setPen(theme.color("text_secondary"))
        painter.drawText(QRectF(box.left(), top + 120, box.width(), 20), CENTER, INVITATION)
        painter.drawText(QRectF(box.left(), top + 170, box.width(), 20), CENTER, FIRST_OR)
        painter.setFont(caption_font())
        painter.setPen(theme.color("text_tertiary"))
        painter.drawText(QRectF(box.left(), top + 142, box.width(), 18), CENTER, FORMATS)

    def _paint_illustration(self, painter: QPainter, box: QRectF) -> None:
        """Draw a wave whose bars take the stems' colours in turn."""
        stems = (StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER, StemType.VOCALS)
        n_bars = 44
        step = box.width() / n_bars
        painter.setPen(Qt.PenStyle.NoPen)
        for index in range(n_bars):
            place = index / (n_bars - 1)
            swell = math.sin(math.pi * place) ** 0.8
            ripple = 0.55 + 0.45 * math.sin(index * 1.9) * math.cos(index * 0.53)
            height = max(3.0, box.height() * swell * ripple)
            painter.setBrush(self._state.theme.stem(stems[min(int(place * len(stems)), len(stems) - 1)]))
            bar = QRectF(box.left() + index * step, box.center().y() - height / 2, step * 0.56, height)
            painter.drawRoundedRect(bar, step * 0.28, step * 0.28)

    def _content_top(self) -> float:
        return max((self.height() - 260) / 2, 8.0)

    def _place_buttons(self) -> None:
        gap = 12
        total = self._describe.width() + gap + self._choose.width()
        left = (self.width() - total) // 2
        top = int(self._content_top()) + 212
        self._describe.move(QPointF(left, top).toPoint())
        self._choose.move(left + self._describe.width() + gap, top)

    def _on_describe(self) -> None:
        self.describe_requested.emit()

    def _on_choose(self) -> None:
        self.import_requested.emit()

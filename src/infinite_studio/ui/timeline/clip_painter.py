"""Drawing one clip: tint, wave, name, selection, and how far reading has come."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from infinite_studio.audio.mixing import gain_of_db
from infinite_studio.project.model import Clip
from infinite_studio.ui.fonts import interface_font
from infinite_studio.ui.theme import CAPTION_PX, CLIP_RADIUS_PX
from infinite_studio.ui.timeline.drawing import aligned, fill
from infinite_studio.ui.timeline.metrics import CLIP_HEIGHT_PX, CLIP_LABEL_HEIGHT_PX
from infinite_studio.ui.timeline.peaks import PeaksLike
from infinite_studio.ui.timeline.state import TimelineState
from infinite_studio.ui.timeline.tiles import WaveStyle

TINT = 0.12
LABEL_TINT = 0.12
MUTED_OPACITY = 0.4
GHOST_OPACITY = 0.35
OVERHANG_PX = 64.0
NAME_PADDING_PX = 8.0
NARROWEST_NAME_PX = 28.0
WAVE_INSET_PX = 4
GAP_PX = 1.5
FAINTEST_NAME = 0.6
TEXT_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute


@dataclass(frozen=True)
class ClipLook:
    """A clip as it is drawn now."""

    clip: Clip
    color: QColor
    start_frame: int
    row_y: float
    opacity: float = 1.0
    selected: bool = False
    floating: bool = False


class ClipPainter:
    """Draws clips into the lanes; cut to the exposed area, so that its cost follows what is seen."""

    def __init__(self, state: TimelineState) -> None:
        self._state = state
        self._name_font = interface_font(CAPTION_PX, QFont.Weight.Medium)

    def paint(self, painter: QPainter, look: ClipLook, exposed: QRectF) -> None:
        """Draw one clip."""
        body = self._body(painter, look)
        shown = _shown_part(body, exposed)
        painter.save()
        painter.setOpacity(look.opacity)
        self._paint_tint(painter, look, shown)
        self._paint_wave(painter, look, body, exposed)
        self._paint_name(painter, look, body)
        if look.selected:
            _paint_selection(painter, self._state.theme.color("accent"), shown)
        painter.restore()

    def _body(self, painter: QPainter, look: ClipLook) -> QRectF:
        ratio = painter.device().devicePixelRatioF()
        left = aligned(self._state.viewport.x_of(look.start_frame), ratio)
        columns = max(1, round(look.clip.length_frames / self._frames_per_column(ratio)))
        return QRectF(left, look.row_y, columns / ratio, CLIP_HEIGHT_PX)

    def _frames_per_column(self, ratio: float) -> float:
        return self._state.viewport.frames_per_pixel / ratio

    def _paint_tint(self, painter: QPainter, look: ClipLook, shown: QRectF) -> None:
        radius = min(CLIP_RADIUS_PX, shown.width() / 2)
        path = QPainterPath()
        path.addRoundedRect(shown.adjusted(0, 0, -GAP_PX, 0) if shown.width() > 4 else shown, radius, radius)
        if look.floating:
            painter.fillPath(path, self._state.theme.color("timeline", 0.88))
        painter.fillPath(path, _at(look.color, TINT))
        strip = QRectF(shown.left(), shown.top(), shown.width(), CLIP_LABEL_HEIGHT_PX)
        painter.save()
        painter.setClipRect(strip, Qt.ClipOperation.IntersectClip)
        painter.fillPath(path, _at(look.color, LABEL_TINT * (2.5 if look.selected else 1.0)))
        painter.restore()

    def _paint_wave(self, painter: QPainter, look: ClipLook, body: QRectF, exposed: QRectF) -> None:
        box = _wave_box(body)
        peaks = self._state.peaks_source(look.clip.object_id)
        if peaks is not None and peaks.n_frames > 0:
            self._paint_tiles(painter, look, box, exposed, peaks)
        label = self._state.pending.get(look.clip.object_id)
        if label is not None or peaks is None:
            self._paint_unread(painter, look, box, exposed, peaks.n_frames if peaks is not None else 0, label)

    def _paint_tiles(
        self, painter: QPainter, look: ClipLook, box: QRectF, exposed: QRectF, peaks: PeaksLike
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        style = WaveStyle(
            look.clip.object_id,
            look.clip.source_offset_frames,
            self._frames_per_column(ratio),
            round(box.height() * ratio),
            look.color.rgb(),
            gain_of_db(look.clip.gain_db) * self._state.wave_gain,
        )
        first = int((exposed.left() - box.left()) * ratio)
        last = int((exposed.right() - box.left()) * ratio) + 2
        for tile in self._state.tiles.between(style, peaks, first, last, round(box.width() * ratio)):
            tile.image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(box.left() + tile.first_column / ratio, box.top()), tile.image)

    def _paint_unread(
        self,
        painter: QPainter,
        look: ClipLook,
        box: QRectF,
        exposed: QRectF,
        read_frames: int,
        label: str | None,
    ) -> None:
        """Draw a thin line where the sound's picture is not known yet, with what is being done about it."""
        begun = max(read_frames - look.clip.source_offset_frames, 0) / self._state.viewport.frames_per_pixel
        left = max(box.left() + begun, exposed.left())
        right = min(box.right(), exposed.right())
        if right <= left:
            return
        middle = aligned(box.center().y(), painter.device().devicePixelRatioF())
        fill(painter, QRectF(left, middle - 0.5, right - left, 1), _at(look.color, 0.35))
        if label is not None:
            self._paint_reading(painter, look, QRectF(box.left() + begun, box.top(), 0, 0), box)

    def _paint_reading(self, painter: QPainter, look: ClipLook, front: QRectF, box: QRectF) -> None:
        text = self._state.pending[look.clip.object_id]
        painter.setOpacity(1.0)
        painter.setFont(self._name_font)
        width = QFontMetricsF(self._name_font).horizontalAdvance(text) + 16
        left = max(front.left(), box.left(), 0.0) + 8
        if left + width > box.right():
            return
        plate = QRectF(left, box.center().y() - 11, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._state.theme.color("raised"))
        painter.drawRoundedRect(plate, 11, 11)
        painter.setPen(self._state.theme.color("text_secondary"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_name(self, painter: QPainter, look: ClipLook, body: QRectF) -> None:
        """Write the name where it can be read: at the clip's left edge, or at the window's while scrolled."""
        left = max(body.left(), 0.0) + NAME_PADDING_PX
        right = min(body.right(), float(self._state.viewport.width_px)) - NAME_PADDING_PX
        if right - left < NARROWEST_NAME_PX:
            return
        box = QRectF(left, body.top(), right - left, CLIP_LABEL_HEIGHT_PX)
        painter.setOpacity(max(look.opacity, FAINTEST_NAME))
        painter.setFont(self._name_font)
        painter.setPen(self._state.theme.color("text", 0.92))
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        metrics = QFontMetricsF(self._name_font)
        painter.drawText(
            box, TEXT_FLAGS, metrics.elidedText(look.clip.name, Qt.TextElideMode.ElideRight, box.width())
        )


def _wave_box(body: QRectF) -> QRectF:
    """Where in a clip its wave is drawn."""
    return body.adjusted(0, CLIP_LABEL_HEIGHT_PX + 2, 0, -WAVE_INSET_PX)


def _shown_part(body: QRectF, exposed: QRectF) -> QRectF:
    """Cut what lies far outside, for Qt's coordinates end long before a ten-hour clip does."""
    left = max(body.left(), exposed.left() - OVERHANG_PX)
    right = min(body.right(), exposed.right() + OVERHANG_PX)
    return QRectF(left, body.top(), max(right - left, 1.0), body.height())


def _paint_selection(painter: QPainter, color: QColor, shown: QRectF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2))
    painter.drawRoundedRect(shown.adjusted(1, 1, -1 - GAP_PX, -1), CLIP_RADIUS_PX - 1, CLIP_RADIUS_PX - 1)


def _at(color: QColor, opacity: float) -> QColor:
    faded = QColor(color)
    faded.setAlphaF(min(opacity, 1.0))
    return faded

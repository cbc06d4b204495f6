"""The whole project as a thin strip with the loop range on it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from infinite_studio.project.model import LoopRange, Project
from infinite_studio.ui.kit.themed import theme_of

_HEIGHT_PX = 56
_INSET_PX = 6
_THICKEST_PX = 8.0


class LoopStrip(QWidget):
    """Clips as thin bars in the colours of their stems, the loop range as a band over them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = Project("")
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Loop range in the project")

    def show_project(self, project: Project) -> None:
        """Show a project and its loop range."""
        self._project = project
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        painter.fillPath(outline, theme.color("timeline"))
        painter.setClipPath(outline)
        self._paint_clips(painter)
        if self._project.loop is not None:
            self._paint_loop(painter, self._project.loop)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawPath(outline)

    def _paint_clips(self, painter: QPainter) -> None:
        theme = theme_of(self)
        tracks = self._project.tracks
        lane_px = (self.height() - 2 * _INSET_PX) / max(len(tracks), 1)
        painter.setPen(Qt.PenStyle.NoPen)
        for row, track in enumerate(tracks):
            color = QColor(theme.stem(track.stem_type))
            color.setAlphaF(0.75 if self._project.is_audible(track) else 0.3)
            painter.setBrush(color)
            thickness = min(max(lane_px - 2, 1.5), _THICKEST_PX)
            top = _INSET_PX + row * lane_px + (lane_px - thickness) / 2
            for clip in track.clips:
                left, right = self._x(clip.start_frame), self._x(clip.end_frame)
                painter.drawRoundedRect(QRectF(left + 0.5, top, max(right - left - 1, 1), thickness), 2, 2)

    def _paint_loop(self, painter: QPainter, loop: LoopRange) -> None:
        theme = theme_of(self)
        left, right = self._x(loop.start_frame), self._x(loop.end_frame)
        band = QRectF(left, 0, max(right - left, 2), self.height())
        painter.fillRect(band, theme.color("accent", 0.22 if loop.enabled else 0.08))
        style = Qt.PenStyle.SolidLine if loop.enabled else Qt.PenStyle.DashLine
        painter.setPen(QPen(theme.color("accent" if loop.enabled else "text_tertiary"), 2, style))
        for x in (left + 1, max(right - 1, left + 2)):
            painter.drawLine(int(x), 0, int(x), self.height())

    def _x(self, frame: int) -> float:
        loop_end = self._project.loop.end_frame if self._project.loop else 0
        length = max(self._project.length_frames, loop_end, 1)
        room = self.width() - 2 * _INSET_PX
        return _INSET_PX + room * frame / length

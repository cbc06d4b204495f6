"""The overview strip: the whole project with the visible part as a window that can be dragged."""

from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from infinite_studio.ui.timeline.drawing import fill, paint_focus_ring
from infinite_studio.ui.timeline.focus import ShowsKeyboardFocus
from infinite_studio.ui.timeline.metrics import OVERVIEW_HEIGHT_PX
from infinite_studio.ui.timeline.overview_image import overview_image
from infinite_studio.ui.timeline.state import TimelineState

EDGE_REACH_PX = 6.0
NARROWEST_WINDOW_PX = 6.0
WAVE_INSET_PX = 7
WAVE_OPACITY = 0.7


class WindowPart(Enum):
    """What of the window the mouse would take hold of."""

    START = auto()
    END = auto()
    BODY = auto()
    OUTSIDE = auto()


class Overview(ShowsKeyboardFocus, QWidget):
    """Shows everything; dragging the window scrolls, dragging its edges zooms."""

    range_requested = Signal(float, float)

    def __init__(self, state: TimelineState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._image: QImage | None = None
        self._image_key: tuple[object, ...] | None = None
        self._version = 0
        self._held: WindowPart | None = None
        self._grab_frames = 0.0
        self.setFixedHeight(OVERVIEW_HEIGHT_PX)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Overview of the project")
        self.setAccessibleDescription("Left and right arrow keys scroll the timeline.")
        self.setToolTip("Drag the window to scroll, its edges to zoom")

    def forget_picture(self) -> None:
        """Draw the wave anew, because peaks changed."""
        self._version += 1
        self.update()

    def frame_at(self, x: float) -> float:
        """Frame of the project at a pixel of the strip."""
        return x * self._frames_per_pixel

    def x_of(self, frame: float) -> float:
        """Pixel of the strip at which a frame lies."""
        return frame / self._frames_per_pixel

    @property
    def _frames_per_pixel(self) -> float:
        span = self._state.project.length_frames or self._state.viewport.visible_frames
        return max(span / max(self.width(), 1), 1e-9)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._state.theme
        fill(painter, QRectF(self.rect()), theme.color("panel"))
        self._paint_wave(painter)
        self._paint_window(painter)
        if self._state.rows:
            x = self.x_of(self._state.playhead_frame)
            fill(painter, QRectF(x - 0.5, 4, 1, self.height() - 8), theme.color("text", 0.8))
        if self.shows_focus_ring:
            paint_focus_ring(painter, theme, QRectF(self.rect()), 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        frame = self.frame_at(event.position().x())
        self._held = self._part_at(event.position().x())
        self._grab_frames = frame - self._state.viewport.start_frame
        if self._held is WindowPart.OUTSIDE:
            self._held = WindowPart.BODY
            self._grab_frames = self._state.viewport.visible_frames / 2
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._drag_to(event.position())
            return
        part = self._part_at(event.position().x())
        at_edge = part in {WindowPart.START, WindowPart.END}
        self.setCursor(Qt.CursorShape.SizeHorCursor if at_edge else Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -0.25, Qt.Key.Key_Right: 0.25}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        view = self._state.viewport
        start = max(view.start_frame + step * view.visible_frames, 0.0)
        self.range_requested.emit(start, start + view.visible_frames)

    def _drag_to(self, place: QPointF) -> None:
        view = self._state.viewport
        frame = self.frame_at(min(max(place.x(), 0.0), float(self.width())))
        least = NARROWEST_WINDOW_PX * self._frames_per_pixel
        if self._held is WindowPart.START:
            self.range_requested.emit(max(min(frame, view.end_frame - least), 0.0), view.end_frame)
        elif self._held is WindowPart.END:
            self.range_requested.emit(view.start_frame, max(frame, view.start_frame + least))
        else:
            start = max(frame - self._grab_frames, 0.0)
            self.range_requested.emit(start, start + view.visible_frames)

    def _part_at(self, x: float) -> WindowPart:
        view = self._state.viewport
        left, right = self.x_of(view.start_frame), self.x_of(view.end_frame)
        if abs(x - left) <= EDGE_REACH_PX and left > EDGE_REACH_PX:
            return WindowPart.START
        if abs(x - right) <= EDGE_REACH_PX and right < self.width() - 1:
            return WindowPart.END
        return WindowPart.BODY if left <= x <= right else WindowPart.OUTSIDE

    def _paint_wave(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        width = self.x_of(self._state.project.length_frames)
        size = (round(width * ratio), round((self.height() - 2 * WAVE_INSET_PX) * ratio))
        color = self._state.theme.color("text_tertiary")
        key = (self._version, size, color.rgb(), self._heard())
        if key != self._image_key:
            self._image = overview_image(
                self._state.project, self._state.peaks_source, *size, ratio, QColor(color)
            )
            self._image_key = key
        if self._image is not None:
            self._image.setDevicePixelRatio(ratio)
            painter.setOpacity(WAVE_OPACITY)
            painter.drawImage(QPointF(0, WAVE_INSET_PX), self._image)
            painter.setOpacity(1.0)

    def _heard(self) -> tuple[object, ...]:
        """Return what of the project changes the picture: faders and names do not."""
        project = self._state.project
        return tuple((track.clips, project.is_audible(track)) for track in project.tracks)

    def _paint_window(self, painter: QPainter) -> None:
        if not self._state.rows:
            return
        theme = self._state.theme
        left = self.x_of(self._state.viewport.start_frame)
        right = max(self.x_of(self._state.viewport.end_frame), left + NARROWEST_WINDOW_PX)
        box = QRectF(left, 3, min(right, self.width()) - left, self.height() - 6).adjusted(
            0.75, 0.75, -0.75, -0.75
        )
        shows_all = box.left() < 2 and box.right() > self.width() - 2
        painter.setPen(QPen(theme.color("accent", 0.45 if shows_all else 1.0), 1.0 if shows_all else 1.5))
        painter.setBrush(theme.color("accent", 0.04 if shows_all else 0.10))
        painter.drawRoundedRect(box, 4, 4)

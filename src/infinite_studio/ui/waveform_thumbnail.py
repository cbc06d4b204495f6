"""A whole sound as one small waveform."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.timeline.peaks import PeaksLike
from infinite_studio.ui.timeline.waveform import opacity_of, read_columns, tinted


class WaveformThumbnail(QWidget):
    """Draws the peaks of one sound over its whole width; a thin line while there are none."""

    def __init__(self, height_px: int, color: str = "melody", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._peaks: PeaksLike | None = None
        self._n_frames = 0
        self._color = color
        self._drawn: tuple[object, ...] = ()
        self._image = QImage()
        self.setFixedHeight(height_px)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_peaks(self, peaks: PeaksLike | None, n_frames: int | None = None) -> None:
        """Show these peaks over so many frames; fewer peaks than frames leave the rest empty."""
        self._peaks = peaks
        self._n_frames = n_frames or (peaks.n_frames if peaks is not None else 0)
        self._drawn = ()
        self.update()

    @property
    def has_peaks(self) -> bool:
        """Whether there is something to draw."""
        return self._peaks is not None and self._n_frames > 0

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture_is_current():
            painter.drawImage(0, 0, self._image)
            return
        middle = self.height() / 2
        painter.fillRect(0, round(middle), self.width(), 1, theme_of(self).color("line"))

    def _picture_is_current(self) -> bool:
        if self._peaks is None or self._n_frames <= 0:
            return False
        ratio = self.devicePixelRatioF()
        color = theme_of(self).color(self._color)
        wanted = (self.width(), self.height(), ratio, color.rgb())
        if wanted != self._drawn:
            columns, rows = max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 2)
            read = read_columns(self._peaks, 0.0, self._n_frames / columns, columns)
            if read is None:
                return False
            self._image = tinted(opacity_of(read, rows, 1.0), color)
            self._image.setDevicePixelRatio(ratio)
            self._drawn = wanted
        return True

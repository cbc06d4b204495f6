"""The studio's own icon: a waveform of two rounds in the colours of the stems."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap

from infinite_studio.ui.theme import DARK

SIZES_PX = (16, 24, 32, 48, 64, 128, 256)
_SMALL_PX = 24
_BARS = (
    (0.30, "drums"),
    (0.62, "drums"),
    (0.50, "bass"),
    (0.20, "melody"),
    (0.50, "melody"),
    (0.62, "other"),
    (0.30, "vocals"),
)
_FEW_BARS = ((0.56, "drums"), (0.28, "bass"), (0.56, "melody"), (0.28, "vocals"))


def app_icon() -> QIcon:
    """Return the icon at every size that systems ask for."""
    icon = QIcon()
    for size_px in SIZES_PX:
        icon.addPixmap(QPixmap.fromImage(app_icon_image(size_px)))
    return icon


def app_icon_image(size_px: int) -> QImage:
    """Return the icon as a square picture; small ones have fewer bars, so that they stay sharp."""
    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(DARK.color("raised"))
    margin = size_px / 32
    ground = QRectF(margin, margin, size_px - 2 * margin, size_px - 2 * margin)
    painter.drawRoundedRect(ground, size_px * 0.22, size_px * 0.22)
    bars = _FEW_BARS if size_px <= _SMALL_PX else _BARS
    step = size_px * 0.72 / len(bars)
    width = step * 0.58
    for place, (share, token) in enumerate(bars):
        height = size_px * share
        left = size_px * 0.14 + place * step + (step - width) / 2
        painter.setBrush(DARK.color(token))
        painter.drawRoundedRect(QRectF(left, (size_px - height) / 2, width, height), width / 2, width / 2)
    painter.end()
    return image

"""Drawing peaks into pictures: every pixel's coverage is computed, so that edges are smooth at any scale."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from infinite_studio.ui.timeline.peaks import PeakColumns, PeaksLike

PEAK_OPACITY = 0.45
THINNEST_PX = 1.0


def read_columns(
    peaks: PeaksLike, start_frame: float, frames_per_column: float, n_columns: int
) -> PeakColumns | None:
    """Read as many of the columns as the peaks already cover; None where they cover none."""
    begun = min(max(peaks.n_frames - start_frame, 0.0), n_columns * frames_per_column)
    covered = min(n_columns, int(np.ceil(begun / frames_per_column)))
    if covered == 0:
        return None
    end = min(start_frame + covered * frames_per_column, float(peaks.n_frames))
    return peaks.window(start_frame, max(end, start_frame + min(frames_per_column, 1.0)), covered)


def _coverage(top: NDArray[np.float32], bottom: NDArray[np.float32], height: int) -> NDArray[np.float32]:
    """Share of every pixel between two edges per column, shape ``(height, columns)``."""
    rows = np.arange(height, dtype=np.float32)[:, np.newaxis]
    cover: NDArray[np.float32] = np.minimum(rows + 1.0, bottom) - np.maximum(rows, top)
    np.clip(cover, 0.0, 1.0, out=cover)
    return cover


def _joined(
    low: NDArray[np.float32], high: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Stretch each column to touch the one before it, so that a zoomed-in wave is a line, not dots."""
    joined_low, joined_high = low.copy(), high.copy()
    np.minimum(low[1:], high[:-1], out=joined_low[1:])
    np.maximum(high[1:], low[:-1], out=joined_high[1:])
    return joined_low, joined_high


def opacity_of(columns: PeakColumns, height: int, gain: float) -> NDArray[np.uint8]:
    """Return the picture's opacity, 0 to 255, shape ``(height, columns)``: full scale fills the height."""
    half = np.float32(height / 2)
    scale = np.float32(gain) * half
    low, high = _joined(columns.low, columns.high)
    top = np.clip(half - high * scale, 0.0, height - THINNEST_PX)
    bottom = np.clip(half - low * scale, THINNEST_PX, height)
    thin = np.maximum(np.float32(THINNEST_PX) - (bottom - top), 0.0) / 2
    top, bottom = top - thin, bottom + thin
    spread = np.clip(columns.rms * scale, 0.0, half)
    is_line = thin > 0
    solid_top = np.where(is_line, top, np.maximum(top, half - spread))
    solid_bottom = np.where(is_line, bottom, np.minimum(bottom, half + spread))
    solid = _coverage(solid_top, solid_bottom, height)
    opacity = _coverage(top, bottom, height)
    opacity *= PEAK_OPACITY * 255
    opacity += (255 - opacity) * solid
    return opacity.astype(np.uint8)


@lru_cache(maxsize=64)
def _premultiplied(rgb: int) -> NDArray[np.uint32]:
    """Return the colour at each of 256 opacities, as premultiplied ``0xAARRGGBB``."""
    alpha = np.arange(256, dtype=np.uint32)
    red, green, blue = ((rgb >> shift) & 0xFF for shift in (16, 8, 0))
    channels = ((red, 16), (green, 8), (blue, 0))
    pixels = (alpha << 24).astype(np.uint32)
    for value, shift in channels:
        pixels |= ((alpha * value + 127) // 255 << shift).astype(np.uint32)
    return pixels


def tinted(opacity: NDArray[np.uint8], color: QColor) -> QImage:
    """Make a picture of one colour with the given opacities."""
    height, width = opacity.shape
    pixels = np.ascontiguousarray(_premultiplied(color.rgb() & 0xFFFFFF)[opacity])
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()

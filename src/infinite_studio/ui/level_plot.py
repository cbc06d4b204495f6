"""Level over time as a plot; pyqtgraph is loaded when the first one is made, unless that was done before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from infinite_studio.ui.fonts import caption_font
from infinite_studio.ui.kit.themed import theme_of
from infinite_studio.ui.kit.time_text import duration_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infinite_studio.ui.timeline.peaks import PeaksLike

FLOOR_DB = -60.0
_COLUMNS = 320
_HEIGHT_PX = 130
_HEADROOM_DB = 6.0
_MAX_TICKS = 5
_TICK_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000)


def load_plotting() -> None:
    """Load what draws plots, on any thread: nothing of it is an object of Qt's before a plot is made."""
    import_module("pyqtgraph")


def levels_db(peaks: PeaksLike, n_columns: int = _COLUMNS) -> NDArray[np.float64]:
    """Return the root-mean-square level of each column in dB, never below −60."""
    columns = peaks.window(0.0, float(peaks.n_frames), n_columns)
    rms = np.maximum(np.asarray(columns.rms, dtype=np.float64), 10.0 ** (FLOOR_DB / 20.0))
    return np.asarray(20.0 * np.log10(rms), dtype=np.float64)


def time_ticks(seconds: float) -> list[tuple[float, str]]:
    """Return at most five round times within a sound, with their texts."""
    step = next((step for step in _TICK_SECONDS if seconds / step <= _MAX_TICKS), _TICK_SECONDS[-1])
    return [(float(n * step), duration_text(n * step)) for n in range(1, int(seconds * 0.95 / step) + 1)]


class LevelPlot(QWidget):
    """A filled curve from −60 to 0 dB over the seconds of a sound; not to be dragged or zoomed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        import pyqtgraph

        self._pyqtgraph: Any = pyqtgraph
        self._plot: Any = pyqtgraph.PlotWidget(self, background=None)
        self._curve: Any = self._plot.plot([], [])
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.getPlotItem().getViewBox().setDefaultPadding(0.0)
        self._plot.setYRange(FLOOR_DB, _HEADROOM_DB, padding=0.0)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._plot.setFocusPolicy(self.focusPolicy())
        self._plot.setAccessibleName("Level over time")
        self._plot.getAxis("left").setTicks([[(db, f"−{-db:.0f}" if db else "0") for db in (-48, -24, 0)]])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        self.setFixedHeight(_HEIGHT_PX)

    def show_peaks(self, peaks: PeaksLike, seconds: float) -> None:
        """Draw the level of a sound."""
        levels = levels_db(peaks)
        times = np.linspace(0.0, max(seconds, 0.001), len(levels))
        self._curve.setData(times, levels)
        self._plot.setXRange(0.0, max(seconds, 0.001), padding=0.0)
        self._plot.getAxis("bottom").setTicks([time_ticks(seconds)])
        self.paint_theme()

    def paint_theme(self) -> None:
        """Take over the colours of the theme."""
        theme, make = theme_of(self), self._pyqtgraph
        self._plot.setBackground(theme.color("panel"))
        self._curve.setPen(make.mkPen(theme.color("melody"), width=1.5))
        self._curve.setBrush(make.mkBrush(theme.color("melody", 0.25)))
        self._curve.setFillLevel(FLOOR_DB)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(make.mkPen(theme.color("line")))
            axis.setTextPen(make.mkPen(theme.color("text_tertiary")))
            axis.setStyle(tickFont=caption_font(), tickLength=0)
        self._plot.getAxis("left").setWidth(28)
        self._plot.getAxis("bottom").setHeight(20)

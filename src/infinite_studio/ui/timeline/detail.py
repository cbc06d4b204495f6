"""Peaks with the samples behind them, for zooming in further than a pyramid reaches."""

from dataclasses import dataclass

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.peaks import BASE_FRAMES, Peaks, PeakWindow, sample_window

MOST_FRAMES_READ = 2_000_000


@dataclass(frozen=True, eq=False)
class DetailedPeaks:
    """A pyramid and its decoded sound: coarse columns come from the one, fine columns from the other."""

    peaks: Peaks
    samples: Samples

    @property
    def n_frames(self) -> int:
        """How many frames there are."""
        return self.peaks.n_frames

    def window(self, start_frame: float, end_frame: float, n_columns: int) -> PeakWindow:
        """Return the columns of a range."""
        span = end_frame - start_frame
        if span / n_columns >= BASE_FRAMES or span > MOST_FRAMES_READ:
            return self.peaks.window(start_frame, end_frame, n_columns)
        return sample_window(self.samples, start_frame, end_frame, n_columns)

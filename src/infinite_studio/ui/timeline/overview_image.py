"""The whole project as one small wave."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from infinite_studio.audio.mixing import gain_of_db
from infinite_studio.project.model import Clip, Project
from infinite_studio.ui.timeline.peaks import PeakColumns, PeaksSource
from infinite_studio.ui.timeline.waveform import PEAK_OPACITY, read_columns, tinted

BAR_PX = 3.0
GAP_OPACITY = 0.3
HEADROOM = 0.94


@dataclass(frozen=True, eq=False)
class Loudness:
    """Highest magnitude and root of the summed power of all audible clips, per column."""

    peak: NDArray[np.float32]
    rms: NDArray[np.float32]


def project_loudness(project: Project, peaks_source: PeaksSource, n_columns: int) -> Loudness:
    """Measure the whole project in columns, as far as its peaks are known."""
    peak = np.zeros(n_columns, np.float32)
    power = np.zeros(n_columns, np.float32)
    per_column = max(project.length_frames / n_columns, 1e-9)
    for clip in _audible_clips(project):
        first = min(int(clip.start_frame / per_column), n_columns - 1)
        n_clip = max(1, min(round(clip.length_frames / per_column), n_columns - first))
        columns = _clip_columns(clip, peaks_source, n_clip)
        if columns is not None:
            gain = np.float32(gain_of_db(clip.gain_db))
            part = slice(first, first + len(columns.low))
            peak[part] = np.maximum(peak[part], np.maximum(columns.high, -columns.low) * gain)
            power[part] += np.square(columns.rms * gain)
    return Loudness(peak, np.minimum(np.sqrt(power), peak))


def overview_image(
    project: Project, peaks_source: PeaksSource, width: int, height: int, ratio: float, color: QColor
) -> QImage | None:
    """Draw the project as upright bars with gaps; None where there is nothing to draw."""
    bar = max(2, round(BAR_PX * ratio))
    if project.length_frames == 0 or width < bar or height < 4:
        return None
    loudness = project_loudness(project, peaks_source, -(-width // bar))
    rows = np.abs(np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, np.newaxis]
    solid, faint = (
        np.clip(_half_heights(values, bar, width, height) - rows + 0.5, 0.0, 1.0)
        for values in (loudness.rms, loudness.peak)
    )
    opacity = PEAK_OPACITY * faint + (1 - PEAK_OPACITY * faint) * solid
    opacity *= np.where(np.arange(width) % bar < bar - round(ratio), 1.0, GAP_OPACITY)
    return tinted((opacity * 255).astype(np.uint8), color)


def _half_heights(values: NDArray[np.float32], bar: int, width: int, height: int) -> NDArray[np.float32]:
    half: NDArray[np.float32] = np.repeat(np.clip(values, 0, 1), bar)[:width]
    half = half * np.float32(height / 2 * HEADROOM)
    np.maximum(half, np.float32(0.5), out=half)
    return half


def _clip_columns(clip: Clip, peaks_source: PeaksSource, n_columns: int) -> PeakColumns | None:
    peaks = peaks_source(clip.object_id)
    if peaks is None:
        return None
    return read_columns(peaks, clip.source_offset_frames, clip.length_frames / n_columns, n_columns)


def _audible_clips(project: Project) -> Iterator[Clip]:
    return (clip for track, clip in project.clips() if project.is_audible(track))

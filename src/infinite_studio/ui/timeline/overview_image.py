"""The whole project as one small wave."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from infinite_studio.audio.mixing import gain_of_db
from infinite_studio.project.model import Clip, Project
from infinite_studio.ui.timeline.peaks import PeaksSource
from infinite_studio.ui.timeline.waveform import read_columns, tinted

BAR_COLUMNS = 3
GAP_OPACITY = 0.35
HEADROOM = 0.92


def project_loudness(project: Project, peaks_source: PeaksSource, n_columns: int) -> NDArray[np.float32]:
    """Return the highest magnitude of any audible clip in each column of the whole project."""
    loudest = np.zeros(n_columns, np.float32)
    per_column = max(project.length_frames / n_columns, 1e-9)
    for clip in _audible_clips(project):
        first = int(clip.start_frame / per_column)
        n_clip = max(1, min(round(clip.length_frames / per_column), n_columns - first))
        peaks = peaks_source(clip.object_id)
        columns = None
        if peaks is not None:
            columns = read_columns(peaks, clip.source_offset_frames, clip.length_frames / n_clip, n_clip)
        if columns is not None:
            heard = np.maximum(columns.high, -columns.low) * np.float32(gain_of_db(clip.gain_db))
            part = loudest[first : first + len(heard)]
            np.maximum(part, heard[: len(part)], out=part)
    return loudest


def _audible_clips(project: Project) -> Iterator[Clip]:
    return (clip for track, clip in project.clips() if project.is_audible(track))


def overview_image(
    project: Project, peaks_source: PeaksSource, width: int, height: int, color: QColor
) -> QImage | None:
    """Draw the project as upright bars with gaps; None where there is nothing to draw."""
    if project.length_frames == 0 or width < BAR_COLUMNS or height < 4:
        return None
    loudest = project_loudness(project, peaks_source, -(-width // BAR_COLUMNS))
    half = np.maximum(np.clip(np.repeat(loudest, BAR_COLUMNS)[:width], 0, 1) * height / 2 * HEADROOM, 0.5)
    rows = np.abs(np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, np.newaxis]
    cover = np.clip(half - rows + 0.5, 0.0, 1.0)
    cover[:, BAR_COLUMNS - 1 :: BAR_COLUMNS] *= GAP_OPACITY
    return tinted((cover * 255).astype(np.uint8), color)

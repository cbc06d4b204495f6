"""One scale for all waves: the loudest clip of the project fills its lane, quieter ones look quieter."""

import math

from infinite_studio.audio.mixing import gain_of_db
from infinite_studio.project.model import Clip, Project
from infinite_studio.ui.timeline.peaks import PeaksSource

FILL = 0.96
MOST_GAIN_DB = 18.0
STEP_DB = 1.5


def shared_gain(project: Project, peaks_source: PeaksSource) -> float:
    """Return the factor that all waves are drawn with; in steps, so that a growing sound is not redrawn for ever."""
    loudest = max((_peak_of(clip, peaks_source) for _, clip in project.clips()), default=0.0)
    if loudest <= 0.0:
        return 1.0
    gain_db = min(20 * math.log10(FILL / loudest), MOST_GAIN_DB)
    return max(1.0, 10 ** (math.floor(gain_db / STEP_DB) * STEP_DB / 20))


def _peak_of(clip: Clip, peaks_source: PeaksSource) -> float:
    peaks = peaks_source(clip.object_id)
    if peaks is None or peaks.n_frames == 0:
        return 0.0
    columns = peaks.window(0, peaks.n_frames, 1)
    if len(columns.low) == 0:
        return 0.0
    return max(float(columns.high.max()), -float(columns.low.min())) * gain_of_db(clip.gain_db)

"""A texture of a score as sound."""

import numpy as np

from infinite_studio.engines.sketch.compose.score import Score, ScorePart
from infinite_studio.engines.sketch.sound.chunks import chunks
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.sound.presets import BEDS
from infinite_studio.engines.sketch.sound.textures import unrolled
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.progress import Progress


def add_texture(part: ScorePart, score: Score, brightness: float, onto: Stereo, progress: Progress) -> None:
    """Let a texture sound for as long as its notes say."""
    texture = BEDS[part.spec.instrument]
    bed = texture.bed(part.spec.brightness + brightness)
    for note in part.notes:
        start = score.tempo.frame_of(note.start_beat, SAMPLE_RATE)
        n_frames = min(score.tempo.frame_of(note.end_beat, SAMPLE_RATE), onto.shape[1]) - start
        for where in chunks(n_frames, progress):
            piece = unrolled(bed, where, n_frames, texture.fade_seconds)
            onto[:, start + where.start : start + where.stop] += piece * np.float32(note.velocity)

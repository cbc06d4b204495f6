"""A texture of a score as sound."""

import numpy as np

from infinite_studio.engines.sketch.compose.score import Score, ScorePart
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.sound.presets import BEDS
from infinite_studio.engines.sketch.sound.stroke import Stereo
from infinite_studio.engines.sketch.sound.textures import bed_of, unrolled
from infinite_studio.progress import Progress


class TextureTrack:
    """Lets a texture sound for as long as its notes say.

    Parameters
    ----------
    part : ScorePart
        Whose notes say when it sounds.
    score : Score
        The piece it belongs to.
    brightness : float
        Octaves by which it is brighter, from the mood.
    is_loop : bool
        Whether the end must fade into the beginning: fades out lie behind the notes then.
    """

    def __init__(self, part: ScorePart, score: Score, brightness: float, *, is_loop: bool) -> None:
        texture = BEDS[part.spec.instrument]
        self._bed = bed_of(texture, round(part.spec.brightness + brightness, 2))
        self._rise = texture.rise
        self._fade_frames = int(texture.fade_seconds * SAMPLE_RATE)
        extra = self._fade_frames if is_loop else 0
        self._spans = [
            (
                score.tempo.frame_of(note.start_beat, SAMPLE_RATE),
                score.tempo.frame_of(note.end_beat, SAMPLE_RATE) + extra,
                note.velocity,
            )
            for note in part.notes
        ]

    def add(self, where: slice, onto: Stereo, progress: Progress) -> bool:
        """Add what is heard in a piece of time; say whether anything is."""
        plays = False
        for start, stop, gain in self._spans:
            progress.report(0.0)
            first, last = max(start, where.start), min(stop, where.stop)
            if first < last:
                inside = slice(first - start, last - start)
                piece = unrolled(self._bed, inside, stop - start, self._fade_frames, self._rise)
                onto[:, first - where.start : last - where.start] += piece * np.float32(gain)
                plays = True
        return plays

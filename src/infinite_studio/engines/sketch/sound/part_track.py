"""One part of a score as sound."""

from itertools import pairwise

import numpy as np

from infinite_studio.engines.sketch.compose.score import Score, ScorePart
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.sound.feel import frames_of
from infinite_studio.engines.sketch.sound.presets import PRESETS
from infinite_studio.engines.sketch.sound.voices import Stereo, Stroke
from infinite_studio.engines.sketch.style import Role
from infinite_studio.progress import Progress

_REPORT_EVERY = 16
_SINGLE_VOICED = frozenset({Role.BASS, Role.LEAD})
_LONGEST_KEPT_FRAMES = 12 * SAMPLE_RATE


class PartTrack:
    """Renders the notes of one part; equal notes are synthesised once.

    Parameters
    ----------
    part : ScorePart
        What to play.
    brightness : float
        Octaves by which filters open or close, from the mood.
    """

    def __init__(self, part: ScorePart, brightness: float) -> None:
        self._part = part
        self._voice = PRESETS[part.spec.instrument]
        self._brightness = part.spec.brightness + brightness
        self._sounds: dict[Stroke, Stereo] = {}

    def render(self, score: Score, seed: int, onto: Stereo, progress: Progress) -> None:
        """Add the notes to a buffer."""
        spec, notes = self._part.spec, self._part.notes
        dice = Dice(seed, spec.name, "timing")
        frames = frames_of([note.start_beat for note in notes], score.tempo, score.feel, dice)
        strummed = self._strummed(frames)
        lengths = self._lengths(score)
        previous: int | None = None
        for number, note in enumerate(notes):
            if number % _REPORT_EVERY == 0:
                progress.report(number / len(notes), f"Playing {spec.name}")
            slides = note.start_beat in self._part.glides and previous is not None
            stroke = Stroke(
                note.pitch,
                lengths[number],
                round(note.velocity * 4) / 4,
                self._brightness,
                previous if slides else None,
            )
            self._add(stroke, strummed[number], note.velocity, onto)
            previous = note.pitch

    def _lengths(self, score: Score) -> list[int]:
        """Return how many frames each note is held; single voices stop where their next note begins."""
        notes = self._part.notes
        beats = [note.length_beats for note in notes]
        if self._part.spec.role in _SINGLE_VOICED:
            for number, (note, following) in enumerate(pairwise(notes)):
                gap = following.start_beat - note.start_beat
                beats[number] = min(beats[number], gap) if gap > 0 else beats[number]
        return [max(score.tempo.frame_of(length, SAMPLE_RATE), 480) for length in beats]

    def _strummed(self, frames: list[int]) -> list[int]:
        """Return the frames with the notes of one chord spread from low to high."""
        spread = self._part.spec.strum_ms * SAMPLE_RATE / 1000
        if not spread:
            return frames
        late, count = [], 0
        for number, frame in enumerate(frames):
            count = count + 1 if number and frames[number - 1] == frame else 0
            late.append(frame + round(count * spread))
        return late

    def _add(self, stroke: Stroke, frame: int, velocity: float, onto: Stereo) -> None:
        sound = self._sounds.get(stroke)
        if sound is None:
            made = self._voice.sound(stroke)
            sound = made[np.newaxis] if made.ndim == 1 else made
            if sound.shape[1] <= _LONGEST_KEPT_FRAMES:
                self._sounds[stroke] = sound
        end = min(frame + sound.shape[1], onto.shape[1])
        if end > frame:
            onto[:, frame:end] += sound[:, : end - frame] * np.float32(velocity)

"""One part of a score as sound."""

from itertools import pairwise

import numpy as np

from infinite_studio.engines.sketch.compose.score import Score, ScorePart
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.sound.feel import frames_of
from infinite_studio.engines.sketch.sound.player import Cue, Player
from infinite_studio.engines.sketch.sound.presets import PRESETS
from infinite_studio.engines.sketch.sound.sampled import Sampled
from infinite_studio.engines.sketch.sound.stroke import Stereo, Stroke
from infinite_studio.engines.sketch.style import Role
from infinite_studio.progress import Progress

_SINGLE_VOICED = frozenset({Role.BASS, Role.LEAD})
_KEPT_FRAMES = 2**23
_FORCE_STEPS = 4


class PartTrack:
    """Plays the notes of one part; equal notes are synthesised once.

    Parameters
    ----------
    part : ScorePart
        What to play.
    score : Score
        The piece it belongs to.
    seed : int
        Of the part's stem, for its micro-timing.
    brightness : float
        Octaves by which filters open or close, from the mood.

    Raises
    ------
    SoundFontError
        If the part wants a SoundFont that cannot be played.
    """

    def __init__(self, part: ScorePart, score: Score, seed: int, brightness: float) -> None:
        self._part = part
        font = part.spec.soundfont
        self._voice = PRESETS[part.spec.instrument] if font is None else Sampled.of(font)
        self._brightness = part.spec.brightness + brightness
        self._wobble_hz = score.tempo.bpm / 60.0 / part.spec.wobble_beats
        self._sounds: dict[object, Stereo] = {}
        self._kept_frames = 0
        self._player = Player(self._cues(score, seed), self._sound)

    def add(self, where: slice, onto: Stereo, progress: Progress) -> bool:
        """Add what is heard in a piece of time; say whether anything is."""
        plays = False
        for cue, place, sound in self._player.heard(where, progress):
            onto[:, place] += sound * np.float32(cue.gain)
            plays = True
        return plays

    def _cues(self, score: Score, seed: int) -> list[Cue]:
        spec, notes = self._part.spec, self._part.notes
        dice = Dice(seed, spec.name, "timing")
        frames = frames_of([note.start_beat for note in notes], score.tempo, score.feel, dice)
        cues = []
        previous: int | None = None
        for note, frame, n_held in zip(notes, self._strummed(frames), self._lengths(score), strict=True):
            slides = note.start_beat in self._part.glides and previous is not None
            stroke = Stroke(
                note.pitch,
                n_held,
                round(note.velocity * _FORCE_STEPS) / _FORCE_STEPS,
                self._brightness,
                previous if slides else None,
                self._wobble_hz,
            )
            cues.append(Cue(frame, stroke, note.velocity))
            previous = note.pitch
        return cues

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
        """Return the frames with the notes of one chord spread from low to high, all of them as late as the part plays."""
        behind = round(self._part.spec.late_ms * SAMPLE_RATE / 1000)
        spread = self._part.spec.strum_ms * SAMPLE_RATE / 1000
        late, count = [], 0
        for number, frame in enumerate(frames):
            count = count + 1 if number and frames[number - 1] == frame else 0
            late.append(max(frame + behind + round(count * spread), 0))
        return late

    def _sound(self, cue: Cue) -> Stereo:
        found = self._sounds.get(cue.key)
        if found is None:
            assert isinstance(cue.key, Stroke)
            made = self._voice.sound(cue.key)
            found = made[np.newaxis] if made.ndim == 1 else made
            self._keep(cue.key, found)
        return found

    def _keep(self, stroke: Stroke, sound: Stereo) -> None:
        """Remember a sound, and forget all others when they have become too many."""
        self._kept_frames += sound.size
        if self._kept_frames > _KEPT_FRAMES:
            self._sounds.clear()
            self._kept_frames = sound.size
        self._sounds[stroke] = sound

"""The drums of a score as sound."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from infinite_studio.engines.sketch.compose.score import Hit, Score
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.sound.drums.kit import DRUM_VOICES, tuning
from infinite_studio.engines.sketch.sound.effects import pan_gains
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, band, ramp
from infinite_studio.engines.sketch.sound.feel import frames_of
from infinite_studio.engines.sketch.sound.player import Cue, Player
from infinite_studio.engines.sketch.sound.stroke import Stereo
from infinite_studio.engines.sketch.style import KitPiece
from infinite_studio.progress import Progress

_VARIANTS = 3
_BRIGHT_DRUMS = ("hat", "ride", "shaker", "crash", "splash", "tambourine")
_SOFT_VELOCITY = 0.5
_SOFT_HZ = 7000.0
_Key = tuple[str, int, bool]


class DrumTrack:
    """Plays hits; drums with a pitch are tuned to the key; each of three variants of a stroke is synthesised once.

    Parameters
    ----------
    kit : Mapping of str to KitPiece
        The drums by name.
    score : Score
        The hits and when they are.
    seed : int
        Of the drums, for their micro-timing.
    brightness : float
        −1 to 1: level of hats and cymbals.
    """

    def __init__(self, kit: Mapping[str, KitPiece], score: Score, seed: int, brightness: float) -> None:
        self._kit = kit
        self._brightness = brightness
        self._tonic = score.key.tonic
        self._strokes: dict[_Key, Stereo] = {}
        self._gains = {drum: self._gain(piece) for drum, piece in kit.items()}
        cues = self._cues(score, Dice(seed, "drum timing"))
        self.kicks = tuple(cue.start for cue in cues if self._piece(cue).sound.startswith("kick"))
        self._player = Player(cues, self._sound)
        self._loudest = max((self._peak(cue) for cue in cues), default=0.0)

    @property
    def peak(self) -> float:
        """Magnitude of the loudest single stroke."""
        return self._loudest

    @property
    def sends(self) -> bool:
        """Whether anything goes to the room."""
        return any(piece.reverb for piece in self._kit.values())

    def add(self, where: slice, dry: Stereo, send: Mono, progress: Progress) -> None:
        """Add what is heard in a piece of time, and what of it goes to the room."""
        for cue, place, sound in self._player.heard(where, progress):
            piece = self._piece(cue)
            sides = pan_gains(piece.pan) * np.float32(cue.gain)
            dry[0, place] += sound[0] * sides[0]
            dry[1, place] += sound[0] * sides[1]
            if piece.reverb:
                send[place] += sound[0] * np.float32(cue.gain * piece.reverb)

    def _cues(self, score: Score, dice: Dice) -> list[Cue]:
        frames = frames_of([hit.beat for hit in score.hits], score.tempo, score.feel, dice)
        stops = self._choked(score.hits, frames)
        turns: Counter[str] = Counter()
        cues = []
        for number, (hit, frame) in enumerate(zip(score.hits, frames, strict=True)):
            key: _Key = (hit.drum, turns[hit.drum] % _VARIANTS, hit.velocity < _SOFT_VELOCITY)
            turns[hit.drum] += 1
            late = round(self._kit[hit.drum].late_ms * SAMPLE_RATE / 1000)
            cues.append(
                Cue(max(frame + late, 0), key, hit.velocity * self._gains[hit.drum], stops.get(number))
            )
        return cues

    def _gain(self, piece: KitPiece) -> float:
        bright_db = 3.0 * self._brightness if piece.sound.startswith(_BRIGHT_DRUMS) else 0.0
        return float(10.0 ** ((piece.gain_db + bright_db) / 20.0))

    def _piece(self, cue: Cue) -> KitPiece:
        return self._kit[_key(cue)[0]]

    def _peak(self, cue: Cue) -> float:
        drum, _, soft = _key(cue)
        return cue.gain * float(np.abs(self._stroke((drum, 0, soft))).max())

    def _sound(self, cue: Cue) -> Stereo:
        return self._stroke(_key(cue))

    def _stroke(self, key: _Key) -> Stereo:
        found = self._strokes.get(key)
        if found is None:
            drum, variant, soft = key
            piece = self._kit[drum]
            tune = tuning(piece.sound, piece.tune_semitones, self._tonic)
            found = _struck(piece.sound, tune, piece.decay, variant, soft)
            self._strokes[key] = found
        return found

    def _choked(self, hits: tuple[Hit, ...], frames: list[int]) -> dict[int, int]:
        """Return where open hats are cut off by the next hat."""
        stops: dict[int, int] = {}
        ringing: int | None = None
        for number, hit in enumerate(hits):
            sound = self._kit[hit.drum].sound
            if sound.startswith("hat"):
                if ringing is not None and frames[number] > frames[ringing]:
                    stops[ringing] = frames[number]
                ringing = number if sound.endswith("open") else None
        return stops


@lru_cache(maxsize=256)
def _struck(sound: str, tune: float, decay: float, variant: int, soft: bool) -> Stereo:
    """Return a stroke, kept for the next piece that wants it."""
    stroke = DRUM_VOICES[sound](tune, decay, variant)
    if soft:
        stroke = band(stroke, 5.0, _SOFT_HZ, order=1)
        stroke[-64:] *= ramp(64)[::-1]
    stroke.flags.writeable = False
    return stroke[np.newaxis]


def _key(cue: Cue) -> _Key:
    assert isinstance(cue.key, tuple)
    return cue.key

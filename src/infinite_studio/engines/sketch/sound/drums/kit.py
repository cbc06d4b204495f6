"""Every drum by its name, and how drums with a pitch are tuned to a key."""

import math
from collections.abc import Mapping

from infinite_studio.engines.sketch.sound.drums.kicks import KICKS
from infinite_studio.engines.sketch.sound.drums.metal import METAL
from infinite_studio.engines.sketch.sound.drums.skins import SKINS
from infinite_studio.engines.sketch.sound.drums.small import SMALL
from infinite_studio.engines.sketch.sound.drums.snares import SNARES
from infinite_studio.engines.sketch.sound.drums.strokes import DrumVoice

DRUM_VOICES: Mapping[str, DrumVoice] = {**KICKS, **SNARES, **METAL, **SKINS, **SMALL}
_RESTING_HZ: Mapping[str, float] = {
    "kick-808": 47.0,
    "kick-909": 49.0,
    "kick-acoustic": 57.0,
    "kick-techno": 46.0,
    "kick-soft": 52.0,
    "kick-deep": 47.0,
    "kick-distorted": 48.0,
    "kick-tight": 66.0,
    "kick-chip": 60.0,
    "boom": 34.0,
    "snare-trap": 205.0,
    "snare-acoustic": 186.0,
    "snare-909": 200.0,
    "snare-soft": 178.0,
    "snare-drill": 238.0,
    "snare-dubstep": 195.0,
    "snare-tight": 228.0,
    "snare-gated": 175.0,
    "tom": 118.0,
    "tom-low": 84.0,
    "tom-high": 158.0,
    "conga": 258.0,
    "bongo": 410.0,
    "timbale": 310.0,
    "log-drum": 68.0,
    "taiko": 72.0,
    "timpani": 98.0,
    "cowbell": 540.0,
    "agogo": 905.0,
    "woodblock": 940.0,
}
_A_HZ, _A_PITCH_CLASS = 440.0, 9


def tuning(sound: str, semitones: float, tonic: int) -> float:
    """Return the factor on a drum's frequencies: so many semitones, and from there to the nearest tonic of a key.

    A fifth would do for one drum alone, but with the third partials of the tonic a whole kit of them pulls the piece
    into the key of its dominant. Drums without a pitch get the semitones alone.
    """
    hz = _RESTING_HZ.get(sound)
    if hz is None:
        return float(2.0 ** (semitones / 12))
    pitch_class = 12 * math.log2(hz / _A_HZ) + _A_PITCH_CLASS + semitones
    away = (tonic - pitch_class + 6.0) % 12.0 - 6.0
    return float(2.0 ** ((semitones + away) / 12))

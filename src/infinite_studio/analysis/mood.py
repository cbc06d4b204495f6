"""What a sound feels like, by a rule from the literature."""

import math

import numpy as np

from infinite_studio.analysis.character import Character
from infinite_studio.analysis.findings import Mood
from infinite_studio.music.key import Key, Mode

_WORDS = ("happy", "joyful", "energetic", "tense", "dark", "sad", "still", "calm")
_BALANCED, _BALANCED_RADIUS = "balanced", 0.12
_SLOWEST_BPM, _FASTEST_BPM = 60.0, 170.0
_SOFTEST_LUFS, _LOUDEST_LUFS = -35.0, -9.0
_MODE_VALENCE = 0.45


def mood_of(
    tempo_bpm: float | None,
    key: Key | None,
    key_confidence: float,
    loudness_lufs: float | None,
    character: Character,
) -> Mood | None:
    """Say what a sound feels like.

    Parameters
    ----------
    tempo_bpm : float or None
        Its tempo.
    key : Key or None
        Its key.
    key_confidence : float
        0 to 1; an unsure mode counts half.
    loudness_lufs : float or None
        Integrated loudness.
    character : Character
        Density, brightness and energy.

    Returns
    -------
    Mood or None
        None for silence.

    Notes
    -----
    Structural cues of emotion after the review of Gabrielsson and Lindström 2010. Arousal rises with tempo (0.3),
    loudness (0.2), density of onsets (0.3) and brightness (0.2), each from 0 to 1. Valence rises with major and
    falls with minor mode (0.45), rises with tempo (0.25) and brightness (0.15), and falls where a sound is loud and
    dense without a key (0.15). Words lie at every 45 degrees of the circumplex of Russell 1980, from happy at
    pleasant over tense to calm.
    """
    if loudness_lufs is None and character.energy == 0.0:
        return None
    pace = (
        character.density
        if tempo_bpm is None
        else _share(math.log2(tempo_bpm), math.log2(_SLOWEST_BPM), math.log2(_FASTEST_BPM))
    )
    level = 0.5 if loudness_lufs is None else _share(loudness_lufs, _SOFTEST_LUFS, _LOUDEST_LUFS)
    brightness, density = character.brightness, min(character.density * 1.5, 1.0)
    arousal = 2 * (0.3 * pace + 0.2 * level + 0.3 * density + 0.2 * brightness) - 1
    valence = 0.25 * (2 * pace - 1) + 0.15 * (2 * brightness - 1)
    if key is None:
        valence -= 0.15 * level * density
    else:
        sure = 0.5 + 0.5 * min(2 * key_confidence, 1.0)
        valence += _MODE_VALENCE * sure * (1 if key.mode is Mode.MAJOR else -1)
    valence, arousal = float(np.clip(valence * 1.3, -1, 1)), float(np.clip(arousal * 1.3, -1, 1))
    return Mood(round(valence, 3), round(arousal, 3), word_of(valence, arousal))


def word_of(valence: float, arousal: float) -> str:
    """Return the word that lies nearest on the circumplex.

    Parameters
    ----------
    valence, arousal : float
        −1 to 1.

    Returns
    -------
    str
        ``balanced`` near the middle.
    """
    if math.hypot(valence, arousal) < _BALANCED_RADIUS:
        return _BALANCED
    return _WORDS[round(math.degrees(math.atan2(arousal, valence)) / 45) % 8]


MOOD_WORDS = {
    word: (math.cos(math.radians(45 * place)), math.sin(math.radians(45 * place)))
    for place, word in enumerate(_WORDS)
}
"""Valence and arousal of each word."""


def _share(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))

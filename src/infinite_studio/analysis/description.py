"""A sound in words, as a prompt that could make another one like it."""

from infinite_studio.analysis.character import Character
from infinite_studio.analysis.findings import Mood
from infinite_studio.music.key import Key

_DARK, _BRIGHT = 0.3, 0.65
_SPARSE, _BUSY = 0.15, 0.55
_SOFT, _DRIVING = 0.3, 0.7


def prompt_of(
    style: str | None, mood: Mood | None, character: Character, tempo_bpm: float | None, key: Key | None
) -> str:
    """Describe a sound as a prompt.

    Parameters
    ----------
    style : str or None
        Name of the style that it is like.
    mood : Mood or None
        What it feels like.
    character : Character
        Density, brightness and energy.
    tempo_bpm : float or None
        Its tempo.
    key : Key or None
        Its key.

    Returns
    -------
    str
        Such as ``lo-fi hip hop, calm, dark, 84 bpm, D minor``; empty for silence.
    """
    words = [style or ""]
    if mood is not None:
        words.append("" if mood.word == "balanced" else mood.word)
        words.append(_word(character.brightness, _DARK, _BRIGHT, "dark", "bright"))
        words.append(_word(character.density, _SPARSE, _BUSY, "sparse", "busy"))
        words.append(_word(character.energy, _SOFT, _DRIVING, "soft", "driving"))
    words.append("" if tempo_bpm is None else f"{round(tempo_bpm, 1):g} bpm")
    words.append("" if key is None else str(key))
    return ", ".join(dict.fromkeys(word for word in words if word))


def _word(value: float, low: float, high: float, below: str, above: str) -> str:
    if value <= low:
        return below
    return above if value >= high else ""

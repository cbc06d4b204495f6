"""What mood a piece is in: its words, its energy, and what it should be like."""

from infinite_studio.engines.sketch.choices.style_choice import style_density
from infinite_studio.engines.sketch.prompt.moods import Mood
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.engines.sketch.style import Style
from infinite_studio.music.blueprint import Blueprint

_MOST = 0.8


def choose_mood(like: Blueprint | None, reading: PromptReading, style: Style) -> Mood:
    """Return everything that the prompt and the piece to follow say about the mood."""
    mood = Mood()
    for _, found in reading.moods:
        mood = mood.plus(found)
    if reading.energy is not None:
        wished = 2.0 * reading.energy - 1.0
        mood = mood.plus(Mood(energy=0.8 * wished, density=0.5 * wished))
    if like is None:
        return mood
    return mood.plus(
        Mood(
            density=_towards(like.density - style_density(style)),
            brightness=_towards(like.brightness - style.brightness),
            energy=_towards(like.energy - style.energy),
        )
    )


def _towards(difference: float) -> float:
    return min(max(1.5 * difference, -_MOST), _MOST)

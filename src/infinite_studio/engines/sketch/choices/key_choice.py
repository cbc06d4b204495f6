"""Which key a piece is in."""

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.prompt.moods import BRIGHT_MAJOR_WORDS, Mood
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import Style
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.key_finding import guess_key

SAME_KEY_CLOSENESS = 0.25
_STEP = 5  # has no divisor in common with twelve, so that it comes by every tonic


def choose_key(request: GenerationRequest, reading: PromptReading, style: Style, mood: Mood) -> Key:
    """Return the key asked for, else that of the melody, else that of the piece to follow, else one that suits."""
    if request.key is not None:
        return request.key
    wished = reading.mode or mood.mode
    if request.melody and reading.tonic is None:
        found = guess_key(request.melody, reading.mode)
        if found is not None:
            return found
    tonic = _tonic_of(request.seed, style)
    minor = Dice(request.seed, "key").chance(style.harmony.minor_share)
    like = request.like.key if request.like is not None else None
    mode = wished or (None if like is None else like.mode)
    if mode is None and any(name in BRIGHT_MAJOR_WORDS for name, _ in reading.moods):
        mode = Mode.MAJOR
    if mode is None:
        mode = Mode.MINOR if minor else Mode.MAJOR
    if reading.tonic is not None:
        return Key(reading.tonic, mode)
    if like is not None and (request.closeness >= SAME_KEY_CLOSENESS or request.is_continuation):
        return like if like.mode is mode else like.relative
    return Key(tonic, mode)


def _tonic_of(seed: int, style: Style) -> int:
    """Return another tonic for each of twelve seeds in a row: who re-rolls does not hear the same chords again."""
    return (Dice(0, "tonic", style.name).below(12) + _STEP * seed) % 12

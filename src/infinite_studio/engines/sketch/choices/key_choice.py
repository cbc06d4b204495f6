"""Which key a piece is in."""

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.prompt.moods import BRIGHT_MAJOR_WORDS, Mood
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import Style
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.key_finding import guess_key

SAME_KEY_CLOSENESS = 0.25
_COMMON_TONICS = (0, 2, 4, 5, 7, 9, 1, 3, 6, 8, 10, 11)


def choose_key(request: GenerationRequest, reading: PromptReading, style: Style, mood: Mood) -> Key:
    """Return the key asked for, else that of the melody, else that of the piece to follow, else one that suits."""
    if request.key is not None:
        return request.key
    wished = reading.mode or mood.mode
    if request.melody and reading.tonic is None:
        found = guess_key(request.melody, reading.mode)
        if found is not None:
            return found
    dice = Dice(request.seed, "key")
    tonic, minor = dice.pick(_COMMON_TONICS), dice.chance(style.harmony.minor_share)
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

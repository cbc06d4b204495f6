"""`read_prompt`: everything that a prompt says, before anything is decided."""

import re
from dataclasses import dataclass

from infinite_studio.engines.sketch.prompt import numbers
from infinite_studio.engines.sketch.prompt.text import PromptText, any_of
from infinite_studio.engines.sketch.prompt.words import INSTRUMENT_WORDS, MOODS, STOP_WORDS, Mood, Named
from infinite_studio.engines.sketch.style import Style
from infinite_studio.engines.sketch.style_library import StyleLibrary, folded
from infinite_studio.music.key import Mode

_MOOD_NAMES = {folded(name): name for name in MOODS}
_INSTRUMENTS = {folded(name): named for name, named in INSTRUMENT_WORDS.items()}
_MOOD = any_of(list(MOODS))
_INSTRUMENT = any_of(list(INSTRUMENT_WORDS))
_ONE = _INSTRUMENT.pattern
_DROPPED = re.compile(
    rf"(?<!\w)(?:no|without|minus|remove|not)\s+(?:any\s+|the\s+)?"
    rf"(?P<list>{_ONE}(?:\s*(?:,|,?\s*\band\b|,?\s*\bor\b|,?\s*\bnor\b|&|/)\s*(?:no\s+|the\s+)?{_ONE})*)"
    rf"|(?<!\w)(?P<less>drum|bass|beat)less(?!\w)",
    re.IGNORECASE,
)
_LESS = {"drum": "drums", "beat": "drums", "bass": "bass"}


@dataclass(frozen=True)
class PromptReading:
    """What a prompt says; None and empty for what it leaves open."""

    style: Style | None
    tempo_bpm: float | None
    tonic: int | None
    mode: Mode | None
    bars: float | None
    duration_seconds: float | None
    moods: tuple[tuple[str, Mood], ...]
    dropped: tuple[Named, ...]
    added: tuple[tuple[Named, str], ...]
    unknown_words: tuple[str, ...]


def read_prompt(prompt: str, library: StyleLibrary) -> PromptReading:
    """Read a prompt of any length in any script."""
    text = PromptText(prompt)
    duration_seconds = numbers.take_seconds(text)
    bars = numbers.take_bars(text)
    tempo_bpm = numbers.take_tempo(text)
    tonic, mode = numbers.take_key(text)
    dropped = _dropped(text)
    style = text.take_first(any_of(list(library.names)))
    _repeated(text, library, style)
    added = tuple((_INSTRUMENTS[folded(found.group())], found.group()) for found in text.take(_INSTRUMENT))
    moods = tuple(dict.fromkeys(_MOOD_NAMES[folded(found.group())] for found in text.take(_MOOD)))
    if tempo_bpm is None:
        tempo_bpm = numbers.take_bare_tempo(text)
    return PromptReading(
        style=None if style is None else library.called(style.group()),
        tempo_bpm=tempo_bpm,
        tonic=tonic,
        mode=mode,
        bars=bars,
        duration_seconds=duration_seconds,
        moods=tuple((name, MOODS[name]) for name in moods),
        dropped=dropped,
        added=added,
        unknown_words=tuple(word for word in text.remaining_words() if word.casefold() not in STOP_WORDS),
    )


def _dropped(text: PromptText) -> tuple[Named, ...]:
    """Return what is not wanted, as in “no drums or bass” and “drumless”."""
    dropped: dict[Named, None] = {}
    for match in text.take(_DROPPED):
        if match["less"]:
            dropped[_INSTRUMENTS[_LESS[match["less"].casefold()]]] = None
        for found in _INSTRUMENT.finditer(match["list"] or ""):
            dropped[_INSTRUMENTS[folded(found.group())]] = None
    return tuple(dropped)


def _repeated(text: PromptText, library: StyleLibrary, style: re.Match[str] | None) -> None:
    """Take the same style named again in other words, so that it is not called unknown."""
    if style is not None:
        chosen = library.called(style.group()).name
        same = [name for name, owner in library.names.items() if owner == chosen]
        for _ in text.take(any_of(same)):
            pass

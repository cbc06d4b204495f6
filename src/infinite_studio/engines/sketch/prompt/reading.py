"""`read_prompt`: everything that a prompt says, before anything is decided."""

import re
from dataclasses import dataclass

from infinite_studio.engines.sketch.prompt import numbers
from infinite_studio.engines.sketch.prompt.fillers import STOP_WORDS
from infinite_studio.engines.sketch.prompt.instrument_words import INSTRUMENT_WORDS, Named
from infinite_studio.engines.sketch.prompt.moods import MOODS, Mood
from infinite_studio.engines.sketch.prompt.text import PromptText, any_of
from infinite_studio.engines.sketch.style import Style
from infinite_studio.engines.sketch.style_library import StyleLibrary, folded
from infinite_studio.music.key import Mode

_MOOD_NAMES = {folded(name): name for name in MOODS}
_INSTRUMENTS = {folded(name): named for name, named in INSTRUMENT_WORDS.items()}
_MOOD = any_of(list(MOODS))
_INSTRUMENT = any_of(list(INSTRUMENT_WORDS))
_ONE = _INSTRUMENT.pattern
_LIST = rf"{_ONE}(?:(?:\s*,\s*(?:no\s+|the\s+)?{_ONE}){{0,8}}(?:\s*(?:,?\s*\b(?:and|or|nor)\b|&|/)\s*(?:no\s+|the\s+)?{_ONE}){{1,4}})?"
"""Instruments joined by and, or, commas: “no drums, walking bass” leaves out the drums alone."""
_ONLY = re.compile(
    rf"(?<!\w)(?:only|nothing\s+but|solo)\s+(?:the\s+|a\s+)?(?P<list>{_LIST})"
    rf"|(?P<before>{_LIST})\s+(?:only|alone|solo)(?!\w)",
    re.IGNORECASE,
)
_DROPPED = re.compile(
    rf"(?<!\w)(?:no|without|minus|remove|not)\s+(?:any\s+|the\s+)?"
    rf"(?P<list>{_LIST})"
    rf"|(?<!\w)(?P<less>drum|bass|beat)less(?!\w)",
    re.IGNORECASE,
)
_LOOP = re.compile(
    r"(?<!\w)(?:seamless(?:ly)?\s+)?(?:loops?|looped|looping|loopable|seamless)(?!\w)", re.IGNORECASE
)
_TRANSPOSED = re.compile(r"(?<!\w)transposed?(?!\w)", re.IGNORECASE)
_OCTAVE = re.compile(
    r"(?<!\w)(?:(?P<count>one|an|two|1|2)\s+)?octaves?\s+(?P<way>up|higher|down|lower)(?!\w)", re.IGNORECASE
)
_SWUNG = re.compile(
    r"(?<!\w)(?:(?P<straight>straight(?:\s+(?:eighths|sixteenths|feel))?|unswung|no\s+swing)"
    r"|swing(?:ing)?|swung|shuffled?|shuffling)(?!\w)",
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
    only: tuple[Named, ...]
    added: tuple[tuple[Named, str], ...]
    energy: float | None
    is_loop: bool
    transposes: bool
    octaves: int
    swings: bool | None
    unknown_words: tuple[str, ...]


def read_prompt(prompt: str, library: StyleLibrary) -> PromptReading:
    """Read a prompt of any length in any script."""
    text = PromptText(prompt)
    duration_seconds = numbers.take_seconds(text)
    bars = numbers.take_bars(text)
    tempo_bpm = numbers.take_tempo(text)
    energy = numbers.take_energy(text)
    tonic, mode = numbers.take_key(text)
    octaves, transposes = _octaves(text), text.take_first(_TRANSPOSED) is not None
    dropped = _dropped(text)
    only = _only(text)
    style = _style(text, library)
    added = tuple((_INSTRUMENTS[folded(found.group())], found.group()) for found in text.take(_INSTRUMENT))
    moods = tuple(dict.fromkeys(_MOOD_NAMES[folded(found.group())] for found in text.take(_MOOD)))
    is_loop = bool([*text.take(_LOOP)])
    if tempo_bpm is None:
        tempo_bpm = numbers.take_bare_tempo(text)
    return PromptReading(
        style=style,
        tempo_bpm=tempo_bpm,
        tonic=tonic,
        mode=mode,
        bars=bars,
        duration_seconds=duration_seconds,
        moods=tuple((name, MOODS[name]) for name in moods),
        dropped=dropped,
        only=only,
        added=added,
        energy=energy,
        is_loop=is_loop,
        transposes=transposes,
        octaves=octaves,
        swings=_swings(text),
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


def _only(text: PromptText) -> tuple[Named, ...]:
    """Return what alone is wanted, as in “piano and bass only”."""
    match = text.take_first(_ONLY)
    if match is None:
        return ()
    words = _INSTRUMENT.finditer(match["list"] or match["before"])
    return tuple(dict.fromkeys(_INSTRUMENTS[folded(found.group())] for found in words))


def _octaves(text: PromptText) -> int:
    """Return by how many octaves a melody should be moved."""
    match = text.take_first(_OCTAVE)
    if match is None:
        return 0
    count = 2 if (match["count"] or "").casefold() in {"two", "2"} else 1
    return count if match["way"].casefold() in {"up", "higher"} else -count


def _swings(text: PromptText) -> bool | None:
    """Return whether a prompt wants swing or none; None where it does not say."""
    match = text.take_first(_SWUNG)
    return None if match is None else not match["straight"]


def _style(text: PromptText, library: StyleLibrary) -> Style | None:
    """Return the first style that is named, else the first that is hinted at; all its other words count as understood."""
    found = text.take_first(any_of(list(library.names)))
    if found is None and library.hints:
        found = text.take_first(any_of(list(library.hints)))
    if found is None:
        return None
    style = library.called(found.group())
    for _ in text.take(any_of(list(library.words_of(style.name)))):
        pass
    return style

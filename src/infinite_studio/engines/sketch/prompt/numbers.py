"""Tempo, key and length as people write them."""

import re

from infinite_studio.engines.sketch.prompt.text import PromptText
from infinite_studio.music.key import Key, Mode

_NUMBER = r"(?P<number>\d{1,7}(?:[.,]\d{1,6})?)"
_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_TENS = {"twenty": 20, "twenty-four": 24, "thirty": 30, "thirty-two": 32, "sixty": 60, "sixty-four": 64}
_COUNTS = {word: count for count, word in enumerate(_ONES.split(), 1)} | _TENS
_COUNT = rf"(?:{_NUMBER}|(?P<word>{'|'.join(sorted(_COUNTS, key=len, reverse=True))}))"

_TEMPO = re.compile(
    rf"(?<![\w.,]){_NUMBER}[\s\-]*(?:bpm|beats[\s\-]+per[\s\-]+minute)(?!\w)"
    rf"|(?<!\w)(?:tempo|bpm)(?:\s+(?:of|is|at)|\s*[:=])?\s*(?P<after>\d{{1,7}}(?:[.,]\d{{1,6}})?)(?![\w:])",
    re.IGNORECASE,
)
_BARE_TEMPO = re.compile(r"(?<![\w.,:#])(?P<number>\d{2,3})(?![\w:#]|[.,]\d)")
_BARE_TEMPO_RANGE = (50.0, 220.0)
_BARS = re.compile(rf"(?<![\w.,]){_COUNT}[\s\-]*(?:bars?|measures?)(?!\w)", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\w:.])(?P<minutes>\d{1,5}):(?P<seconds>[0-5]\d(?:\.\d{1,6})?)(?![\w:])")
_UNITS = {
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "m": 60.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
}
_SPAN = re.compile(
    rf"(?<![\w.,])(?!(?:[789]0|808|909|707|303)s(?!\w)){_COUNT}[\s\-]*(?P<unit>seconds?|secs?|s|minutes?|mins?|hours?|h)(?!\w)"
    r"(?:\s*(?:and|,)?\s*(?P<more>\d{1,2}(?:\.\d{1,6})?)[\s\-]*(?:seconds?|secs?|s)(?!\w))?",
    re.IGNORECASE,
)
_ACCIDENTAL = r"(?:\s?[#♯♭]|[b](?!\w)|b(?=m(?!\w|a))|[\s\-]?(?:sharp|flat))?"
_KEY_WITH_MODE = re.compile(
    rf"(?<![\w#])(?:in\s+)?(?:the\s+)?(?:key\s+of\s+)?(?P<tonic>[a-g]{_ACCIDENTAL})[\s\-]*(?P<mode>major|minor|maj|min|moll|dur)(?!\w)",
    re.IGNORECASE,
)
_KEY_SHORT = re.compile(r"(?<![\w#])(?P<tonic>[A-G][#♯♭b]?)(?P<mode>m)(?![\w'’])")
_KEY_TONIC = re.compile(
    r"(?<![\w#])(?:(?:[Ii]n|[Kk]ey(?:\s+of)?:?)\s+)(?P<tonic>[A-G](?:[#♯♭]|b(?!\w)|[\s\-](?:sharp|flat))?)(?![\w'’#])"
)
_MODE_WORD = re.compile(r"(?<!\w)(?P<mode>major|minor)(?!\w)", re.IGNORECASE)

_ENERGY = re.compile(
    r"(?<!\w)energy(?:\s+level)?(?:\s+(?:of|is|at)|\s*[:=])?\s*"
    r"(?P<number>\d{1,3}(?:[.,]\d{1,4})?)\s*(?P<scale>%|percent|/\s*10(?!\d))?(?![\w.])",
    re.IGNORECASE,
)


def take_energy(text: PromptText) -> float | None:
    """Return the energy that a prompt asks for in numbers, 0 to 1: of one, of ten or in per cent."""
    match = text.take_first(_ENERGY)
    if match is None:
        return None
    number, scale = _value(match["number"]), (match["scale"] or "").casefold()
    if scale in {"%", "percent"} or (not scale and number > 10):
        number /= 100
    elif scale or number > 1:
        number /= 10
    return min(number, 1.0)


def take_tempo(text: PromptText) -> float | None:
    """Return the tempo that a prompt asks for in numbers, beats per minute."""
    match = text.take_first(_TEMPO)
    return None if match is None else _value(match["number"] or match["after"])


def take_bare_tempo(text: PromptText) -> float | None:
    """Return a number without a unit that can only be a tempo, as in “trap 140”."""
    low, high = _BARE_TEMPO_RANGE
    match = text.take_first(_BARE_TEMPO, lambda found: low <= float(found["number"]) <= high)
    return None if match is None else float(match["number"])


def take_bars(text: PromptText) -> float | None:
    """Return the length that a prompt asks for in bars."""
    match = text.take_first(_BARS)
    return None if match is None else _counted(match)


def take_seconds(text: PromptText) -> float | None:
    """Return the length that a prompt asks for in seconds, minutes or as a clock time."""
    clock = text.take_first(_CLOCK)
    if clock is not None:
        return float(clock["minutes"]) * 60.0 + float(clock["seconds"])
    match = text.take_first(_SPAN)
    if match is None:
        return None
    unit = match["unit"].casefold()
    scale = _UNITS.get(unit) or _UNITS[unit.removesuffix("s")]
    return _counted(match) * scale + float(match["more"] or 0.0)


def take_key(text: PromptText) -> tuple[int | None, Mode | None]:
    """Return tonic and mode that a prompt asks for; None for what it leaves open."""
    for pattern in (_KEY_WITH_MODE, _KEY_SHORT):
        match = text.take_first(pattern)
        if match is not None:
            key = Key.parse(f"{_plain(match['tonic'])} {match['mode']}")
            return key.tonic, key.mode
    tonic = text.take_first(_KEY_TONIC)
    mode = text.take_first(_MODE_WORD)
    return (
        None if tonic is None else Key.parse(_plain(tonic["tonic"])).tonic,
        None if mode is None else Mode(mode["mode"].casefold()),
    )


def _plain(tonic: str) -> str:
    """Return a tonic in a spelling that `Key.parse` reads."""
    return tonic[0] + tonic[1:].strip(" -\t\n").casefold()


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def _counted(match: re.Match[str]) -> float:
    return _value(match["number"]) if match["number"] else float(_COUNTS[match["word"].casefold()])

"""What the Generate panel's fields say, read into exact requests; no widgets here."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.base import GenerationRequest, Sampling, SoundSources
from infinite_studio.errors import StudioError
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.services.variations import DEFAULT_CLOSENESS

MAX_TAKES = 4
MAX_SEED = 2**31 - 1
TEMPO_RANGE_BPM = (30.0, 300.0)
_LENGTH = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*([a-z]*)\s*$", re.IGNORECASE)
_CLOCK = re.compile(r"^\s*(\d{1,3}):([0-5]?\d(?:[.,]\d{1,3})?)\s*$")
_TEMPO = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*(?:bpm)?\s*$", re.IGNORECASE)


class FieldError(StudioError):
    """A field that cannot be read as it stands."""

    def __init__(self, field: str, sentence: str, *, hint: str) -> None:
        super().__init__(sentence, hint=hint)
        self.field = field


class LengthUnit(StrEnum):
    """How a length is given."""

    BARS = "bars"
    SECONDS = "seconds"


_BAR_WORDS = frozenset({"", "b", "bar", "bars"})
_SECONDS_OF = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
}


@dataclass(frozen=True)
class Length:
    """An exact length in bars or in seconds."""

    amount: float
    unit: LengthUnit

    @property
    def bars(self) -> int | None:
        """Whole bars, or None where the length is in seconds."""
        return int(self.amount) if self.unit is LengthUnit.BARS else None

    @property
    def seconds(self) -> float | None:
        """Seconds, or None where the length is in bars."""
        return self.amount if self.unit is LengthUnit.SECONDS else None


def parse_length(text: str) -> Length | None:
    """Read ``8`` or ``8 bars``, ``15 s``, ``2 min`` or ``1:30``; nothing, or ``auto``, means that the prompt decides.

    Raises
    ------
    FieldError
        If the text is no length, not above zero, or not a whole number of bars.
    """
    if text.strip().lower() in {"", "auto"}:
        return None
    clock = _CLOCK.match(text)
    if clock:
        amount = 60 * int(clock[1]) + float(clock[2].replace(",", "."))
        found = Length(amount, LengthUnit.SECONDS)
    else:
        found = _plain_length(text)
    if found.amount <= 0:
        raise FieldError("length", "A length is more than zero.", hint="Write “8 bars” or “15 s”.")
    if found.unit is LengthUnit.BARS and found.amount != int(found.amount):
        raise FieldError("length", "Bars are whole numbers.", hint="Choose seconds for a length in between.")
    return found


def _plain_length(text: str) -> Length:
    match = _LENGTH.match(text)
    word = match[2].lower() if match is not None else ""
    if match is None or (word not in _BAR_WORDS and word not in _SECONDS_OF):
        raise FieldError("length", f"“{text.strip()}” is not a length.", hint="Write “8 bars” or “15 s”.")
    amount = float(match[1].replace(",", "."))
    if word in _BAR_WORDS:
        return Length(amount, LengthUnit.BARS)
    return Length(amount * _SECONDS_OF[word], LengthUnit.SECONDS)


def parse_tempo(text: str) -> float | None:
    """Read ``140``, ``92,5`` or ``140 bpm``; nothing, or ``auto``, means that the prompt decides.

    Raises
    ------
    FieldError
        If the text is no tempo from 30 to 300 BPM.
    """
    if text.strip().lower() in {"", "auto"}:
        return None
    match = _TEMPO.match(text)
    lowest, highest = TEMPO_RANGE_BPM
    hint = f"Write a number from {lowest:.0f} to {highest:.0f}, or leave it empty."
    if match is None:
        raise FieldError("tempo", f"“{text.strip()}” is not a tempo.", hint=hint)
    tempo_bpm = float(match[1].replace(",", "."))
    if not lowest <= tempo_bpm <= highest:
        raise FieldError("tempo", f"{tempo_bpm:g} BPM is out of range.", hint=hint)
    return tempo_bpm


def parse_seed(text: str) -> int:
    """Read a seed.

    Raises
    ------
    FieldError
        If the text is no whole number from 0 to 2,147,483,647.
    """
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit()) or int(stripped) > MAX_SEED:
        raise FieldError("seed", f"“{stripped}” is not a seed.", hint="Write a whole number such as 7.")
    return int(stripped)


@dataclass(frozen=True)
class GenerateFields:
    """What stands in the fields, as written, and what the take is to follow."""

    prompt: str = ""
    length_text: str = ""
    tempo_text: str = ""
    key: Key | None = None
    seed_text: str = "0"
    n_takes: int = 1
    is_loop: bool = False
    melody: tuple[Note, ...] = ()
    like: Blueprint | None = None
    closeness: float = DEFAULT_CLOSENESS
    melody_sound: Audio | None = None
    sampling: Sampling = field(default_factory=Sampling)

    def request(self) -> GenerationRequest:
        """Return the request of the first take.

        Raises
        ------
        FieldError
            If a field cannot be read; ``field`` says which.
        """
        length = parse_length(self.length_text)
        return GenerationRequest(
            prompt=self.prompt.strip(),
            tempo_bpm=parse_tempo(self.tempo_text),
            key=self.key,
            bars=length.bars if length else None,
            duration_seconds=length.seconds if length else None,
            seed=parse_seed(self.seed_text),
            melody=self.melody,
            like=self.like,
            closeness=self.closeness,
            is_loop=self.is_loop,
            sampling=self.sampling,
            sounds=SoundSources(melody=self.melody_sound),
        )

    def requests(self) -> tuple[GenerationRequest, ...]:
        """Return one request a take: the same but for the seed, which counts up.

        Raises
        ------
        FieldError
            If a field cannot be read; ``field`` says which.
        """
        first = self.request()
        return tuple(replace(first, seed=(first.seed + i) % (MAX_SEED + 1)) for i in range(self.n_takes))


def asks_for_something(request: GenerationRequest) -> bool:
    """Whether a person said anything about the music itself; seed and how tokens are drawn say nothing of it."""
    plain = replace(request, seed=0, sampling=Sampling(), closeness=GenerationRequest.closeness)
    return plain != GenerationRequest("")

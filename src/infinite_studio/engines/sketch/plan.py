"""`Plan`: every decision about a piece that is made before its first note."""

import math
from dataclasses import dataclass, replace

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError, Understanding
from infinite_studio.engines.sketch.customise import with_added, without
from infinite_studio.engines.sketch.prompt.reading import PromptReading, read_prompt
from infinite_studio.engines.sketch.prompt.words import BRIGHT_MAJOR_WORDS, Mood
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import Style
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.tempo import BEATS_PER_BAR, Tempo

SAMPLE_RATE = 48_000
LOWEST_TEMPO_BPM, HIGHEST_TEMPO_BPM = 30.0, 300.0
SHORTEST_SECONDS, LONGEST_SECONDS = 0.1, 1_800.0
DEFAULT_BARS = 8
_FAR_TOO_MANY_BARS = 1e6
_COMMON_TONICS = (0, 2, 4, 5, 7, 9, 1, 3, 6, 8, 10, 11)


@dataclass(frozen=True)
class Plan:
    """A piece before its notes.

    ``style`` is already bent to the prompt; ``n_frames`` is the exact length at 48 kHz; ``bars`` is None where
    the length was asked for in seconds.
    """

    prompt: str
    seed: int
    style: Style
    tempo: Tempo
    key: Key
    bars: int | None
    n_frames: int
    mood: Mood
    chips: tuple[str, ...]
    unknown_words: tuple[str, ...]

    @property
    def total_beats(self) -> float:
        """Exact length in beats."""
        if self.bars is not None:
            return float(self.bars * BEATS_PER_BAR)
        return self.tempo.beats_of(self.n_frames / SAMPLE_RATE)

    @property
    def n_bars(self) -> int:
        """Number of bars that begin within the piece."""
        return max(1, math.ceil(self.total_beats / BEATS_PER_BAR - 1e-9))

    def understanding(self) -> Understanding:
        """Return what the plan says in the terms that every engine shares."""
        return Understanding(
            style=self.style.name,
            tempo_bpm=self.tempo.bpm,
            key=self.key,
            bars=self.bars,
            duration_seconds=self.n_frames / SAMPLE_RATE,
            chips=self.chips,
            unknown_words=self.unknown_words,
        )


def make_plan(request: GenerationRequest, library: StyleLibrary) -> Plan:
    """Decide style, tempo, key, length and mood; what the request says outside of the prompt wins.

    Raises
    ------
    InvalidRequestError
        If tempo or length are out of range or contradict each other, or everything is left out.
    """
    reading = read_prompt(request.prompt, library)
    style = reading.style or library.default
    mood = Mood()
    for _, found in reading.moods:
        mood = mood.plus(found)
    tempo = Tempo(_tempo_bpm(request, reading, style, mood))
    key = _key(request, reading, style, mood)
    bars, n_frames = _length(request, reading, tempo)
    bent, added, unknown = _bend(style, reading)
    chips = [style.name if reading.style else f"{style.name} (default style)"]
    chips += [f"{tempo.bpm:g} BPM", str(key), _length_label(bars, n_frames)]
    chips += [name for name, _ in reading.moods]
    chips += [f"no {named.label}" for named in reading.dropped] + added
    return Plan(
        prompt=request.prompt,
        seed=request.seed,
        style=bent,
        tempo=tempo,
        key=key,
        bars=bars,
        n_frames=n_frames,
        mood=mood,
        chips=tuple(dict.fromkeys(chips)),
        unknown_words=unknown,
    )


def _bend(style: Style, reading: PromptReading) -> tuple[Style, list[str], tuple[str, ...]]:
    """Return the style with instruments dropped and added, the chips for the added, and the words without effect."""
    style = without(style, reading.dropped)
    added, impossible = [], []
    for named, word in reading.added:
        bent = with_added(style, named) if named not in reading.dropped else None
        if bent is None:
            impossible.append(word)
        else:
            style = bent
            added.append(named.label)
    parts = tuple(part for part in style.parts if not part.optional)
    drums = replace(style.drums, kit={}, grooves=(), fills=()) if style.drums.optional else style.drums
    return (
        replace(style, parts=parts, drums=drums),
        added,
        (*dict.fromkeys(impossible), *reading.unknown_words),
    )


def _tempo_bpm(request: GenerationRequest, reading: PromptReading, style: Style, mood: Mood) -> float:
    asked = request.tempo_bpm if request.tempo_bpm is not None else reading.tempo_bpm
    if asked is not None:
        if not LOWEST_TEMPO_BPM <= asked <= HIGHEST_TEMPO_BPM:
            raise InvalidRequestError(
                f"A tempo of {asked:g} BPM is out of range.",
                hint=f"Choose {LOWEST_TEMPO_BPM:g} to {HIGHEST_TEMPO_BPM:g} BPM.",
            )
        return float(asked)
    edge = style.tempo.highest_bpm if mood.tempo > 0 else style.tempo.lowest_bpm
    return float(round(style.tempo.default_bpm + (edge - style.tempo.default_bpm) * abs(mood.tempo)))


def _key(request: GenerationRequest, reading: PromptReading, style: Style, mood: Mood) -> Key:
    if request.key is not None:
        return request.key
    dice = Dice(request.seed, "key")
    tonic, minor = dice.pick(_COMMON_TONICS), dice.chance(style.harmony.minor_share)
    mode = reading.mode or mood.mode
    if mode is None and any(name in BRIGHT_MAJOR_WORDS for name, _ in reading.moods):
        mode = Mode.MAJOR
    if mode is None:
        mode = Mode.MINOR if minor else Mode.MAJOR
    return Key(tonic if reading.tonic is None else reading.tonic, mode)


def _length(request: GenerationRequest, reading: PromptReading, tempo: Tempo) -> tuple[int | None, int]:
    """Return the number of bars (None where seconds were asked for) and the exact number of frames."""
    bars: float | None = request.bars
    seconds = request.duration_seconds
    if bars is None and seconds is None:
        bars, seconds = reading.bars, reading.duration_seconds
    if bars is not None and seconds is not None:
        raise InvalidRequestError(
            f"A length of {bars:g} bars and of {seconds:g} seconds at once is a contradiction.",
            hint="Give the length in bars or in seconds, not in both.",
        )
    if seconds is not None:
        if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
            raise _length_error(f"{seconds:g} seconds")
        return None, round(seconds * SAMPLE_RATE)
    whole = DEFAULT_BARS if bars is None else bars
    if not 1 <= whole < _FAR_TOO_MANY_BARS or whole != int(whole):
        raise _length_error(f"{whole:g} bars")
    if tempo.seconds_of(whole * BEATS_PER_BAR) > LONGEST_SECONDS:
        raise _length_error(f"{whole:g} bars at {tempo.bpm:g} BPM")
    return int(whole), tempo.frame_of(int(whole) * BEATS_PER_BAR, SAMPLE_RATE)


def _length_error(length: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"A length of {length} is not possible.",
        hint="Choose at least one whole bar or a tenth of a second, and at most 30 minutes.",
    )


def _length_label(bars: int | None, n_frames: int) -> str:
    if bars is not None:
        return "1 bar" if bars == 1 else f"{bars} bars"
    return f"{n_frames / SAMPLE_RATE:g} s"

"""How long a piece is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.choices.tempo_choice import (
    HIGHEST_TEMPO_BPM,
    LOWEST_TEMPO_BPM,
    WishedTempo,
)
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR, Tempo

SAMPLE_RATE = 48_000
SHORTEST_SECONDS, LONGEST_SECONDS = 0.1, 900.0
DEFAULT_BARS = 8
_MOST_BARS_LIKE = 64
_FAR_TOO_MANY_BARS = 1e6


@dataclass(frozen=True)
class Length:
    """A length, exact to the frame, at the tempo that makes it so."""

    tempo: Tempo
    bars: int | None
    n_frames: int


def choose_length(
    request: GenerationRequest,
    like: Blueprint | None,
    reading: PromptReading,
    wished: WishedTempo,
    melody: Sequence[Note],
    *,
    is_loop: bool,
) -> Length:
    """Return the length asked for; a loop is always whole bars, at a tempo that bends to the seconds where it may.

    Raises
    ------
    InvalidRequestError
        If the length is out of range or given twice.
    """
    tempo = Tempo(wished.bpm)
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
        if is_loop:
            return _loop(seconds, tempo, may_bend=wished.may_bend)
        return Length(tempo, None, round(seconds * SAMPLE_RATE))
    usual = _usual_bars(like, melody, is_continuation=request.is_continuation)
    return _in_bars(usual if bars is None else bars, tempo)


def _usual_bars(like: Blueprint | None, melody: Sequence[Note], *, is_continuation: bool) -> int:
    """Return the bars of the melody or of the piece to follow, else the usual number."""
    if melody:
        return max(1, math.ceil(max(note.end_beat for note in melody) / BEATS_PER_BAR - 1e-3))
    if like is None or like.n_bars <= 0:
        return DEFAULT_BARS
    return min(like.n_bars, DEFAULT_BARS if is_continuation else _MOST_BARS_LIKE)


def _in_bars(bars: float, tempo: Tempo) -> Length:
    if not 1 <= bars < _FAR_TOO_MANY_BARS or bars != int(bars):
        raise _length_error(f"{bars:g} bars")
    if tempo.seconds_of(bars * BEATS_PER_BAR) > LONGEST_SECONDS:
        raise _length_error(f"{bars:g} bars at {tempo.bpm:g} BPM")
    return Length(tempo, int(bars), tempo.frame_of(int(bars) * BEATS_PER_BAR, SAMPLE_RATE))


def _loop(seconds: float, tempo: Tempo, *, may_bend: bool) -> Length:
    """Return the nearest number of whole bars, at exactly the seconds asked for where the tempo may bend."""
    bars = max(1, round(tempo.beats_of(seconds) / BEATS_PER_BAR))
    exact_bpm = bars * BEATS_PER_BAR * 60.0 / seconds
    if may_bend and LOWEST_TEMPO_BPM <= exact_bpm <= HIGHEST_TEMPO_BPM:
        tempo = Tempo(exact_bpm)
    return _in_bars(bars, tempo)


def _length_error(length: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"A length of {length} is not possible.",
        hint="Choose at least one whole bar or a tenth of a second, and at most "
        f"{LONGEST_SECONDS / 60:g} minutes.",
    )

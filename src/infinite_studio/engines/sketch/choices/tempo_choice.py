"""How fast a piece is."""

from dataclasses import dataclass

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.prompt.moods import Mood
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.engines.sketch.style import Style
from infinite_studio.music.blueprint import Blueprint

LOWEST_TEMPO_BPM, HIGHEST_TEMPO_BPM = 30.0, 300.0
_MOST_CHANGE = 0.25


@dataclass(frozen=True)
class WishedTempo:
    """A tempo, and whether a loop's length in seconds may bend it."""

    bpm: float
    may_bend: bool


def choose_tempo(
    request: GenerationRequest, like: Blueprint | None, reading: PromptReading, style: Style, mood: Mood
) -> WishedTempo:
    """Return the tempo asked for, else that of the piece to follow, else one of the style.

    Raises
    ------
    InvalidRequestError
        If the tempo asked for is out of range.
    """
    asked = request.tempo_bpm if request.tempo_bpm is not None else reading.tempo_bpm
    if asked is not None:
        if not LOWEST_TEMPO_BPM <= asked <= HIGHEST_TEMPO_BPM:
            raise InvalidRequestError(
                f"A tempo of {asked:g} BPM is out of range.",
                hint=f"Choose {LOWEST_TEMPO_BPM:g} to {HIGHEST_TEMPO_BPM:g} BPM.",
            )
        return WishedTempo(float(asked), may_bend=False)
    if like is not None:
        return WishedTempo(_within(like.tempo_bpm * (1.0 + _MOST_CHANGE * mood.tempo)), may_bend=False)
    edge = style.tempo.highest_bpm if mood.tempo > 0 else style.tempo.lowest_bpm
    usual = style.tempo.default_bpm
    return WishedTempo(float(round(usual + (edge - usual) * abs(mood.tempo))), may_bend=True)


def _within(tempo_bpm: float) -> float:
    """Return a tempo that was found in a sound, doubled or halved until it is one that we play."""
    while tempo_bpm < LOWEST_TEMPO_BPM:
        tempo_bpm *= 2.0
    while tempo_bpm > HIGHEST_TEMPO_BPM:
        tempo_bpm /= 2.0
    return tempo_bpm

"""What a request asks of the network: how long, in which words, at which tempo."""

import math
from dataclasses import dataclass

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError, Understanding
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.wording import key_in, tempo_in, words_of
from infinite_studio.music.key import Key

DEFAULT_SECONDS = 10.0
MAX_SECONDS = 600.0
TAIL_SECONDS = 0.3
_SHORTEST_SECONDS = 0.5
_BEATS_PER_BAR = 4
_ASSUMED_BPM = 120.0


@dataclass(frozen=True)
class Plan:
    """A request with everything that it leaves open decided; tempo and key are None where nobody said them."""

    request: GenerationRequest
    words: str
    duration_seconds: float
    tempo_bpm: float | None
    key: Key | None
    bars: int | None

    @property
    def is_loop(self) -> bool:
        """Whether the end is to lead into the start."""
        return self.request.is_loop

    @property
    def generated_seconds(self) -> float:
        """What the network makes, the tail of a loop included."""
        return self.duration_seconds + (TAIL_SECONDS if self.is_loop else 0.0)

    def understanding(
        self, style: str, measured_bpm: float | None = None, measured_key: Key | None = None
    ) -> Understanding:
        """Return what was understood, or made: what was asked for counts, then what was measured."""
        chips = [style, *self._asked()]
        if self.is_loop:
            chips.append("loop")
        return Understanding(
            style=style,
            tempo_bpm=self.tempo_bpm or measured_bpm,
            key=self.key or measured_key,
            bars=self.bars,
            duration_seconds=self.duration_seconds,
            chips=tuple(chips),
            unknown_words=(),
        )

    def _asked(self) -> list[str]:
        asked = []
        if self.tempo_bpm is not None:
            asked.append(f"{self.tempo_bpm:g} BPM")
        if self.key is not None:
            asked.append(str(self.key))
        return asked


def plan_of(request: GenerationRequest) -> Plan:
    """Decide what a request leaves open.

    Raises
    ------
    InvalidRequestError
        If something is out of range or contradicts something else.
    """
    _check(request)
    like = request.like
    tempo_bpm = request.tempo_bpm or tempo_in(request.prompt) or (like.tempo_bpm if like else None)
    key = request.key or key_in(request.prompt) or (like.key if like else None)
    bars = request.bars
    if bars is None and request.is_loop and tempo_bpm is not None:
        asked = request.duration_seconds or DEFAULT_SECONDS
        bars = max(1, round(asked * tempo_bpm / 60.0 / _BEATS_PER_BAR))
    if bars is not None:
        duration_seconds = bars * _BEATS_PER_BAR * 60.0 / (tempo_bpm or _ASSUMED_BPM)
        tempo_bpm = tempo_bpm or _ASSUMED_BPM
    else:
        duration_seconds = request.duration_seconds or DEFAULT_SECONDS
    if not _SHORTEST_SECONDS <= duration_seconds <= MAX_SECONDS:
        raise InvalidRequestError(
            f"A take of {duration_seconds:.1f} seconds is not possible.",
            hint=f"MusicGen makes {_SHORTEST_SECONDS:g} to {MAX_SECONDS:g} seconds.",
        )
    known = request if request.tempo_bpm or tempo_bpm is None else _with_tempo(request, tempo_bpm)
    return Plan(request, words_of(known), duration_seconds, tempo_bpm, key, bars)


def _with_tempo(request: GenerationRequest, tempo_bpm: float) -> GenerationRequest:
    from dataclasses import replace

    return replace(request, tempo_bpm=tempo_bpm)


def _check(request: GenerationRequest) -> None:
    sampling, sounds = request.sampling, request.sounds
    if request.bars is not None and request.duration_seconds is not None:
        raise InvalidRequestError("Bars and seconds contradict each other.", hint="Give only one of them.")
    ranges = (
        ("tempo", request.tempo_bpm, 30.0, 300.0),
        ("number of bars", request.bars, 1, 400),
        ("duration", request.duration_seconds, _SHORTEST_SECONDS, MAX_SECONDS),
        ("closeness", request.closeness, 0.0, 1.0),
        ("guidance", sampling.guidance, 0.0, 10.0),
        ("temperature", sampling.temperature, 0.0, 2.0),
        ("top-k", sampling.top_k, 0, 100_000),
        ("top-p", sampling.top_p, 0.0, 1.0),
        ("context in seconds", sounds.context_seconds, 1.0, 20.0),
    )
    for name, value, low, high in ranges:
        if value is not None and not (math.isfinite(value) and low <= value <= high):
            raise InvalidRequestError(
                f"A {name} of {value:g} is not possible.", hint=f"Choose {low:g} to {high:g}."
            )
    if sampling.precision and sampling.precision not in set(Precision):
        known = ", ".join(Precision)
        raise InvalidRequestError(
            f"There is no precision “{sampling.precision}”.", hint=f"Choose one of: {known}."
        )

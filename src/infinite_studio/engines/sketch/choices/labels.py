"""The chips: what was understood, in a few words each."""

from collections.abc import Sequence

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.engines.sketch.choices.length import SAMPLE_RATE, Length
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.music.key import Key


def chips_of(
    request: GenerationRequest,
    reading: PromptReading,
    style: str,
    length: Length,
    key: Key,
    added: Sequence[str],
    *,
    is_loop: bool,
) -> tuple[str, ...]:
    """Return the chips, the most important first, each once."""
    is_named = reading.style is not None or request.like is not None
    chips = [style if is_named else f"{style} (default style)"]
    chips += [f"{_shown(length.tempo.bpm)} BPM", str(key), _length_label(length)]
    chips += [name for name, _ in reading.moods]
    if reading.energy is not None:
        chips.append(f"energy {reading.energy:.0%}")
    if reading.swings is not None:
        chips.append("swung" if reading.swings else "straight")
    chips += [f"no {named.label}" for named in reading.dropped]
    chips += added
    chips += _source_chips(request, reading)
    if is_loop:
        chips.append("loop")
    return tuple(dict.fromkeys(chips))


def _source_chips(request: GenerationRequest, reading: PromptReading) -> list[str]:
    chips = []
    if request.melody:
        count = len(request.melody)
        chips.append("melody of 1 note" if count == 1 else f"melody of {count} notes")
        if reading.transposes:
            chips.append("transposed")
        if reading.octaves:
            chips.append(f"octave {'up' if reading.octaves > 0 else 'down'}")
    if request.like is not None:
        chips.append("continuation" if request.is_continuation else f"{request.closeness:.0%} alike")
    return chips + [f"new {stem}" for stem in request.part_seeds]


def _shown(tempo_bpm: float) -> str:
    return f"{tempo_bpm:.2f}".rstrip("0").rstrip(".")


def _length_label(length: Length) -> str:
    if length.bars is not None:
        return "1 bar" if length.bars == 1 else f"{length.bars} bars"
    return f"{length.n_frames / SAMPLE_RATE:g} s"

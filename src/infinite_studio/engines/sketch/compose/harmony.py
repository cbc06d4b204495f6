"""Which chord sounds when."""

from collections.abc import Sequence

from infinite_studio.engines.sketch.compose.score import ChordSpan, Section
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import SectionName, Style
from infinite_studio.music.chords import Chord, parse_progression
from infinite_studio.music.key import Key
from infinite_studio.music.tempo import BEATS_PER_BAR

_CADENCE_BARS = 4
_CONTRASTING = frozenset({SectionName.B, SectionName.BREAK})


def harmonise(
    style: Style, key: Key, sections: Sequence[Section], total_beats: float, seed: int
) -> tuple[ChordSpan, ...]:
    """Lay the style's progressions under the sections and close the piece with its cadence."""
    texts = style.harmony.progressions[key.mode]
    dice = Dice(seed, "harmony")
    first = dice.below(len(texts))
    second = (first + 1 + dice.below(max(1, len(texts) - 1))) % len(texts)
    spans: list[ChordSpan] = []
    for section in sections:
        text = texts[second if section.name in _CONTRASTING else first]
        spans += _cycled(parse_progression(text, key), section, style.harmony.bars_per_chord)
    if sections[-1].end_bar >= _CADENCE_BARS:
        spans = _with_cadence(
            spans, parse_progression(style.harmony.cadences[key.mode], key), sections[-1].end_bar
        )
    return tuple(_cut(spans, total_beats))


def chord_at(chords: Sequence[ChordSpan], beat: float) -> ChordSpan:
    """Return the chord that sounds at a beat; the last one after the end."""
    for span in chords:
        if beat < span.end_beat - 1e-9:
            return span
    return chords[-1]


def _cycled(progression: Sequence[Chord], section: Section, bars_per_chord: float) -> list[ChordSpan]:
    spans = []
    length = bars_per_chord * BEATS_PER_BAR
    end = float(section.end_bar * BEATS_PER_BAR)
    beat, place = float(section.start_bar * BEATS_PER_BAR), 0
    while beat < end:
        spans.append(ChordSpan(progression[place % len(progression)], beat, min(length, end - beat)))
        beat, place = beat + length, place + 1
    return spans


def _with_cadence(spans: Sequence[ChordSpan], cadence: Sequence[Chord], n_bars: int) -> list[ChordSpan]:
    """Put the cadence's first chord into the last bar but one and its second, the tonic, into the last."""
    start = float((n_bars - len(cadence)) * BEATS_PER_BAR)
    kept = _cut(spans, start)
    closing = (
        ChordSpan(chord, start + place * BEATS_PER_BAR, float(BEATS_PER_BAR))
        for place, chord in enumerate(cadence)
    )
    return [*kept, *closing]


def _cut(spans: Sequence[ChordSpan], end_beat: float) -> list[ChordSpan]:
    return [
        ChordSpan(span.chord, span.start_beat, min(span.length_beats, end_beat - span.start_beat))
        for span in spans
        if span.start_beat < end_beat - 1e-9
    ]

"""Which chord sounds when."""

from bisect import bisect_right
from collections.abc import Sequence

from infinite_studio.engines.sketch.compose.following import chords_like, continuing_texts
from infinite_studio.engines.sketch.compose.harmonising import chords_for_melody
from infinite_studio.engines.sketch.compose.score import ChordSpan, Section
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import SectionName
from infinite_studio.music.chords import Chord, parse_progression
from infinite_studio.music.tempo import BEATS_PER_BAR

_CADENCE_BARS = 4
CONTRASTING = frozenset({SectionName.B, SectionName.BREAK})


def harmonise(plan: Plan, sections: Sequence[Section]) -> tuple[ChordSpan, ...]:
    """Lay chords under the sections: for the melody, like another piece, or from the style's progressions."""
    if plan.melody:
        spans = _bar_by_bar(chords_for_melody(plan, sections[-1].end_bar))
    elif _keeps_chords(plan):
        spans = _bar_by_bar(chords_like(plan, sections[-1].end_bar))
    else:
        spans = _from_style(plan, sections)
    return tuple(_cut(spans, plan.total_beats))


def chord_at(chords: Sequence[ChordSpan], beat: float) -> ChordSpan:
    """Return the chord that sounds at a beat; the last one after the end."""
    place = bisect_right(chords, beat + 1e-9, key=lambda span: span.start_beat) - 1
    return chords[min(max(place, 0), len(chords) - 1)]


def _keeps_chords(plan: Plan) -> bool:
    if plan.like is None or not plan.like.chords or plan.is_continuation:
        return False
    return plan.closeness >= 0.25


def _from_style(plan: Plan, sections: Sequence[Section]) -> list[ChordSpan]:
    """Cycle two progressions of the style, close sections and the piece with its cadence."""
    harmony, key = plan.style.harmony, plan.key
    first, second = _texts(plan)
    cadence = parse_progression(harmony.cadences[key.mode], key)
    spans: list[ChordSpan] = []
    for number, section in enumerate(sections):
        text = second if section.name in CONTRASTING else first
        spans += _cycled(parse_progression(text, key), section, harmony.bars_per_chord)
        is_last = number == len(sections) - 1
        if harmony.cadences_in_sections and section.n_bars >= _CADENCE_BARS and (plan.is_loop or not is_last):
            spans = _with_ending(spans, cadence[:1], section.end_bar)
    if sections[-1].end_bar >= _CADENCE_BARS and not plan.is_loop:
        spans = _with_ending(spans, cadence, sections[-1].end_bar)
    return spans


def _texts(plan: Plan) -> tuple[str, str]:
    """Return the progressions of the sections A and of those that contrast with them."""
    texts = plan.style.harmony.progressions[plan.key.mode]
    if plan.is_continuation:
        return continuing_texts(plan, texts)
    dice = Dice(plan.seed, "harmony")
    first = dice.below(len(texts))
    second = (first + 1 + dice.below(max(1, len(texts) - 1))) % len(texts)
    return texts[first], texts[second]


def _bar_by_bar(chords: Sequence[Chord]) -> list[ChordSpan]:
    """Return one span for each run of bars with the same chord."""
    spans: list[ChordSpan] = []
    for bar, chord in enumerate(chords):
        if spans and spans[-1].chord == chord and bar % _CADENCE_BARS:
            last = spans.pop()
            spans.append(ChordSpan(chord, last.start_beat, last.length_beats + BEATS_PER_BAR))
        else:
            spans.append(ChordSpan(chord, float(bar * BEATS_PER_BAR), float(BEATS_PER_BAR)))
    return spans


def _cycled(progression: Sequence[Chord], section: Section, bars_per_chord: float) -> list[ChordSpan]:
    spans = []
    length = bars_per_chord * BEATS_PER_BAR
    end = float(section.end_bar * BEATS_PER_BAR)
    beat, place = float(section.start_bar * BEATS_PER_BAR), 0
    while beat < end:
        spans.append(ChordSpan(progression[place % len(progression)], beat, min(length, end - beat)))
        beat, place = beat + length, place + 1
    return spans


def _with_ending(spans: Sequence[ChordSpan], ending: Sequence[Chord], end_bar: int) -> list[ChordSpan]:
    """Put the chords of an ending into the last bars before ``end_bar``, one each."""
    start = float((end_bar - len(ending)) * BEATS_PER_BAR)
    kept = _cut(spans, start)
    closing = (
        ChordSpan(chord, start + place * BEATS_PER_BAR, float(BEATS_PER_BAR))
        for place, chord in enumerate(ending)
    )
    return [*kept, *closing]


def _cut(spans: Sequence[ChordSpan], end_beat: float) -> list[ChordSpan]:
    return [
        ChordSpan(span.chord, span.start_beat, min(span.length_beats, end_beat - span.start_beat))
        for span in spans
        if span.start_beat < end_beat - 1e-9
    ]

"""What arpeggios play: chords broken into single notes."""

from collections.abc import Sequence

from infinite_studio.engines.sketch.compose.comping import Comping, chosen_patterns, stroke_accent
from infinite_studio.engines.sketch.compose.harmony import CONTRASTING
from infinite_studio.engines.sketch.compose.score import ChordSpan, ScorePart, Section
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import PartSpec
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BEAT

_ORDERS = 16
_THIN_BELOW = -0.4


def play_arp(
    spec: PartSpec, plan: Plan, sections: Sequence[Section], chords: Sequence[ChordSpan]
) -> ScorePart:
    """Break the chords into single notes on a grid, in the part's order."""
    comping = Comping.of(spec, chords, plan)
    patterns = chosen_patterns(spec, plan) if spec.patterns else {}
    notes: list[Note] = []
    for section in sections:
        dice = Dice(plan.seed_of(spec.stem), spec.name, section.name)
        orders = [dice.below(64) for _ in range(_ORDERS)]
        start = float(section.start_bar * BEATS_PER_BAR)
        pattern = patterns.get(section.name in CONTRASTING, "x")
        for place in range(int(section.n_bars * BEATS_PER_BAR / spec.step_beats)):
            beat = start + place * spec.step_beats
            step = pattern[int(place * spec.step_beats * STEPS_PER_BEAT) % len(pattern)]
            accent = stroke_accent(step, plan, dice)
            if accent is None or (plan.mood.density < _THIN_BELOW and place % 4 == 3):
                continue
            velocity = min(spec.velocity * accent * (1.0 if place % 4 == 0 else 0.84), 1.0)
            pitches = _ordered(comping.pitches_at(beat), spec.order, place, orders)
            notes += (Note(pitch, beat, spec.step_beats * spec.gate, velocity) for pitch in pitches)
    return ScorePart(spec, tuple(notes))


def _ordered(pitches: tuple[int, ...], order: str, place: int, orders: list[int]) -> tuple[int, ...]:
    count = len(pitches)
    if order == "chord":
        return pitches
    if order == "down":
        return (pitches[count - 1 - place % count],)
    if order == "random":
        return (pitches[orders[place % _ORDERS] % count],)
    if order == "updown" and count > 1:
        turn = place % (2 * count - 2)
        return (pitches[turn if turn < count else 2 * count - 2 - turn],)
    return (pitches[place % count],)

"""Chords like those of another piece, and chords that go on from them."""

from collections.abc import Sequence

from infinite_studio.engines.sketch.choices.key_choice import SAME_KEY_CLOSENESS
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.music.chords import Chord, diatonic_numerals, parse_progression
from infinite_studio.music.key import Key

_ALL_CHORDS_CLOSENESS = 0.75
_SUBSTITUTES = {0: (5, 2), 1: (3,), 2: (0, 5), 3: (1, 5), 4: (6, 2), 5: (0, 3), 6: (4, 2)}
"""Degrees that share two of their three notes, by degree."""


def chords_like(plan: Plan, n_bars: int) -> list[Chord]:
    """Return one chord a bar: those of the piece to follow, the less close the more of them exchanged for relatives."""
    assert plan.like is not None
    source = [_in_key(numeral, plan.like.key, plan.key) for numeral in plan.like.chords]
    span = _ALL_CHORDS_CLOSENESS - SAME_KEY_CLOSENESS
    changed = min(max((_ALL_CHORDS_CLOSENESS - plan.closeness) / span, 0.0), 1.0)
    dice = Dice(plan.seed, "substitutes")
    rolls = [(dice.unit(), dice.unit()) for _ in source]
    exchanged = [
        _substitute(chord, plan.key, which) if roll < 0.75 * changed and bar % 4 else chord
        for bar, (chord, (roll, which)) in enumerate(zip(source, rolls, strict=True))
    ]
    return [exchanged[bar % len(exchanged)] for bar in range(n_bars)]


def continuing_texts(plan: Plan, texts: Sequence[str]) -> tuple[str, str]:
    """Return the old chords for sections A and a progression that contrasts with them for sections B."""
    assert plan.like is not None
    dice = Dice(plan.seed, "harmony")
    old = [_in_key(numeral, plan.like.key, plan.key) for numeral in plan.like.chords]
    opening = [chord.root for chord in old[:2]]
    fresh = [
        text for text in texts if [chord.root for chord in parse_progression(text, plan.key)][:2] != opening
    ]
    second = dice.pick(fresh or texts)
    first = " ".join(chord.numeral for chord in old[:8]) if old else dice.pick(texts)
    return first, second


def _in_key(numeral: str, of: Key | None, key: Key) -> Chord:
    """Read a numeral in the new key; where the mode is another, its degree's own triad."""
    chord = Chord.parse(numeral, key)
    if of is None or of.mode is key.mode:
        return chord
    return Chord.parse(diatonic_numerals(key.mode)[chord.degree], key)


def _substitute(chord: Chord, key: Key, which: float) -> Chord:
    """Return a diatonic chord that shares two notes with this one."""
    degrees = _SUBSTITUTES[chord.degree]
    numeral = diatonic_numerals(key.mode)[degrees[int(which * len(degrees))]]
    return Chord.parse(numeral, key) if not numeral.endswith("°") else chord

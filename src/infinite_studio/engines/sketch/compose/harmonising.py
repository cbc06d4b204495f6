"""Chords for a given melody: the best path through the key's chords, bar by bar."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from infinite_studio.engines.sketch.compose.given import repeated
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.style import StyleHarmony
from infinite_studio.music.chords import Chord, diatonic_numerals, parse_progression
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR

_FIT, _USUAL_MOVE, _FIFTH, _STAY, _BACKWARDS = 4.0, 0.5, 0.3, -0.3, -0.3
_HOME_FIRST, _HOME_LAST = 0.5, 3.0
_ON_THE_ONE, _ON_THE_THREE = 1.5, 1.2


def chords_for_melody(plan: Plan, n_bars: int) -> list[Chord]:
    """Return one chord a bar: those that hold the melody's notes and follow each other as in the style.

    The best sequence of the key's triads and the style's own chords, by dynamic programming (Viterbi): a bar's
    chord is judged by the notes over it, longer and accented ones more; a step between two by the style's
    progressions and by falling fifths.
    """
    key, harmony = plan.key, plan.style.harmony
    candidates = _candidates(harmony, key)
    moves = _usual_moves(harmony, key)
    bars = _notes_by_bar(repeated(plan.melody, plan.total_beats), n_bars)
    ending = parse_progression(harmony.cadences[key.mode], key)[-1]
    scores = [[_start(chord, key) + _fit(chord, key, bars[0]) for chord in candidates]]
    came_from: list[list[int]] = []
    for number, bar in enumerate(bars[1:], 1):
        step, source = [], []
        for chord in candidates:
            totals = [
                before + _move(previous, chord, moves)
                for before, previous in zip(scores[-1], candidates, strict=True)
            ]
            best = max(range(len(totals)), key=totals.__getitem__)
            home = _HOME_LAST if number == n_bars - 1 and chord.root == ending.root else 0.0
            step.append(totals[best] + _fit(chord, key, bar) + home * (not plan.is_loop))
            source.append(best)
        scores.append(step)
        came_from.append(source)
    place = max(range(len(candidates)), key=scores[-1].__getitem__)
    path = [place]
    for source in reversed(came_from):
        place = source[place]
        path.append(place)
    return [candidates[place] for place in reversed(path)]


def _candidates(harmony: StyleHarmony, key: Key) -> list[Chord]:
    """Return the style's chords, and the key's triads for roots that it does not use; no diminished ones."""
    chords: dict[tuple[int, ...], Chord] = {}
    for text in harmony.progressions[key.mode]:
        for chord in parse_progression(text, key):
            chords.setdefault(chord.pitch_classes, chord)
    roots = {chord.root for chord in chords.values()}
    for numeral in diatonic_numerals(key.mode):
        chord = Chord.parse(numeral, key)
        if not numeral.endswith("°") and chord.root not in roots:
            chords[chord.pitch_classes] = chord
    return list(chords.values())


def _usual_moves(harmony: StyleHarmony, key: Key) -> Mapping[tuple[int, int], float]:
    """Return how usual the moves between roots are in the style, 0 to 1."""
    counts: dict[tuple[int, int], float] = defaultdict(float)
    for text in harmony.progressions[key.mode]:
        chords = parse_progression(text, key)
        for before, after in pairwise((*chords, chords[0])):
            counts[before.root, after.root] += 1.0
    most = max(counts.values())
    return {move: count / most for move, count in counts.items()}


def _notes_by_bar(melody: Sequence[Note], n_bars: int) -> list[list[tuple[int, float]]]:
    """Return pitch class and weight of whatever sounds in each bar; notes across a bar line count in both."""
    bars: list[list[tuple[int, float]]] = [[] for _ in range(n_bars)]
    for note in melody:
        for bar in range(int(note.start_beat // BEATS_PER_BAR), n_bars):
            start = float(bar * BEATS_PER_BAR)
            heard = min(note.end_beat, start + BEATS_PER_BAR) - max(note.start_beat, start)
            if heard <= 1e-6:
                break
            place = max(note.start_beat - start, 0.0)
            accent = _ON_THE_ONE if place < 0.25 else _ON_THE_THREE if 1.99 <= place < 2.25 else 1.0
            bars[bar].append((note.pitch_class, heard * accent))
    return bars


def _fit(chord: Chord, key: Key, bar: Sequence[tuple[int, float]]) -> float:
    """Return −4 to 4: how well a chord holds the notes over it."""
    if not bar:
        return 0.0
    total = sum(weight for _, weight in bar)
    return _FIT * sum(weight * _agreement(pitch_class, chord, key) for pitch_class, weight in bar) / total


def _agreement(pitch_class: int, chord: Chord, key: Key) -> float:
    if pitch_class in chord.pitch_classes[:3]:
        return 1.0
    if pitch_class in chord.pitch_classes:
        return 0.6
    if (pitch_class - 1) % 12 in chord.pitch_classes[:3]:
        return -0.9
    return -0.3 if pitch_class in chord.scale(key) else -1.0


def _start(chord: Chord, key: Key) -> float:
    return _HOME_FIRST if chord.root == key.tonic else 0.0


def _move(before: Chord, after: Chord, moves: Mapping[tuple[int, int], float]) -> float:
    if before.root == after.root:
        return _STAY
    score = _USUAL_MOVE * moves.get((before.root, after.root), 0.0)
    if (before.root - after.root) % 12 == 7:
        score += _FIFTH
    if (before.degree, after.degree) == (4, 3):
        score += _BACKWARDS
    return score

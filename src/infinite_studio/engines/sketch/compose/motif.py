"""Motifs: short ideas of rhythm and contour, and what becomes of them.

A lead goes from motif to motif as its ``form`` says, one letter each: ``s`` statement, ``v`` varied at its end,
``a`` answer, which comes to rest, ``u`` and ``d`` the same a step up or down (twice: two steps), ``b`` a second
motif, ``r`` a rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from infinite_studio.engines.sketch.grid import held_steps
from infinite_studio.engines.sketch.prompt.moods import Mood
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import PartSpec
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BAR, STEPS_PER_BEAT

_METRE = (1.0, 0.16, 0.5, 0.3, 0.75, 0.16, 0.6, 0.36, 0.85, 0.16, 0.5, 0.4, 0.7, 0.2, 0.6, 0.3)
_STEPS = (-2, -1, -1, 0, 1, 1, 2)
_LEAPS = (-5, -4, -3, 3, 4, 5)
_LOWEST_HEIGHT, _HIGHEST_HEIGHT = -5, 6
_LENGTHS = (3, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class MotifNote:
    """One note of a motif: step from its start, steps held, scale steps from the motif's first pitch, accent."""

    step: int
    held: int
    height: int
    accent: float = 0.85


Motif = tuple[MotifNote, ...]


def invent(spec: PartSpec, mood: Mood, dice: Dice) -> Motif:
    """Invent a motif: a rhythm of the part's own patterns or weighted by the metre, and a contour."""
    if spec.patterns:
        rhythm = _written_rhythm(dice.pick(spec.patterns), spec.motif_bars * STEPS_PER_BAR, mood, dice)
    else:
        rhythm = _metric_rhythm(spec, mood, dice)
    heights = _contour(len(rhythm), spec.leaps, dice)
    return tuple(replace(note, height=height) for note, height in zip(rhythm, heights, strict=True))


def remembered(notes: Sequence[Note], key: Key, n_bars: int) -> Motif:
    """Return the first bars of a melody that hold at least three notes as a motif; nothing where none do."""
    for bar in range(int(max((note.start_beat for note in notes), default=0.0) // BEATS_PER_BAR) + 1):
        start = float(bar * BEATS_PER_BAR)
        heard = [note for note in notes if start <= note.start_beat < start + n_bars * BEATS_PER_BAR]
        if len(heard) >= 3:
            return _as_motif(heard, start, key, n_bars * STEPS_PER_BAR)
    return ()


def shaped(motif: Motif, other: Motif, form: str, place: int, n_steps: int, dice: Dice) -> Motif:
    """Return what the form makes of the motif at a place."""
    letter = form[place % len(form)]
    if letter == "r":
        return ()
    if letter == "b":
        return other
    if letter in "ud":
        run = place % len(form) + 1 - len(form[: place % len(form) + 1].rstrip(letter))
        move = run if letter == "u" else -run
        return tuple(replace(note, height=note.height + move) for note in motif)
    if letter == "v":
        kept = max(1, len(motif) - 2)
        return motif[:kept] + tuple(
            replace(note, height=note.height + dice.pick((-2, -1, 1, 2))) for note in motif[kept:]
        )
    return _answer(motif, n_steps, dice) if letter == "a" else motif


def _answer(motif: Motif, n_steps: int, dice: Dice) -> Motif:
    """Return a reply: on other heights, resting on the first one before the time is over."""
    answered = [replace(note, height=-note.height if dice.chance(0.5) else note.height - 1) for note in motif]
    kept = [note for note in answered if note.step < n_steps * 3 // 4] or answered[:1]
    kept[-1] = replace(kept[-1], held=kept[-1].held + 4, height=0)
    return tuple(kept)


def _metric_rhythm(spec: PartSpec, mood: Mood, dice: Dice) -> Motif:
    n_steps = spec.motif_bars * STEPS_PER_BAR
    density = min(max(spec.density * (1.0 + 0.6 * mood.density), 0.05), 1.0)
    wanted = min(max(2, round(density * n_steps * 0.55)), n_steps)
    weights = [
        _METRE[step % STEPS_PER_BAR] * (0.25 if step >= n_steps - 4 else 1.0) for step in range(n_steps)
    ]
    steps = {0} if dice.chance(0.6) else set[int]()
    while len(steps) < wanted:
        step = dice.pick_weighted(range(n_steps), weights)
        weights[step] = 0.0
        steps.add(step)
    ordered = sorted(steps)
    longest = dice.pick(_LENGTHS)
    return tuple(
        MotifNote(step, min(end - step, longest), 0, _metric_accent(step))
        for step, end in zip(ordered, [*ordered[1:], n_steps], strict=True)
    )


def _written_rhythm(pattern: str, n_steps: int, mood: Mood, dice: Dice) -> Motif:
    """Return the rhythm of a pattern, thinner in sparse moods: soft notes and chances go first."""
    steps = (pattern * (-(-n_steps // len(pattern))))[:n_steps]
    notes = []
    for place, step in enumerate(steps):
        roll = dice.unit()
        chance = int(step) / 10 * (1.0 + 0.7 * mood.density) if step.isdigit() else 1.0
        if step == "g":
            chance += min(mood.density, 0.0)
        elif step == "x" and place % STEPS_PER_BEAT:
            chance += 0.7 * min(mood.density, 0.0)
        if step not in ".-" and roll < chance:
            accent = {"X": 1.0, "g": 0.55}.get(step, _metric_accent(place))
            notes.append(MotifNote(place, held_steps(steps, place), 0, accent))
    busier = (part for note in notes for part in _divided(note, mood, dice))
    return tuple(busier) or (MotifNote(0, 4, 0, 1.0),)


def _divided(note: MotifNote, mood: Mood, dice: Dice) -> Motif:
    """Return a long note as two in busy moods."""
    if note.held < 3 or not dice.chance(mood.density):
        return (note,)
    half = max(note.held // 4 * 2, 1)
    second = MotifNote(note.step + half, note.held - half, 0, _metric_accent(note.step + half))
    return replace(note, held=half), second


def _metric_accent(step: int) -> float:
    return 1.0 if step % 8 == 0 else 0.9 if step % 4 == 0 else 0.78


def _contour(count: int, leaps: float, dice: Dice) -> list[int]:
    """Return heights that mostly step, turn back after leaps, and lean towards an arch, a fall, a rise or a wave."""
    lean = dice.pick(("arch", "fall", "rise", "wave"))
    heights, height, last = [], 0, 0
    for place in range(count):
        heights.append(height)
        if abs(last) >= 3:
            move = -(last // abs(last)) * (1 + dice.below(2))
        elif dice.chance(leaps):
            move = dice.pick(_LEAPS)
        else:
            move = dice.pick(_STEPS)
        if dice.chance(0.35) and abs(move) <= 2:
            move = _leaning(lean, place / max(count - 1, 1)) * max(abs(move), 1)
        height = min(max(height + move, _LOWEST_HEIGHT), _HIGHEST_HEIGHT)
        last = move
    return heights


def _leaning(lean: str, share: float) -> int:
    if lean == "arch":
        return 1 if share < 0.5 else -1
    if lean == "wave":
        return 1 if int(share * 4) % 2 == 0 else -1
    return 1 if lean == "rise" else -1


def _as_motif(notes: Sequence[Note], start: float, key: Key, n_steps: int) -> Motif:
    """Return notes as steps and heights; two notes on one step keep the first."""
    first = _scale_place(notes[0].pitch, key)
    motif: dict[int, MotifNote] = {}
    for note in notes:
        step = round((note.start_beat - start) * STEPS_PER_BEAT)
        if step < n_steps:
            held = max(1, min(round(note.length_beats * STEPS_PER_BEAT), n_steps - step))
            height = min(max(_scale_place(note.pitch, key) - first, _LOWEST_HEIGHT), _HIGHEST_HEIGHT)
            motif.setdefault(step, MotifNote(step, held, height, _metric_accent(step)))
    return tuple(motif[step] for step in sorted(motif))


def _scale_place(pitch: int, key: Key) -> int:
    """Return how many scale steps a pitch lies above a fixed low tonic."""
    octave, above = divmod(pitch - key.tonic, 12)
    steps = [(tone - key.tonic) % 12 for tone in key.scale]
    return 7 * octave + max(place for place, step in enumerate(steps) if step <= above)

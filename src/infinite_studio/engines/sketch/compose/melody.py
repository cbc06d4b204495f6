"""What the lead plays: a motif, repeated, varied, answered and brought home."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from infinite_studio.engines.sketch.compose.harmony import chord_at
from infinite_studio.engines.sketch.compose.score import ChordSpan, ScorePart, Section
from infinite_studio.engines.sketch.prompt.words import Mood
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import PartSpec, SectionName
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.note import Note
from infinite_studio.music.scale import nearest_of, step_along
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BAR, STEPS_PER_BEAT

_STEP_BEATS = 1 / STEPS_PER_BEAT
_METRE = (1.0, 0.16, 0.5, 0.3, 0.75, 0.16, 0.6, 0.36, 0.85, 0.16, 0.5, 0.4, 0.7, 0.2, 0.6, 0.3)
_PENTATONIC = {Mode.MAJOR: (0, 1, 2, 4, 5), Mode.MINOR: (0, 2, 3, 4, 6)}
_MOVES = (-3, -2, -1, -1, -1, 0, 1, 1, 1, 2, 3)
_FORM = ("statement", "varied", "statement", "answer")


@dataclass(frozen=True, slots=True)
class MotifNote:
    """One note of a motif: step from its start, steps held, and scale steps from the motif's first pitch."""

    step: int
    held: int
    height: int


def play_lead(
    spec: PartSpec, sections: Sequence[Section], chords: Sequence[ChordSpan], key: Key, mood: Mood, seed: int
) -> ScorePart:
    """Play phrases of four motifs: statement, variation, statement, answer; the last phrase ends on the tonic chord."""
    tones = tuple(key.scale[place] for place in _PENTATONIC[key.mode]) if spec.pentatonic else key.scale
    notes: list[Note] = []
    for section in sections:
        contrasting = section.name in {SectionName.B, SectionName.BREAK}
        motif = _motif(spec, mood, Dice(seed, spec.name, "motif", "b" if contrasting else "a"))
        n_motifs = -(-section.n_bars // spec.motif_bars)
        for place in range(n_motifs):
            dice = Dice(seed, spec.name, "form", section.name, place % len(_FORM))
            shaped = _shaped(motif, _FORM[place % len(_FORM)], spec, dice)
            start = float((section.start_bar + place * spec.motif_bars) * BEATS_PER_BAR)
            end = float(section.end_bar * BEATS_PER_BAR)
            notes += _sung(shaped, start, end, spec, chords, tones, lifted=contrasting)
    return ScorePart(spec, _brought_home(notes, chords, sections[-1].end_bar, spec))


def _motif(spec: PartSpec, mood: Mood, dice: Dice) -> tuple[MotifNote, ...]:
    """Invent a motif: a rhythm weighted by the metre and a contour that mostly steps and turns back after leaps."""
    n_steps = spec.motif_bars * STEPS_PER_BAR
    density = min(max(spec.density * (1.0 + 0.6 * mood.density), 0.05), 1.0)
    wanted = max(2, round(density * n_steps * 0.55))
    weights = [
        _METRE[step % STEPS_PER_BAR] * (0.25 if step >= n_steps - 4 else 1.0) for step in range(n_steps)
    ]
    steps: list[int] = [0] if dice.chance(0.6) else []
    while len(steps) < wanted:
        step = dice.pick_weighted(range(n_steps), weights)
        weights[step] = 0.0
        if step not in steps:
            steps.append(step)
    steps.sort()
    return _with_heights(steps, n_steps, dice)


def _with_heights(steps: list[int], n_steps: int, dice: Dice) -> tuple[MotifNote, ...]:
    heights, height, last = [], 0, 0
    for _ in steps:
        heights.append(height)
        move = -(last // abs(last)) if abs(last) >= 2 else dice.pick(_MOVES)
        height = min(max(height + move, -4), 5)
        last = move
    ends = [*steps[1:], n_steps]
    longest = dice.pick((3, 4, 6, 8))
    return tuple(
        MotifNote(step, min(end - step, longest), height)
        for step, end, height in zip(steps, ends, heights, strict=True)
    )


def _shaped(motif: tuple[MotifNote, ...], form: str, spec: PartSpec, dice: Dice) -> tuple[MotifNote, ...]:
    """Return the motif as it is stated, varied at its end, or answered on other heights."""
    if form == "statement":
        return motif
    if form == "varied":
        kept = max(1, len(motif) - 2)
        return motif[:kept] + tuple(
            replace(note, height=note.height + dice.pick((-2, -1, 1, 2))) for note in motif[kept:]
        )
    half = spec.motif_bars * STEPS_PER_BAR * 3 // 4
    answered = [replace(note, height=-note.height if dice.chance(0.5) else note.height - 1) for note in motif]
    kept_notes = [note for note in answered if note.step < half] or answered[:1]
    kept_notes[-1] = replace(kept_notes[-1], held=kept_notes[-1].held + 4, height=0)
    return tuple(kept_notes)


def _sung(
    motif: tuple[MotifNote, ...],
    start: float,
    end: float,
    spec: PartSpec,
    chords: Sequence[ChordSpan],
    tones: tuple[int, ...],
    *,
    lifted: bool,
) -> list[Note]:
    """Fit a motif to the chords: notes on beats and long notes become chord tones, the others scale tones."""
    centre = spec.lowest + (spec.highest - spec.lowest) * (9 if lifted else 7) // 16
    notes = []
    for note in motif:
        beat = start + note.step * _STEP_BEATS
        length = min(note.held * _STEP_BEATS, end - beat)
        if length <= 0.0:
            continue
        chord_tones = chord_at(chords, beat).chord.pitch_classes
        home = nearest_of(centre, chord_tones)
        pitch = step_along(home, note.height, tones)
        if note.step % STEPS_PER_BEAT == 0 or note.held >= 4:
            pitch = nearest_of(pitch, chord_tones)
        accent = 1.0 if note.step % 8 == 0 else 0.9 if note.step % 4 == 0 else 0.78
        notes.append(Note(_within(pitch, spec), beat, length, spec.velocity * accent))
    return notes


def _within(pitch: int, spec: PartSpec) -> int:
    while pitch > spec.highest:
        pitch -= 12
    while pitch < spec.lowest:
        pitch += 12
    return pitch


def _brought_home(
    notes: list[Note], chords: Sequence[ChordSpan], end_bar: int, spec: PartSpec
) -> tuple[Note, ...]:
    """Let the last bar of a piece of four bars or more hold one root or third of its last chord."""
    if end_bar < 4 or not notes:
        return tuple(notes)
    last_bar = float((end_bar - 1) * BEATS_PER_BAR)
    before = [note for note in notes if note.start_beat < last_bar]
    chord = chords[-1].chord
    near = before[-1].pitch if before else (spec.lowest + spec.highest) // 2
    pitch = _within(nearest_of(near, chord.pitch_classes[:2]), spec)
    return (*before, Note(pitch, last_bar, float(BEATS_PER_BAR) * 0.75, spec.velocity))

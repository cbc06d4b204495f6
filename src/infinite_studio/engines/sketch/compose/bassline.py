"""What the bass plays: chord roots, chord tones and steps towards the next chord."""

from collections.abc import Sequence

from infinite_studio.engines.sketch.compose.harmony import chord_at
from infinite_studio.engines.sketch.compose.score import ChordSpan, ScorePart, Section
from infinite_studio.engines.sketch.grid import bar_of, held_steps
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import PartSpec, SectionName
from infinite_studio.music.chords import Chord
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.scale import nearest_of, step_along
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BEAT

_STEP_BEATS = 1 / STEPS_PER_BEAT
_VELOCITIES = {"R": 1.0, "g": 0.45}


def play_bass(
    spec: PartSpec, sections: Sequence[Section], chords: Sequence[ChordSpan], key: Key, seed: int
) -> ScorePart:
    """Play the part's patterns over the chords."""
    dice = Dice(seed, spec.name, "patterns")
    first = dice.below(len(spec.patterns))
    second = (first + 1 + dice.below(max(1, len(spec.patterns) - 1))) % len(spec.patterns)
    notes: list[Note] = []
    glides: set[float] = set()
    previous = spec.lowest + (spec.highest - spec.lowest) // 3
    for section in sections:
        pattern = spec.patterns[second if section.name is SectionName.B else first]
        slides = Dice(seed, spec.name, "glides", section.name)
        steps = "".join(bar_of(pattern, bar) for bar in range(section.n_bars))
        start = float(section.start_bar * BEATS_PER_BAR)
        for note in _line(steps, start, spec, chords, key, previous):
            if notes and note.pitch != previous and slides.chance(spec.glide):
                glides.add(note.start_beat)
            notes.append(note)
            previous = note.pitch
    return ScorePart(spec, tuple(notes), frozenset(glides))


def _line(
    steps: str, start: float, spec: PartSpec, chords: Sequence[ChordSpan], key: Key, previous: int
) -> list[Note]:
    notes = []
    for place, step in enumerate(steps):
        if step in ".-":
            continue
        beat = start + place * _STEP_BEATS
        span = chord_at(chords, beat)
        root = _root(span.chord, spec, previous)
        pitch = _pitch(step, root, span, chords, key, spec)
        length = held_steps(steps, place) * _STEP_BEATS
        notes.append(Note(pitch, beat, length, spec.velocity * _VELOCITIES.get(step, 0.85)))
        previous = pitch
    return notes


def _root(chord: Chord, spec: PartSpec, previous: int) -> int:
    """Return the chord's root within the part's range that lies nearest to the note before, low ones preferred."""
    roots = [pitch for pitch in range(spec.lowest, spec.lowest + 12) if pitch % 12 == chord.root]
    roots += [pitch + 12 for pitch in roots if pitch + 12 <= spec.highest]
    return min(roots, key=lambda pitch: abs(pitch - previous) + 0.4 * (pitch - spec.lowest))


def _pitch(
    step: str, root: int, span: ChordSpan, chords: Sequence[ChordSpan], key: Key, spec: PartSpec
) -> int:
    if step == "a":
        following = _root(chord_at(chords, span.end_beat).chord, spec, root)
        return step_along(following, -1 if following >= root else 1, key.scale)
    if step == "8":
        return root + 12
    if step in "357":
        wanted = root + {"3": 4, "5": 7, "7": 10}[step]
        tones = span.chord.pitch_classes if step != "7" else key.scale
        return nearest_of(wanted, tones)
    return root

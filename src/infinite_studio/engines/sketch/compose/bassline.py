"""What the bass plays: chord roots, chord tones, glides and ways to the next chord."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from infinite_studio.engines.sketch.compose.harmony import CONTRASTING, chord_at
from infinite_studio.engines.sketch.compose.score import ChordSpan, ScorePart, Section
from infinite_studio.engines.sketch.grid import bar_of, held_steps
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import PartSpec
from infinite_studio.music.chords import Chord
from infinite_studio.music.note import Note
from infinite_studio.music.scale import nearest_of, step_along
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BEAT

_STEP_BEATS = 1 / STEPS_PER_BEAT
_VELOCITIES = {"R": 1.0, "g": 0.45, "G": 0.38}
_SEMITONES = {"3": 4, "5": 7, "7": 10}
_DEAD_BEATS = 0.5 * _STEP_BEATS


def play_bass(
    spec: PartSpec, plan: Plan, sections: Sequence[Section], chords: Sequence[ChordSpan]
) -> ScorePart:
    """Play the part's patterns over the chords."""
    seed = plan.seed_of(spec.stem)
    dice = Dice(seed, spec.name, "patterns")
    first = dice.below(len(spec.patterns))
    second = (first + 1 + dice.below(max(1, len(spec.patterns) - 1))) % len(spec.patterns)
    middle = spec.lowest + (spec.highest - spec.lowest) // 3
    line = _Line(spec, chords, plan, previous=middle, home=middle)
    for section in sections:
        pattern = spec.patterns[second if section.name in CONTRASTING else first]
        steps = "".join(bar_of(pattern, bar) for bar in range(section.n_bars))
        names = (section.name, section.occurrence) if "w" in pattern else (section.name,)
        line.add(steps, float(section.start_bar * BEATS_PER_BAR), Dice(seed, spec.name, "glides", *names))
    return ScorePart(spec, tuple(line.notes), frozenset(line.glides))


@dataclass
class _Line:
    """A line of notes as it grows; ``previous`` is its last pitch, ``home`` the last root, where it comes back to."""

    spec: PartSpec
    chords: Sequence[ChordSpan]
    plan: Plan
    previous: int
    home: int
    notes: list[Note] = field(default_factory=list)
    glides: set[float] = field(default_factory=set)

    def add(self, steps: str, start: float, dice: Dice) -> None:
        """Play the steps of one section."""
        for place, step in enumerate(steps):
            if step in ".-":
                continue
            beat = start + place * _STEP_BEATS
            pitch = self._pitch(step, beat, dice)
            moves = bool(self.notes) and pitch != self.previous
            if moves and (step in "sS" or dice.chance(self.spec.glide)):
                self.glides.add(beat)
            length = _DEAD_BEATS if step == "G" else held_steps(steps, place) * _STEP_BEATS
            velocity = min(self.spec.velocity * _VELOCITIES.get(step, 0.85), 1.0)
            self.notes.append(Note(pitch, beat, length, velocity))
            self.previous = pitch

    def _pitch(self, step: str, beat: float, dice: Dice) -> int:
        span = chord_at(self.chords, beat)
        if step == "w":
            return self._walking(span, dice)
        root = self._root(span.chord, near=self.home)
        self.home = root
        if step in "aA":
            return self._approach(step, root, span)
        if step in _SEMITONES:
            tones = span.chord.pitch_classes if step != "7" else span.chord.scale(self.plan.key)
            return nearest_of(root + _SEMITONES[step], tones)
        return root + 12 if step in "8S" else root

    def _approach(self, step: str, root: int, span: ChordSpan) -> int:
        """Return the note beside the next chord's root, from below where there is room; the root at the end."""
        coming = self._coming(span)
        if coming is None:
            return root
        following = self._root(coming, near=root)
        way = -1 if following >= root and following > self.spec.lowest else 1
        return following + way if step == "A" else step_along(following, way, span.chord.scale(self.plan.key))

    def _walking(self, span: ChordSpan, dice: Dice) -> int:
        """Return a step or a chord tone on the way from the note before to the next chord's root."""
        target = self._root(self._coming(span) or span.chord, near=self.previous)
        way = 1 if target > self.previous or (target == self.previous and dice.chance(0.5)) else -1
        stepped = step_along(self.previous, way, span.chord.scale(self.plan.key))
        leapt = step_along(self.previous, way, span.chord.pitch_classes)
        pitch = leapt if dice.chance(0.45) else stepped
        if not self.spec.lowest <= pitch <= self.spec.highest:
            pitch = step_along(self.previous, -way, span.chord.scale(self.plan.key))
        self.home = pitch
        return pitch

    def _coming(self, span: ChordSpan) -> Chord | None:
        """Return the chord after this one; a loop goes round, any other piece ends with None."""
        if span.end_beat < self.chords[-1].end_beat - 1e-9:
            return chord_at(self.chords, span.end_beat).chord
        return self.chords[0].chord if self.plan.is_loop else None

    def _root(self, chord: Chord, *, near: int) -> int:
        """Return the chord's root in the part's range that lies nearest to a note, low ones preferred."""
        spec = self.spec
        roots = [pitch for pitch in range(spec.lowest, spec.lowest + 12) if pitch % 12 == chord.root]
        roots += [pitch + 12 for pitch in roots if pitch + 12 <= spec.highest]
        return min(roots, key=lambda pitch: abs(pitch - near) + 0.4 * (pitch - spec.lowest))

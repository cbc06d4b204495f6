"""What chord parts and textures play."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infinite_studio.engines.sketch.compose.harmony import CONTRASTING, chord_at
from infinite_studio.engines.sketch.compose.score import ChordSpan, ScorePart, Section
from infinite_studio.engines.sketch.grid import bar_of, held_steps
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import PartSpec
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BEAT
from infinite_studio.music.voicing import voice_progression

_STEP_BEATS = 1 / STEPS_PER_BEAT
_VELOCITIES = {"X": 1.0, "x": 0.85, "g": 0.5, "p": 0.9}
_BY_CHANCE = 0.75


@dataclass(frozen=True)
class Comping:
    """The chords of a piece as one part voices them."""

    spec: PartSpec
    chords: Sequence[ChordSpan]
    voicings: Mapping[float, tuple[int, ...]]

    @classmethod
    def of(cls, spec: PartSpec, chords: Sequence[ChordSpan], plan: Plan) -> "Comping":
        """Voice every chord from the one before, a little lower or higher in the range from seed to seed."""
        dice = Dice(plan.seed_of(spec.stem), spec.name, "height")
        third = (spec.highest - spec.lowest) / 3
        voicings = voice_progression(
            [span.chord for span in chords],
            low=spec.lowest,
            high=spec.highest,
            n_voices=spec.voices,
            voicing=spec.voicing,
            centre=dice.between(spec.lowest + third, spec.highest - third),
        )
        starts = [span.start_beat for span in chords]
        return cls(spec, chords, dict(zip(starts, voicings, strict=True)))

    def pitches_at(self, beat: float) -> tuple[int, ...]:
        """Return what sounds of the chord at a beat."""
        return self.voicings[chord_at(self.chords, beat).start_beat]

    def struck(self, begin: float, end: float, accent: float, *, ahead: bool) -> list[Note]:
        """Return the notes of one stroke, struck again wherever the chord changes under it.

        A stroke ahead plays the chord that begins next, before its time.
        """
        velocity = min(self.spec.velocity * accent, 1.0)
        notes: list[Note] = []
        while begin < end - 1e-9:
            span = chord_at(self.chords, begin)
            pitches = self.voicings[span.start_beat]
            if ahead and span.end_beat < self.chords[-1].end_beat - 1e-9:
                span = chord_at(self.chords, span.end_beat)
                pitches = self.voicings[span.start_beat]
            ahead = False
            until = min(end, span.end_beat)
            if until <= begin + 1e-9:
                break
            notes += (Note(pitch, begin, until - begin, velocity) for pitch in pitches)
            begin = until
        return notes


def play_chords(
    spec: PartSpec, plan: Plan, sections: Sequence[Section], chords: Sequence[ChordSpan]
) -> ScorePart:
    """Play the part's patterns; a chord that is held when the harmony changes is struck again with the new chord."""
    comping, patterns = Comping.of(spec, chords, plan), chosen_patterns(spec, plan)
    notes: list[Note] = []
    for section in sections:
        pattern = patterns[section.name in CONTRASTING]
        steps = "".join(bar_of(pattern, bar) for bar in range(section.n_bars))
        start = float(section.start_bar * BEATS_PER_BAR)
        dice = Dice(plan.seed_of(spec.stem), spec.name, "chances", section.name, section.occurrence)
        for place, step in enumerate(steps):
            accent = stroke_accent(step, plan, dice)
            if accent is not None:
                begin = start + place * _STEP_BEATS
                end = begin + held_steps(steps, place) * _STEP_BEATS
                notes += comping.struck(begin, end, accent, ahead=step == "p")
    return ScorePart(spec, tuple(notes))


def play_texture(spec: PartSpec, sections: Sequence[Section]) -> ScorePart:
    """Sound through the given sections, as one long note wherever they follow each other."""
    runs: list[list[int]] = []
    for section in sections:
        if runs and runs[-1][1] == section.start_bar:
            runs[-1][1] = section.end_bar
        else:
            runs.append([section.start_bar, section.end_bar])
    notes = (
        Note(60, float(first * BEATS_PER_BAR), float((last - first) * BEATS_PER_BAR), spec.velocity)
        for first, last in runs
    )
    return ScorePart(spec, tuple(notes))


def stroke_accent(step: str, plan: Plan, dice: Dice) -> float | None:
    """Return how hard a step of a chord grid is struck; None where it rests or chance is against it."""
    if step in ".-":
        return None
    if step.isdigit():
        return _BY_CHANCE if dice.chance(int(step) / 10 * (1.0 + 0.7 * plan.mood.density)) else None
    return _VELOCITIES[step]


def chosen_patterns(spec: PartSpec, plan: Plan) -> Mapping[bool, str]:
    """Return the pattern for sections that contrast (True) and for the others (False)."""
    dice = Dice(plan.seed_of(spec.stem), spec.name, "patterns")
    first = dice.below(len(spec.patterns))
    second = (first + 1 + dice.below(max(1, len(spec.patterns) - 1))) % len(spec.patterns)
    return {False: spec.patterns[first], True: spec.patterns[second]}

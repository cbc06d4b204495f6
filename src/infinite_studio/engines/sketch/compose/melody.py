"""What the lead plays: motifs sung over the chords, and brought home at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from infinite_studio.engines.sketch.compose.harmony import CONTRASTING, chord_at
from infinite_studio.engines.sketch.compose.motif import Motif, invent, remembered, shaped
from infinite_studio.engines.sketch.compose.score import ChordSpan, ScorePart, Section
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import PartSpec
from infinite_studio.music.chords import Chord
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.note import Note
from infinite_studio.music.scale import nearest_of, step_along
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BAR, STEPS_PER_BEAT

_STEP_BEATS = 1 / STEPS_PER_BEAT
_PENTATONIC = {Mode.MAJOR: (0, 1, 2, 4, 5), Mode.MINOR: (0, 2, 3, 4, 6)}
_REMEMBERING_CLOSENESS = 0.5


@dataclass(frozen=True)
class _Place:
    """Where a motif is sung: its beats, and whether it is in a section that contrasts."""

    start_beat: float
    end_beat: float
    is_lifted: bool


def play_lead(
    spec: PartSpec, plan: Plan, sections: Sequence[Section], chords: Sequence[ChordSpan]
) -> ScorePart:
    """Play the part's form of motifs through the sections; the last phrase ends on the tonic chord."""
    seed, bars = plan.seed_of(spec.stem), spec.motif_bars
    first, second = (invent(spec, plan.mood, Dice(seed, spec.name, "motif", name)) for name in "ab")
    first = _recalled(spec, plan) or first
    notes: list[Note] = []
    for section in sections:
        contrasts = section.name in CONTRASTING
        motif, other = (second, first) if contrasts else (first, second)
        for place in range(-(-section.n_bars // bars)):
            dice = Dice(seed, spec.name, "form", section.name, place % len(spec.form))
            sung = shaped(motif, other, spec.form, place, bars * STEPS_PER_BAR, dice)
            start = float((section.start_bar + place * bars) * BEATS_PER_BAR)
            end = float(section.end_bar * BEATS_PER_BAR)
            notes += _sung(sung, _Place(start, end, contrasts), spec, chords, plan.key)
    if not plan.is_loop:
        notes = _brought_home(notes, chords, sections[-1].end_bar, spec)
    return ScorePart(spec, tuple(notes))


def _recalled(spec: PartSpec, plan: Plan) -> Motif:
    """Return the motif of the piece to follow, where it is known and the new one should be close to it."""
    like = plan.like
    if like is None or not like.melody:
        return ()
    if plan.closeness < _REMEMBERING_CLOSENESS and not plan.is_continuation:
        return ()
    return remembered(like.melody, like.key or plan.key, spec.motif_bars)


def _sung(motif: Motif, place: _Place, spec: PartSpec, chords: Sequence[ChordSpan], key: Key) -> list[Note]:
    """Fit a motif to the chords: notes on beats and long notes become chord tones, the others scale tones."""
    centre = spec.lowest + (spec.highest - spec.lowest) * (9 if place.is_lifted else 7) // 16
    notes: list[Note] = []
    height = 0
    for note in motif:
        beat = place.start_beat + note.step * _STEP_BEATS
        length = min(note.held * _STEP_BEATS, place.end_beat - beat)
        if length <= 0.0:
            continue
        chord = chord_at(chords, beat).chord
        home = nearest_of(centre, chord.pitch_classes)
        pitch = step_along(home, note.height, _tones(spec, chord, key))
        if note.step % STEPS_PER_BEAT == 0 or note.held >= 4:
            pitch = nearest_of(pitch, chord.pitch_classes)
            if notes and pitch == notes[-1].pitch and note.height != height:
                pitch = step_along(pitch, 1 if note.height > height else -1, chord.pitch_classes)
        height = note.height
        notes.append(Note(_within(pitch, spec), beat, length, min(spec.velocity * note.accent, 1.0)))
    return notes


def _tones(spec: PartSpec, chord: Chord, key: Key) -> tuple[int, ...]:
    scale = chord.scale(key)
    return tuple(scale[place] for place in _PENTATONIC[key.mode]) if spec.pentatonic else scale


def _within(pitch: int, spec: PartSpec) -> int:
    while pitch > spec.highest:
        pitch -= 12
    while pitch < spec.lowest:
        pitch += 12
    return pitch


def _brought_home(notes: list[Note], chords: Sequence[ChordSpan], end_bar: int, spec: PartSpec) -> list[Note]:
    """Let the last bar of a piece of four bars or more hold one root or third of its last chord."""
    if end_bar < 4 or not notes:
        return notes
    last_bar = float((end_bar - 1) * BEATS_PER_BAR)
    before = [note for note in notes if note.start_beat < last_bar]
    chord = chords[-1].chord
    near = before[-1].pitch if before else (spec.lowest + spec.highest) // 2
    pitch = _within(nearest_of(near, chord.pitch_classes[:2]), spec)
    return [*before, Note(pitch, last_bar, float(BEATS_PER_BAR) * 0.75, spec.velocity)]

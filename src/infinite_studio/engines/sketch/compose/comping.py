"""What chord parts, arpeggios and textures play."""

from collections.abc import Mapping, Sequence

from infinite_studio.engines.sketch.compose.harmony import chord_at
from infinite_studio.engines.sketch.compose.score import ChordSpan, ScorePart, Section
from infinite_studio.engines.sketch.grid import bar_of, held_steps
from infinite_studio.engines.sketch.prompt.words import Mood
from infinite_studio.engines.sketch.randomness import Dice
from infinite_studio.engines.sketch.style import PartSpec, SectionName
from infinite_studio.music.chords import Chord, voice
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BEAT

_STEP_BEATS = 1 / STEPS_PER_BEAT
_VELOCITIES = {"X": 1.0, "x": 0.85, "g": 0.5}


def play_chords(
    spec: PartSpec, sections: Sequence[Section], chords: Sequence[ChordSpan], seed: int
) -> ScorePart:
    """Play the part's patterns with chords whose voices move as little as they can.

    A chord that is held when the harmony changes is struck again with the new chord.
    """
    voicings = _voicings(spec, chords)
    patterns = _chosen(spec, seed)
    notes: list[Note] = []
    for section in sections:
        steps = "".join(bar_of(patterns[section.name is SectionName.B], bar) for bar in range(section.n_bars))
        start = float(section.start_bar * BEATS_PER_BAR)
        for place, step in enumerate(steps):
            if step in _VELOCITIES:
                begin = start + place * _STEP_BEATS
                end = begin + held_steps(steps, place) * _STEP_BEATS
                notes += _struck(spec, chords, voicings, begin, end, _VELOCITIES[step])
    return ScorePart(spec, tuple(notes))


def play_arp(
    spec: PartSpec, sections: Sequence[Section], chords: Sequence[ChordSpan], mood: Mood, seed: int
) -> ScorePart:
    """Break the chords into single notes on a grid."""
    voicings = _voicings(spec, chords)
    patterns = _chosen(spec, seed) if spec.patterns else {}
    notes: list[Note] = []
    for section in sections:
        dice = Dice(seed, spec.name, section.name)
        orders = [dice.below(64) for _ in range(64)]
        start, n_beats = section.start_bar * BEATS_PER_BAR, section.n_bars * BEATS_PER_BAR
        pattern = patterns.get(section.name is SectionName.B, "")
        for place in range(int(n_beats / spec.step_beats)):
            beat = start + place * spec.step_beats
            step = _arp_step(pattern, beat - start) if pattern else "x"
            if step not in _VELOCITIES or (mood.density < -0.4 and place % 4 == 3):
                continue
            span = chord_at(chords, beat)
            pitches = voicings[span.chord, span.start_beat]
            pitch = _ordered(pitches, spec.order, place, orders)
            accent = 1.0 if place % 4 == 0 else 0.84
            notes.append(
                Note(pitch, beat, spec.step_beats * spec.gate, spec.velocity * _VELOCITIES[step] * accent)
            )
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


def _voicings(spec: PartSpec, chords: Sequence[ChordSpan]) -> dict[tuple[Chord, float], tuple[int, ...]]:
    """Return the pitches of every chord, each voiced from the one before."""
    voicings: dict[tuple[Chord, float], tuple[int, ...]] = {}
    previous: tuple[int, ...] = ()
    for span in chords:
        previous = voice(span.chord, previous, low=spec.lowest, high=spec.highest, n_voices=spec.voices)
        voicings[span.chord, span.start_beat] = previous
    return voicings


def _chosen(spec: PartSpec, seed: int) -> Mapping[bool, str]:
    """Return the pattern for sections B (True) and for the others (False)."""
    first = Dice(seed, spec.name, "patterns").below(len(spec.patterns))
    return {False: spec.patterns[first], True: spec.patterns[(first + 1) % len(spec.patterns)]}


def _struck(
    spec: PartSpec,
    chords: Sequence[ChordSpan],
    voicings: dict[tuple[Chord, float], tuple[int, ...]],
    begin: float,
    end: float,
    accent: float,
) -> list[Note]:
    """Return the notes of one stroke, struck again wherever the chord changes under it."""
    notes: list[Note] = []
    while begin < end - 1e-9:
        span = chord_at(chords, begin)
        until = min(end, span.end_beat)
        if until <= begin + 1e-9:
            break
        notes += (
            Note(pitch, begin, until - begin, min(1.0, spec.velocity * accent))
            for pitch in voicings[span.chord, span.start_beat]
        )
        begin = until
    return notes


def _arp_step(pattern: str, beat: float) -> str:
    return pattern[int(beat * STEPS_PER_BEAT) % len(pattern)]


def _ordered(pitches: tuple[int, ...], order: str, place: int, orders: list[int]) -> int:
    count = len(pitches)
    if order == "down":
        return pitches[count - 1 - place % count]
    if order == "random":
        return pitches[orders[place % 16] % count]
    if order == "updown" and count > 1:
        turn = place % (2 * count - 2)
        return pitches[turn if turn < count else 2 * count - 2 - turn]
    return pitches[place % count]

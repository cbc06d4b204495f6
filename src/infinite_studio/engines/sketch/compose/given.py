"""A given melody in a piece: from the first bar on, again and again where the piece is longer."""

import math
from collections.abc import Sequence
from dataclasses import replace

from infinite_studio.engines.sketch.compose.score import ScorePart
from infinite_studio.engines.sketch.style import PartSpec
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR


def repeated(melody: Sequence[Note], total_beats: float) -> tuple[Note, ...]:
    """Return the melody from beat 0, repeated after whole bars until the piece ends, where its last note is cut."""
    round_beats = float(max(_whole_bars(melody), 1) * BEATS_PER_BAR)
    notes: list[Note] = []
    for turn in range(math.ceil(total_beats / round_beats)):
        shift = turn * round_beats
        notes += (
            replace(note, start_beat=note.start_beat + shift) if turn else note
            for note in melody
            if note.start_beat + shift < total_beats - 1e-6
        )
    return tuple(
        replace(note, length_beats=total_beats - note.start_beat) if note.end_beat > total_beats else note
        for note in notes
    )


def play_given(spec: PartSpec, melody: Sequence[Note], total_beats: float) -> ScorePart:
    """Play a melody exactly as it was given: pitches, places, lengths and velocities."""
    return ScorePart(spec, repeated(melody, total_beats))


def _whole_bars(melody: Sequence[Note]) -> int:
    return math.ceil(max(note.end_beat for note in melody) / BEATS_PER_BAR - 1e-3)

"""`Score`: the notes of a piece, exactly on the grid, before anything sounds."""

from dataclasses import dataclass

from infinite_studio.engines.sketch.style import PartSpec, SectionName, StyleTempo
from infinite_studio.music.chords import Chord
from infinite_studio.music.key import Key
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import Tempo


@dataclass(frozen=True, slots=True)
class Section:
    """A run of bars of one kind; ``occurrence`` counts sections of the same kind from 0."""

    name: SectionName
    start_bar: int
    n_bars: int
    occurrence: int

    @property
    def end_bar(self) -> int:
        """First bar after the section."""
        return self.start_bar + self.n_bars


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord and the beats it lasts."""

    chord: Chord
    start_beat: float
    length_beats: float

    @property
    def end_beat(self) -> float:
        """First beat after the chord."""
        return self.start_beat + self.length_beats


@dataclass(frozen=True, slots=True)
class Hit:
    """One stroke of a drum."""

    drum: str
    beat: float
    velocity: float


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What one voice of the arrangement plays; ``glides`` holds the start beats of notes that slide in."""

    spec: PartSpec
    notes: tuple[Note, ...]
    glides: frozenset[float] = frozenset()


@dataclass(frozen=True)
class Score:
    """A whole piece as notes and hits; hits are sorted by beat."""

    tempo: Tempo
    key: Key
    total_beats: float
    feel: StyleTempo
    sections: tuple[Section, ...]
    chords: tuple[ChordSpan, ...]
    hits: tuple[Hit, ...]
    parts: tuple[ScorePart, ...]

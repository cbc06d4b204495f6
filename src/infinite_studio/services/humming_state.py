"""The hum panel's state as a view sees it, and the edits of its notes with undo."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from infinite_studio.music.key import Key
from infinite_studio.music.singing import SungNote
from infinite_studio.services.humming_values import Hum, Writing, key_of_hum
from infinite_studio.services.values import Melody, Problem

Notes = tuple[SungNote, ...]

MOST_UNDO = 200


class HumPhase(StrEnum):
    """What happens in the hum panel."""

    EMPTY = "empty"
    OPENING = "opening"
    COUNTING = "counting"
    RECORDING = "recording"
    WORKING = "working"
    READY = "ready"


class HumSound(StrEnum):
    """What of a hum can be heard, and what an engine that listens may follow."""

    RECORDING = "recording"
    NOTES = "notes"
    BOTH = "both"


@dataclass(frozen=True)
class NoteEdits:
    """The notes with what they were before and after each edit."""

    notes: Notes = ()
    before: tuple[Notes, ...] = ()
    after: tuple[Notes, ...] = ()

    def changed(self, notes: Notes) -> "NoteEdits":
        """Return the edits with one more; the same notes are no edit."""
        if notes == self.notes:
            return self
        return NoteEdits(notes, (*self.before, self.notes)[-MOST_UNDO:])

    def undone(self) -> "NoteEdits":
        """Return the edits with the last one taken back."""
        if not self.before:
            return self
        return NoteEdits(self.before[-1], self.before[:-1], (self.notes, *self.after))

    def redone(self) -> "NoteEdits":
        """Return the edits with the last one that was taken back done again."""
        if not self.after:
            return self
        return NoteEdits(self.after[0], (*self.before, self.notes), self.after[1:])


@dataclass(frozen=True)
class HumState:
    """Everything the hum panel shows, apart from the meter, which moves too often."""

    phase: HumPhase = HumPhase.EMPTY
    hum: Hum | None = None
    edits: NoteEdits = field(default_factory=NoteEdits)
    writing: Writing = field(default_factory=Writing)
    guide: HumSound = HumSound.NOTES
    problem: Problem | None = None
    remarks: tuple[str, ...] = ()
    beats_left: int = 0
    heard: HumSound | None = None
    job_id: int | None = None
    interrupted: tuple[str, ...] = ()

    @property
    def notes(self) -> Notes:
        """The notes as edited."""
        return self.edits.notes

    @property
    def key(self) -> Key | None:
        """The key that the notes are in."""
        return key_of_hum(self.notes)

    @property
    def is_busy(self) -> bool:
        """Whether something is recorded or listened to."""
        return self.phase in {HumPhase.OPENING, HumPhase.COUNTING, HumPhase.RECORDING, HumPhase.WORKING}

    def with_notes(self, notes: Notes) -> "HumState":
        """Return the state with edited notes."""
        return replace(self, edits=self.edits.changed(notes))


def state_of_hum(hum: Hum, before: HumState) -> HumState:
    """Return the state right after a hum was listened to: nothing is edited yet, choices stay."""
    writing = replace(before.writing, tempo_bpm=hum.tempo_bpm, first_beat_seconds=hum.first_beat_seconds)
    return HumState(
        HumPhase.READY,
        hum,
        NoteEdits(hum.notes),
        writing,
        before.guide,
        remarks=(*before.remarks, *hum.remarks),
    )


Edit = Callable[[Notes], Notes]
MelodyOf = Callable[[HumState], Melody]

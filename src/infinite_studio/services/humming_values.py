"""What humming hands to views and the command line."""

from dataclasses import dataclass

from infinite_studio.analysis.pitch_curve import PitchCurve
from infinite_studio.audio.audio import Audio
from infinite_studio.music.key import Key
from infinite_studio.music.key_finding import guess_key
from infinite_studio.music.note import Note
from infinite_studio.music.singing import SungNote, notes_on_beats
from infinite_studio.services.values import Melody


@dataclass(frozen=True, eq=False)
class Hum:
    """A recording and what was heard in it.

    Parameters
    ----------
    label : str
        What a person calls it.
    audio : Audio
        The recording as it came.
    curve : PitchCurve
        Its pitch from moment to moment.
    notes : tuple of SungNote
        What is sung, on whole semitones.
    tuning : float
        How far the singer is off concert pitch, in semitones; the notes are without it, the curve with it.
    tempo_bpm : float
        Given with a count-in, guessed otherwise.
    is_tempo_known : bool
        Whether it was given.
    first_beat_seconds : float or None
        Where beat 0 lies in the recording; None: at the first note.
    tracker : str
        Which pitch tracker listened.
    remarks : tuple of str
        Sentences about the recording that a person should read.
    object_id : str
        The recording in the library; empty where it is kept in memory only.
    """

    label: str
    audio: Audio
    curve: PitchCurve
    notes: tuple[SungNote, ...]
    tuning: float
    tempo_bpm: float
    is_tempo_known: bool
    first_beat_seconds: float | None
    tracker: str
    remarks: tuple[str, ...] = ()
    object_id: str = ""


@dataclass(frozen=True)
class Writing:
    """How sung notes are written down: how far they move to the grid, at which tempo, and where beat 0 lies."""

    strength: float = 1.0
    tempo_bpm: float = 120.0
    first_beat_seconds: float | None = None


def written(notes: tuple[SungNote, ...], writing: Writing) -> tuple[Note, ...]:
    """Return the notes in beats."""
    return notes_on_beats(
        notes,
        writing.tempo_bpm,
        strength=writing.strength,
        first_beat_seconds=writing.first_beat_seconds,
    )


def melody_of_hum(notes: tuple[SungNote, ...], writing: Writing, label: str) -> Melody:
    """Return the melody for a lead."""
    return Melody(written(notes, writing), label, writing.tempo_bpm)


def key_of_hum(notes: tuple[SungNote, ...]) -> Key | None:
    """Return the key that the notes are in; None where there are none."""
    return guess_key(written(notes, Writing()))

"""What the lead plays where a melody is given: the notes as they are, moved only where that was asked for."""

from dataclasses import replace

from infinite_studio.engines.base import GenerationRequest, InvalidRequestError
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.music.key import Key
from infinite_studio.music.key_finding import guess_key
from infinite_studio.music.note import Note


def choose_melody(request: GenerationRequest, reading: PromptReading, key: Key) -> tuple[Note, ...]:
    """Return the notes in their order.

    Raises
    ------
    InvalidRequestError
        If they would leave the range of MIDI pitches where they are moved.
    """
    shift = 12 * reading.octaves
    if reading.transposes:
        found = guess_key(request.melody)
        shift += 0 if found is None else _nearest_way(found, key)
    ordered = sorted(request.melody, key=lambda note: (note.start_beat, note.pitch))
    if any(not 0 <= note.pitch + shift <= 127 for note in ordered):
        raise InvalidRequestError(
            f"The melody cannot be moved by {shift:+d} semitones.",
            hint="Leave it where it is, or move it less far.",
        )
    return tuple(replace(note, pitch=note.pitch + shift) for note in ordered)


def _nearest_way(found: Key, key: Key) -> int:
    """Return by how many semitones to move, −5 to 6; between the modes through the relative key."""
    start = found if found.mode is key.mode else found.relative
    return (key.tonic - start.tonic + 5) % 12 - 5

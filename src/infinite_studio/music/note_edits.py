"""What a person does to sung notes: move, resize, split, merge, delete, transpose, put into a key; always one voice."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from infinite_studio.music.key import Key
from infinite_studio.music.singing import SungNote

Notes = tuple[SungNote, ...]

SHORTEST_SECONDS = 0.04
_LOWEST, _HIGHEST = 0.0, 127.0


def moved(notes: Notes, places: Collection[int], *, semitones: float = 0.0, seconds: float = 0.0) -> Notes:
    """Return the notes with some of them elsewhere.

    Parameters
    ----------
    notes : tuple of SungNote
        One voice, in order.
    places : collection of int
        Which of them to move, together.
    semitones, seconds : float
        How far; less where a note would leave the range of MIDI or begin before 0.

    Returns
    -------
    tuple of SungNote
        In order; what they now cover of others is cut off or gone.
    """
    chosen = [notes[place] for place in sorted(set(places))]
    if not chosen:
        return notes
    up = min(max(semitones, _LOWEST - min(n.pitch for n in chosen)), _HIGHEST - max(n.pitch for n in chosen))
    later = max(seconds, -min(note.start_seconds for note in chosen))
    there = [
        replace(note, pitch=note.pitch + up, start_seconds=note.start_seconds + later) for note in chosen
    ]
    return _laid_over(_others(notes, places), there)


def resized(notes: Notes, place: int, start_seconds: float, end_seconds: float) -> Notes:
    """Return the notes with one that begins and ends elsewhere.

    Parameters
    ----------
    notes : tuple of SungNote
        One voice, in order.
    place : int
        Which of them.
    start_seconds, end_seconds : float
        Its new borders; at least 40 ms apart, not before 0.

    Returns
    -------
    tuple of SungNote
        In order; what it now covers of others is cut off or gone.
    """
    start = max(min(start_seconds, end_seconds - SHORTEST_SECONDS), 0.0)
    length = max(end_seconds - start, SHORTEST_SECONDS)
    changed = replace(notes[place], start_seconds=start, length_seconds=length)
    return _laid_over(_others(notes, (place,)), [changed])


def split(notes: Notes, place: int, at_seconds: float) -> Notes:
    """Return the notes with one cut in two.

    Parameters
    ----------
    notes : tuple of SungNote
        One voice, in order.
    place : int
        Which of them.
    at_seconds : float
        Where; moved so that both parts keep at least 40 ms. A note too short for that stays whole.
    """
    note = notes[place]
    if note.length_seconds < 2 * SHORTEST_SECONDS:
        return notes
    end = note.start_seconds + note.length_seconds
    at = min(max(at_seconds, note.start_seconds + SHORTEST_SECONDS), end - SHORTEST_SECONDS)
    parts = (
        replace(note, length_seconds=at - note.start_seconds),
        replace(note, start_seconds=at, length_seconds=end - at),
    )
    return (*notes[:place], *parts, *notes[place + 1 :])


def merged(notes: Notes, places: Collection[int]) -> Notes:
    """Return the notes with all from the first to the last chosen one as a single note.

    Parameters
    ----------
    notes : tuple of SungNote
        One voice, in order.
    places : collection of int
        At least two to change anything. The longest among them gives pitch and velocity.
    """
    if len(set(places)) < 2:
        return notes
    first, last = min(places), max(places)
    parts = notes[first : last + 1]
    longest = max(parts, key=lambda note: note.length_seconds)
    start, end = parts[0].start_seconds, parts[-1].start_seconds + parts[-1].length_seconds
    whole = replace(longest, start_seconds=start, length_seconds=end - start)
    return (*notes[:first], whole, *notes[last + 1 :])


def deleted(notes: Notes, places: Collection[int]) -> Notes:
    """Return the notes without some of them.

    Parameters
    ----------
    notes : tuple of SungNote
        One voice, in order.
    places : collection of int
        Which of them go.
    """
    return tuple(_others(notes, places))


def added(notes: Notes, note: SungNote) -> Notes:
    """Return the notes with one more.

    Parameters
    ----------
    notes : tuple of SungNote
        One voice, in order.
    note : SungNote
        What it covers of others is cut off or gone.
    """
    return _laid_over(notes, [note])


def snapped_to_key(notes: Notes, key: Key) -> Notes:
    """Return the notes on the nearest pitches of a key.

    Parameters
    ----------
    notes : tuple of SungNote
        One voice, in order.
    key : Key
        Major or natural minor; in minor the raised seventh right below a tonic that follows stays.

    Returns
    -------
    tuple of SungNote
        Same places; of two pitches equally near the one below, as singers are rather sharp on passing notes.
    """
    inside = set(key.scale)
    snapped = []
    for place, note in enumerate(notes):
        following = notes[place + 1] if place + 1 < len(notes) else None
        leads = following is not None and _leads_home(note, following, key)
        pitch = round(note.pitch)
        near = (pitch, pitch - 1, pitch + 1)
        best = pitch if leads else next(p for p in near if p % 12 in inside)
        snapped.append(replace(note, pitch=float(min(max(best, 0), 127))))
    return tuple(snapped)


def _leads_home(note: SungNote, following: SungNote, key: Key) -> bool:
    return round(following.pitch) % 12 == key.tonic and round(following.pitch) - round(note.pitch) == 1


def _others(notes: Sequence[SungNote], places: Collection[int]) -> list[SungNote]:
    return [note for place, note in enumerate(notes) if place not in places]


def _laid_over(below: Sequence[SungNote], above: Sequence[SungNote]) -> Notes:
    """Return all notes in order; each of the notes above cuts away what it covers."""
    kept = list(below)
    for note in sorted(above, key=lambda one: one.start_seconds):
        start, end = note.start_seconds, note.start_seconds + note.length_seconds
        kept = [part for one in kept for part in _outside(one, start, end)]
        kept.append(note)
    return tuple(sorted(kept, key=lambda one: one.start_seconds))


def _outside(note: SungNote, start: float, end: float) -> list[SungNote]:
    """Return what is left of a note beside a stretch: what lies before it, else what lies after."""
    note_end = note.start_seconds + note.length_seconds
    if note_end <= start or note.start_seconds >= end:
        return [note]
    if start - note.start_seconds >= SHORTEST_SECONDS:
        return [replace(note, length_seconds=start - note.start_seconds)]
    if note_end - end >= SHORTEST_SECONDS:
        return [replace(note, start_seconds=end, length_seconds=note_end - end)]
    return []

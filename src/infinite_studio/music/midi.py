"""MIDI files: notes out to any workstation, and melodies in."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from infinite_studio.errors import StudioError
from infinite_studio.music.key import Key, Mode, UnknownKeyError
from infinite_studio.music.note import Note

if TYPE_CHECKING:
    import mido

TICKS_PER_BEAT = 960
DRUM_CHANNEL = 9
DRUM_TRACK = "drums"
MAX_FILE_BYTES = 8_000_000
_MAX_NOTES = 200_000
_SHORTEST_TICKS = 1


class MidiError(StudioError):
    """A MIDI file that cannot be read or written."""

    def __init__(self, path: Path, sentence: str, hint: str) -> None:
        super().__init__(sentence, hint=hint)
        self.path = path


@dataclass(frozen=True)
class MidiContent:
    """What a MIDI file holds.

    Parameters
    ----------
    tracks : Mapping of str to tuple of Note
        Notes by track name, in beats; tracks without notes are left out, names that occur twice are numbered.
    tempo_bpm : float or None
        The first tempo of the file; None where it names none (players then take 120).
    key : Key or None
        The first key signature; None where it has none.
    """

    tracks: Mapping[str, tuple[Note, ...]]
    tempo_bpm: float | None = None
    key: Key | None = None


def write_midi(path: Path, notes: Mapping[str, Sequence[Note]], tempo_bpm: float, key: Key | None) -> None:
    """Write a standard MIDI file of type 1: a conductor track, then one track for each part.

    Parameters
    ----------
    path : Path
        Where to; an existing file is replaced as a whole or not at all.
    notes : Mapping of str to sequence of Note
        Notes by track name; ``drums`` goes to channel 10, the others each to a channel of its own (from 1, without
        10, beginning again after 15 parts).
    tempo_bpm : float
        4 to 60,000; written to the microsecond per beat.
    key : Key or None
        Written as key signature, where there is one.

    Raises
    ------
    MidiError
        If the file cannot be written.

    Notes
    -----
    Beats are rounded to 1/960, which holds 48ths of a beat exactly; velocities to 1/127.
    """
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    conductor = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=round(60_000_000 / tempo_bpm))])
    conductor.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    if key is not None:
        conductor.append(mido.MetaMessage("key_signature", key=_signature(key)))
    file.tracks.append(conductor)
    channels = (channel for _ in range(len(notes) + 1) for channel in range(16) if channel != DRUM_CHANNEL)
    for name, part in notes.items():
        channel = DRUM_CHANNEL if name == DRUM_TRACK else next(channels)
        file.tracks.append(_track(name, part, channel))
    _save(file, path)


def read_midi(path: Path) -> MidiContent:
    """Read the notes, the first tempo and the first key of a MIDI file.

    Parameters
    ----------
    path : Path
        A standard MIDI file of type 0, 1 or 2, at most 8 MB.

    Raises
    ------
    MidiError
        If the file cannot be read, is none, is damaged, counts time in seconds (SMPTE) or holds over 200,000 notes.

    Notes
    -----
    Notes that never end are held to the end of their track; a note struck again while it sounds ends there.
    """
    import mido

    with _reading(path):
        if path.stat().st_size > MAX_FILE_BYTES:
            raise MidiError(
                path,
                f"“{path.name}” is too large for a MIDI file of notes.",
                "Use a file below 8 MB.",
            )
        file = mido.MidiFile(str(path), clip=True)
        if file.ticks_per_beat <= 0 or file.ticks_per_beat >= 0x8000:
            raise MidiError(
                path,
                f"“{path.name}” counts time in film frames instead of beats.",
                "Export it again with a tempo.",
            )
        return _content(path, file)


def _content(path: Path, file: "mido.MidiFile") -> MidiContent:
    tracks: dict[str, tuple[Note, ...]] = {}
    tempo_bpm, key, n_notes = None, None, 0
    for number, track in enumerate(file.tracks, 1):
        for message in track:
            if message.type == "set_tempo" and tempo_bpm is None and message.tempo > 0:
                tempo_bpm = round(60_000_000 / message.tempo, 2)
            elif message.type == "key_signature" and key is None:
                key = _key(message.key)
        for name, notes in _parts(track, file.ticks_per_beat, number):
            n_notes += len(notes)
            if n_notes > _MAX_NOTES:
                raise MidiError(
                    path, f"“{path.name}” holds over {_MAX_NOTES:,} notes.", "Use a file with fewer notes."
                )
            tracks[_free_name(name, tracks)] = notes
    return MidiContent(tracks, tempo_bpm, key)


def _parts(
    track: "mido.MidiTrack", ticks_per_beat: int, number: int
) -> Iterator[tuple[str, tuple[Note, ...]]]:
    """Yield the notes of a track for each channel in it, so that files of type 0 come apart."""
    notes: dict[int, list[Note]] = {}
    sounding: dict[tuple[int, int], tuple[int, int]] = {}
    tick = 0

    def end(channel: int, pitch: int) -> None:
        start, velocity = sounding.pop((channel, pitch))
        length = max(tick - start, _SHORTEST_TICKS) / ticks_per_beat
        notes.setdefault(channel, []).append(Note(pitch, start / ticks_per_beat, length, velocity / 127))

    for message in track:
        tick += message.time
        if message.type not in {"note_on", "note_off"}:
            continue
        place = (message.channel, message.note)
        if place in sounding:
            end(*place)
        if message.type == "note_on" and message.velocity > 0:
            sounding[place] = (tick, message.velocity)
    for place in list(sounding):
        end(*place)
    for channel in sorted(notes):
        ordered = sorted(notes[channel], key=lambda note: (note.start_beat, note.pitch))
        is_drums = channel == DRUM_CHANNEL and not track.name
        yield (DRUM_TRACK if is_drums else track.name or f"track {number}"), tuple(ordered)


def _free_name(name: str, taken: Mapping[str, object]) -> str:
    if name not in taken:
        return name
    return next(f"{name} {count}" for count in range(2, len(taken) + 3) if f"{name} {count}" not in taken)


def _track(name: str, notes: Sequence[Note], channel: int) -> "mido.MidiTrack":
    import mido

    events: list[tuple[int, int, int, int]] = []
    for note in _without_overlaps(notes):
        start = round(note.start_beat * TICKS_PER_BEAT)
        end = max(round(note.end_beat * TICKS_PER_BEAT), start + _SHORTEST_TICKS)
        events.append((start, 1, note.pitch, min(max(round(note.velocity * 127), 1), 127)))
        events.append((end, 0, note.pitch, 0))
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    tick = 0
    for at, is_on, pitch, velocity in sorted(events):
        kind = "note_on" if is_on else "note_off"
        track.append(mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=at - tick))
        tick = at
    return track


def _without_overlaps(notes: Sequence[Note]) -> list[Note]:
    """End every note where the same pitch is struck again: one channel cannot hold a pitch twice."""
    kept: dict[tuple[int, int], Note] = {}
    last: dict[int, tuple[int, int]] = {}
    for note in sorted(notes, key=lambda one: (one.start_beat, one.pitch, one.length_beats)):
        place = (note.pitch, round(note.start_beat * TICKS_PER_BEAT))
        before = last.get(note.pitch)
        if before is not None and before != place:
            earlier = kept[before]
            gap = note.start_beat - earlier.start_beat
            kept[before] = Note(
                earlier.pitch, earlier.start_beat, min(earlier.length_beats, gap), earlier.velocity
            )
        kept[place] = note
        last[note.pitch] = place
    return list(kept.values())


def _save(file: "mido.MidiFile", path: Path) -> None:
    """Write beside the place and put it there at once."""
    partial = path.with_name(f".{uuid4().hex}.partial")
    try:
        with partial.open("wb") as stream:
            file.save(file=stream)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise MidiError(
            path,
            f"“{path.name}” could not be written: {error.strerror or error}.",
            "Choose another folder or make room there.",
        ) from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn whatever a file that is damaged makes mido raise into one error."""
    import mido

    try:
        yield
    except MidiError:
        raise
    except OSError as error:
        if isinstance(error, EOFError) or error.strerror is None:
            raise _damaged(path) from error
        raise MidiError(
            path,
            f"“{path.name}” could not be opened: {error.strerror}.",
            "Check that the file is there and may be read.",
        ) from error
    except (EOFError, ValueError, KeyError, IndexError, TypeError, mido.KeySignatureError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> MidiError:
    return MidiError(
        path,
        f"“{path.name}” is no MIDI file or is damaged.",
        "Export it again from the program it came from.",
    )


def _signature(key: Key) -> str:
    tonic = str(key).split(" ", maxsplit=1)[0]
    return tonic + ("m" if key.mode is Mode.MINOR else "")


def _key(name: str) -> Key | None:
    """Return the key of a signature; None for the few that our names do not have, such as Cb."""
    spelled = {"Cb": "B", "Abm": "G#m"}.get(name, name)
    try:
        return Key.parse(spelled)
    except UnknownKeyError:
        return None

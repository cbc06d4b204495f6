"""Melodies for the lead: read from MIDI files or taken from takes; whatever else finds a tune hands over the same value."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from infinite_studio.engines.base import GenerationEngine, GenerationRequest
from infinite_studio.errors import StudioError
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.midi import DRUM_TRACK, read_midi
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR
from infinite_studio.services.values import Melody

_LEAD_WORDS = ("lead", "melody", "vocal", "voice", "solo", "theme", "tune")
_LOW_WORDS = ("bass", "pad", "chord", "drum", "perc")
_SHORTEST_BEATS = 1 / 16
_PROBE_BPM = (61.803, 98.596)


class NoMelodyError(StudioError):
    """A file or a take without a note that a lead could play."""

    def __init__(self, label: str, hint: str) -> None:
        super().__init__(f"There is no melody in “{label}”.", hint=hint)
        self.label = label


def melodies_of_midi(path: Path) -> tuple[Melody, ...]:
    """Return what the tracks of a MIDI file sing, the likeliest melody first.

    Raises
    ------
    MidiError
        If the file cannot be read.
    NoMelodyError
        If it holds no notes but drums.
    """
    content = read_midi(path)
    tracks = {name: notes for name, notes in content.tracks.items() if not _is_drums(name)}
    if not tracks:
        raise NoMelodyError(path.name, "Choose a MIDI file with a tune on one of its tracks.")
    best = sorted(tracks, key=lambda name: _unlikeliness(name, tracks[name]))
    alone = len(tracks) == 1
    return tuple(
        Melody(
            from_first_bar(top_line(tracks[name])),
            path.stem if alone else f"{path.stem} · {name}",
            content.tempo_bpm,
        )
        for name in best
    )


def melody_of_notes(notes: Sequence[Note], label: str, tempo_bpm: float) -> Melody:
    """Return what a take's lead plays as a melody for another take.

    Raises
    ------
    NoMelodyError
        If it plays nothing.
    """
    if not notes:
        raise NoMelodyError(label, "Choose a take with a lead, or a MIDI file.")
    return Melody(from_first_bar(top_line(notes)), label, tempo_bpm)


def top_line(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return one voice: of what sounds together the highest, each note ending where the next begins."""
    ordered = sorted(notes, key=lambda note: (note.start_beat, -note.pitch))
    line: list[Note] = []
    for note in ordered:
        last = line[-1] if line else None
        if last is None or note.start_beat >= last.end_beat - 1e-9:
            line.append(note)
        elif note.pitch > last.pitch:
            if note.start_beat - last.start_beat >= _SHORTEST_BEATS:
                line[-1] = replace(last, length_beats=note.start_beat - last.start_beat)
                line.append(note)
            else:
                line[-1] = note
        elif note.start_beat - last.start_beat >= last.length_beats / 2:
            line[-1] = replace(last, length_beats=note.start_beat - last.start_beat)
            line.append(note)
    return tuple(line)


def from_first_bar(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return the notes without the empty bars before them."""
    first_beat = min((note.start_beat for note in notes), default=0.0)
    empty_beats = math.floor(first_beat / BEATS_PER_BAR + 1e-9) * BEATS_PER_BAR
    return tuple(replace(note, start_beat=note.start_beat - empty_beats) for note in notes)


def names_tempo(prompt: str, engine: GenerationEngine) -> bool:
    """Whether a prompt says its tempo: then a piece to follow cannot change it."""
    tempos = [
        engine.understand(GenerationRequest(prompt, like=Blueprint(tempo_bpm), bars=1)).tempo_bpm
        for tempo_bpm in _PROBE_BPM
    ]
    return tempos[0] == tempos[1]


def _is_drums(name: str) -> bool:
    return name.casefold().startswith(DRUM_TRACK)


def _unlikeliness(name: str, notes: Sequence[Note]) -> tuple[int, float]:
    """Rate how unlikely a track is the melody: by its name, then by how many notes sound at once, then by how low it is."""
    folded = name.casefold()
    named = any(word in folded for word in _LEAD_WORDS) - any(word in folded for word in _LOW_WORDS)
    sounding = sum(note.length_beats for note in notes) / max(_span(notes), 1e-6)
    height = sum(note.pitch for note in notes) / len(notes)
    return -named, max(sounding - 1.0, 0.0) - height / 64.0


def _span(notes: Sequence[Note]) -> float:
    return max(note.end_beat for note in notes) - min(note.start_beat for note in notes)

"""From notes in seconds, as they are sung or played freely, to notes in beats."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from infinite_studio.music.note import Note
from infinite_studio.music.tempo import Tempo

SLOWEST_BPM, FASTEST_BPM = 60.0, 180.0
_USUAL_BPM = 105.0
_USUAL_OCTAVES = 0.7
_GRID_PER_BEAT = 4
_STEP_BPM = 0.5
_SHORTEST_BEATS = 0.125


@dataclass(frozen=True, slots=True)
class SungNote:
    """One note in seconds.

    Parameters
    ----------
    pitch : float
        MIDI note number; fractions are cents / 100.
    start_seconds : float
        Where it begins.
    length_seconds : float
        How long it sounds; positive.
    velocity : float
        Above 0 up to 1.
    """

    pitch: float
    start_seconds: float
    length_seconds: float
    velocity: float = 0.8


def guess_tempo(onsets_seconds: Sequence[float]) -> float:
    """Return the tempo on whose sixteenths some onsets lie best.

    Parameters
    ----------
    onsets_seconds : sequence of float
        Where notes begin, rising. With fewer than three there is nothing to go by: 120.

    Returns
    -------
    float
        60 to 180 beats per minute, in steps of a half.

    Notes
    -----
    For each tempo the resultant length of the onsets' phases on quarters, eighths and sixteenths (a circular
    mean, which needs no phase to be known) times how usual the tempo is, log-normal around 105 BPM. Free
    singing has no exact tempo: then the result is the grid on which it looks least wrong.
    """
    if len(onsets_seconds) < 3:
        return 120.0
    n_steps = round((FASTEST_BPM - SLOWEST_BPM) / _STEP_BPM)
    tempi = [SLOWEST_BPM + place * _STEP_BPM for place in range(n_steps + 1)]
    return max(tempi, key=lambda bpm: _fit(onsets_seconds, bpm))


def notes_on_beats(sung: Sequence[SungNote], tempo_bpm: float, *, quantise: bool = True) -> tuple[Note, ...]:
    """Write sung notes down in beats, the first on beat 0.

    Parameters
    ----------
    sung : sequence of SungNote
        Rising starts.
    tempo_bpm : float
        Positive.
    quantise : bool
        Move starts and ends to the nearest sixteenth; each note keeps at least one.

    Returns
    -------
    tuple of Note
        Pitches rounded to semitones after the singer's own tuning, which is the circular mean of the pitches'
        fractions, was taken out; notes that would begin together keep only the longest.
    """
    if not sung:
        return ()
    tempo, tuning = Tempo(tempo_bpm), _tuning(sung)
    first = sung[0].start_seconds
    placed: dict[float, Note] = {}
    for note in sung:
        start = tempo.beats_of(note.start_seconds - first)
        length = max(tempo.beats_of(note.length_seconds), _SHORTEST_BEATS)
        if quantise:
            start = round(start * _GRID_PER_BEAT) / _GRID_PER_BEAT
            length = max(round(length * _GRID_PER_BEAT), 1) / _GRID_PER_BEAT
        pitch = min(max(round(note.pitch - tuning), 0), 127)
        written = Note(pitch, max(start, 0.0), length, note.velocity)
        before = placed.get(written.start_beat)
        if before is None or before.length_beats < written.length_beats:
            placed[written.start_beat] = written
    return tuple(placed[start] for start in sorted(placed))


def _tuning(sung: Sequence[SungNote]) -> float:
    """Return how far the singer is off concert pitch, in semitones, −0.5 to 0.5."""
    sines = sum(note.length_seconds * math.sin(2 * math.pi * note.pitch) for note in sung)
    cosines = sum(note.length_seconds * math.cos(2 * math.pi * note.pitch) for note in sung)
    return math.atan2(sines, cosines) / (2 * math.pi)


def _fit(onsets_seconds: Sequence[float], bpm: float) -> float:
    fit = sum(
        weight * _resultant(onsets_seconds, 60.0 / bpm / parts)
        for parts, weight in ((1, 0.6), (2, 0.8), (4, 1.0))
    )
    usual = math.exp(-0.5 * (math.log2(bpm / _USUAL_BPM) / _USUAL_OCTAVES) ** 2)
    return fit * usual


def _resultant(onsets_seconds: Sequence[float], period_seconds: float) -> float:
    """Return 1 where all onsets lie on one grid of this period, near 0 where they lie anywhere."""
    angles = [2 * math.pi * onset / period_seconds for onset in onsets_seconds]
    return math.hypot(sum(map(math.cos, angles)), sum(map(math.sin, angles))) / len(angles)

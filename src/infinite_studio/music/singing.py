"""From notes in seconds, as they are sung or played freely, to notes in beats."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

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


def notes_on_beats(
    sung: Sequence[SungNote],
    tempo_bpm: float,
    *,
    strength: float = 1.0,
    first_beat_seconds: float | None = None,
) -> tuple[Note, ...]:
    """Write sung notes down in beats.

    Parameters
    ----------
    sung : sequence of SungNote
        Rising starts.
    tempo_bpm : float
        Positive.
    strength : float
        How far starts and ends move to the nearest sixteenth of the singer's own grid: 0 (stay as sung) to 1
        (exactly there; each note then keeps at least one sixteenth).
    first_beat_seconds : float or None
        Where beat 0 lies, as after a count-in; None puts the first note there.

    Returns
    -------
    tuple of Note
        Pitches rounded to semitones after `tuning_of` was taken out; what was sung before beat 0 begins on it; notes
        that would begin together keep only the longest.
    """
    if not sung:
        return ()
    tempo, tuning = Tempo(tempo_bpm), tuning_of(sung)
    is_free = first_beat_seconds is None
    origin = sung[0].start_seconds if first_beat_seconds is None else first_beat_seconds
    late = _lateness([tempo.beats_of(note.start_seconds - origin) for note in sung]) if is_free else 0.0
    placed: dict[float, Note] = {}
    for note in sung:
        free = tempo.beats_of(note.start_seconds - origin)
        start = _towards(round((free - late) * _GRID_PER_BEAT) / _GRID_PER_BEAT, free, strength)
        held = max(tempo.beats_of(note.length_seconds), _SHORTEST_BEATS)
        length = _towards(max(round(held * _GRID_PER_BEAT), 1) / _GRID_PER_BEAT, held, strength)
        pitch = min(max(round(note.pitch - tuning), 0), 127)
        written = Note(pitch, max(start, 0.0), length, note.velocity)
        before = placed.get(written.start_beat)
        if before is None or before.length_beats < written.length_beats:
            placed[written.start_beat] = written
    return tuple(placed[start] for start in sorted(placed))


def in_tune(sung: Sequence[SungNote]) -> tuple[SungNote, ...]:
    """Return the notes on whole semitones, after the singer's own tuning was taken out.

    Parameters
    ----------
    sung : sequence of SungNote
        As sung.

    Returns
    -------
    tuple of SungNote
        Same places; pitches whole, 0 to 127.
    """
    tuning = tuning_of(sung)
    return tuple(replace(note, pitch=float(min(max(round(note.pitch - tuning), 0), 127))) for note in sung)


def tuning_of(sung: Sequence[SungNote]) -> float:
    """Return how far a singer is off concert pitch.

    Parameters
    ----------
    sung : sequence of SungNote
        As sung.

    Returns
    -------
    float
        In semitones, −0.5 to 0.5: the circular mean of the pitches' fractions, by length.
    """
    sines = sum(note.length_seconds * math.sin(2 * math.pi * note.pitch) for note in sung)
    cosines = sum(note.length_seconds * math.cos(2 * math.pi * note.pitch) for note in sung)
    return math.atan2(sines, cosines) / (2 * math.pi)


def _towards(grid: float, free: float, strength: float) -> float:
    return grid if strength >= 1.0 else free + strength * (grid - free)


def _lateness(beats: Sequence[float]) -> float:
    """Return how far the grid on which the starts lie best is behind the first of them, within half a sixteenth."""
    angles = [2 * math.pi * beat * _GRID_PER_BEAT for beat in beats]
    sines, cosines = sum(map(math.sin, angles)), sum(map(math.cos, angles))
    return math.atan2(sines, cosines) / (2 * math.pi * _GRID_PER_BEAT)


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

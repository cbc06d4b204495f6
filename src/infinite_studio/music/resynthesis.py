"""A clean line out of notes: what a melody sounds like without the voice that hummed it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio
from infinite_studio.music.note import Note, frequency_hz
from infinite_studio.music.singing import SungNote
from infinite_studio.music.tempo import Tempo

_OVERTONES = (1.0, 0.42, 0.22, 0.12, 0.06, 0.03)
_ATTACK_SECONDS = 0.012
_RELEASE_SECONDS = 0.05
_DECAY_SECONDS = 2.5
_GAIN = 0.3
_HIGHEST_SHARE = 0.45


def resynthesise(
    notes: Sequence[SungNote], sample_rate: int, *, length_seconds: float | None = None
) -> Audio:
    """Return notes as one clear, steady voice.

    Parameters
    ----------
    notes : sequence of SungNote
        In seconds; pitches may have fractions.
    sample_rate : int
        Hz.
    length_seconds : float or None
        Length of the result; None ends with the last note.

    Returns
    -------
    Audio
        Mono; the peak stays below −6 dBFS for one voice. At least one frame.

    Notes
    -----
    Six partials with soft beginnings and ends inside of each note, so that repeated pitches stay apart; no noise, no slides, no vibrato, so that a model that is
    conditioned on pitch classes hears exactly the notes.
    """
    end = max((note.start_seconds + note.length_seconds for note in notes), default=0.0)
    seconds = end if length_seconds is None else length_seconds
    sound = np.zeros(max(round(seconds * sample_rate), 1))
    for note in notes:
        start = round(note.start_seconds * sample_rate)
        voice = _voice(note, sample_rate)[: max(sound.size - start, 0)]
        sound[start : start + voice.size] += voice
    return Audio.of(sound.astype(np.float32), sample_rate)


def resynthesise_beats(
    notes: Sequence[Note], tempo_bpm: float, sample_rate: int, *, length_seconds: float | None = None
) -> Audio:
    """Return notes in beats as one clear, steady voice; see `resynthesise`.

    Parameters
    ----------
    notes : sequence of Note
        In beats.
    tempo_bpm : float
        Positive.
    sample_rate : int
        Hz.
    length_seconds : float or None
        Length of the result; None ends with the last note.

    Returns
    -------
    Audio
        Mono.
    """
    return resynthesise(sung_notes(notes, tempo_bpm), sample_rate, length_seconds=length_seconds)


def sung_notes(notes: Sequence[Note], tempo_bpm: float) -> tuple[SungNote, ...]:
    """Return notes in beats as notes in seconds.

    Parameters
    ----------
    notes : sequence of Note
        In beats.
    tempo_bpm : float
        Positive.
    """
    tempo = Tempo(tempo_bpm)
    return tuple(
        SungNote(
            float(note.pitch),
            tempo.seconds_of(note.start_beat),
            tempo.seconds_of(note.length_beats),
            note.velocity,
        )
        for note in notes
    )


def _voice(note: SungNote, sample_rate: int) -> NDArray[np.float64]:
    n_frames = max(round(note.length_seconds * sample_rate), 2)
    n_release = max(min(round(_RELEASE_SECONDS * sample_rate), n_frames // 2), 1)
    n_held = n_frames - n_release
    n_attack = min(max(round(_ATTACK_SECONDS * sample_rate), 1), n_held)
    times = np.arange(n_frames) / sample_rate
    hz = frequency_hz(note.pitch)
    tone = np.zeros(times.size)
    for number, strength in enumerate(_OVERTONES, 1):
        if number * hz < _HIGHEST_SHARE * sample_rate:
            tone += strength * np.sin(2.0 * np.pi * number * hz * times)
    envelope = np.exp(-times / _DECAY_SECONDS)
    envelope[:n_attack] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(n_attack) / n_attack)
    envelope[n_held:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, n_release + 1) / n_release)
    return np.asarray(_GAIN * note.velocity * tone * envelope)

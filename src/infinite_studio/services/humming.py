"""Hum a tune: from a recording to notes."""

from pathlib import Path

import numpy as np

from infinite_studio.analysis.melody_notes import notes_of_curve
from infinite_studio.analysis.pitch_curve import TRACK_RATE, PitchCurve, Salience
from infinite_studio.analysis.pitch_frames import Mono, gate_db, levels_db
from infinite_studio.analysis.pitch_track import pitch_curve_of
from infinite_studio.analysis.pitch_yin import yin_salience
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import probe, read_audio
from infinite_studio.audio.resampling import resample
from infinite_studio.engines.crepe.tracker import CrepeTracker, CrepeUnavailableError
from infinite_studio.errors import StudioError
from infinite_studio.music.key import Key
from infinite_studio.music.midi import write_midi
from infinite_studio.music.singing import SungNote, guess_tempo, in_tune, tuning_of
from infinite_studio.progress import Part, Progress
from infinite_studio.services.humming_values import Hum, Writing, written

LONGEST_SECONDS = 600.0
SHORTEST_SECONDS = 0.1
BUILT_IN = "built-in tracker"
_BELOW_GATE_DB = 8.0
_LEAST_VOICED_SHARE = 0.10
_CLIPPED_LEVEL = 0.999
_LEAST_CLIPPED = 8
_UNCLEAR_SHARE = 0.35
_STEADY_SEMITONES = 0.6

CLIPPED = "The recording is clipped: sing softer or further away from the microphone next time."
UNCLEAR = "Much of this has no clear pitch: speech, noise or several voices at once. Check the notes."


class HumTooLongError(StudioError):
    """A recording longer than a tune."""

    def __init__(self, label: str, seconds: float) -> None:
        super().__init__(
            f"“{label}” lasts {seconds / 60:.0f} minutes, which is too long for a tune.",
            hint=f"Choose a piece of at most {LONGEST_SECONDS / 60:.0f} minutes.",
        )
        self.seconds = seconds


class NothingHeardError(StudioError):
    """A recording in which no tune was found."""

    def __init__(self, label: str, *, is_silent: bool) -> None:
        super().__init__(
            f"“{label}” is silent." if is_silent else f"No tune was heard in “{label}”.",
            hint="Check that the right input is chosen and not muted, and that the level meter moves."
            if is_silent
            else "Hum or sing one line, close to the microphone, without accompaniment.",
        )
        self.is_silent = is_silent


def read_hum(path: Path, progress: Progress) -> Audio:
    """Read a recording; refuse what is too long before reading it.

    Raises
    ------
    StudioError
        If it cannot be read or is over ten minutes long.
    """
    info = probe(path)
    if info.duration_seconds is not None and info.duration_seconds > LONGEST_SECONDS:
        raise HumTooLongError(path.name, info.duration_seconds)
    return read_audio(path, progress)


def transcribe(
    audio: Audio,
    label: str,
    progress: Progress,
    *,
    tempo_bpm: float | None = None,
    first_beat_seconds: float | None = None,
    crepe: CrepeTracker | None = None,
) -> Hum:
    """Find the notes of a hum: with CREPE where it is given and runs, with the built-in tracker otherwise.

    Raises
    ------
    HumTooLongError
        If it lasts over ten minutes.
    NothingHeardError
        If it is silent or holds no tune.
    """
    if audio.duration_seconds > LONGEST_SECONDS:
        raise HumTooLongError(label, audio.duration_seconds)
    mono = _mono(audio)
    levels = levels_db(mono)
    if float(levels.max()) <= gate_db(levels) or audio.duration_seconds < SHORTEST_SECONDS:
        raise NothingHeardError(label, is_silent=float(levels.max()) <= gate_db(levels))
    salience, tracker = _salience(mono, levels, crepe, Part(progress, 0.05, 0.9))
    curve = pitch_curve_of(salience, levels, Part(progress, 0.9, 0.97))
    sung = notes_of_curve(curve)
    if not sung:
        raise NothingHeardError(label, is_silent=False)
    progress.report(0.98, "Writing the notes down")
    tempo = tempo_bpm or guess_tempo([note.start_seconds for note in sung])
    return Hum(
        label=label,
        audio=audio,
        curve=curve,
        notes=in_tune(sung),
        tuning=tuning_of(sung),
        tempo_bpm=tempo,
        is_tempo_known=tempo_bpm is not None,
        first_beat_seconds=first_beat_seconds,
        tracker=tracker,
        remarks=_remarks(audio, curve),
    )


def transcribe_file(path: Path, progress: Progress, crepe: CrepeTracker | None = None) -> Hum:
    """Read a recording and find its notes.

    Raises
    ------
    StudioError
        If the file cannot be read or holds no tune.
    """
    audio = read_hum(path, Part(progress, 0.0, 0.1))
    return transcribe(audio, path.stem, Part(progress, 0.1, 1.0), crepe=crepe)


def save_melody(
    path: Path, notes: tuple[SungNote, ...], writing: Writing, key: Key | None, progress: Progress
) -> Path:
    """Write the notes as a MIDI file.

    Raises
    ------
    MidiError
        If the file cannot be written.
    """
    progress.report(0.0, "Writing the MIDI file")
    write_midi(path, {"melody": written(notes, writing)}, writing.tempo_bpm, key)
    return path


def _mono(audio: Audio) -> Mono:
    """Return the sound at the trackers' rate; of a stereo file the louder side where the other is nearly silent."""
    samples = audio.samples
    power = np.square(samples, dtype=np.float64).mean(axis=0)
    heard = samples[:, power >= 0.01 * power.max()] if power.max() > 0 else samples
    mixed = Audio.of(heard.mean(axis=1), audio.sample_rate)
    return np.ascontiguousarray(resample(mixed, TRACK_RATE).samples[:, 0])


def _salience(
    mono: Mono, levels: np.ndarray, crepe: CrepeTracker | None, progress: Progress
) -> tuple[Salience, str]:
    wanted = levels > gate_db(levels) - _BELOW_GATE_DB
    if crepe is not None and crepe.is_available:
        try:
            return crepe.salience(mono, wanted, progress), crepe.label
        except CrepeUnavailableError:
            progress.report(0.0, "Listening with the built-in tracker")
    return yin_salience(mono, wanted, progress), BUILT_IN


def _remarks(audio: Audio, curve: PitchCurve) -> tuple[str, ...]:
    remarks = []
    if np.count_nonzero(np.abs(audio.samples) >= _CLIPPED_LEVEL) >= _LEAST_CLIPPED:
        remarks.append(CLIPPED)
    is_sound = curve.levels_db > gate_db(curve.levels_db)
    if curve.is_voiced[is_sound].mean() < 1.0 - _UNCLEAR_SHARE or _wanders(curve):
        remarks.append(UNCLEAR)
    return tuple(remarks)


def _wanders(curve: PitchCurve) -> bool:
    """Whether the pitch hardly ever stays, as in speech."""
    steps = np.abs(curve.pitches[8:] - curve.pitches[:-8])[curve.is_voiced[8:] & curve.is_voiced[:-8]]
    return bool(steps.size and np.median(steps) > _STEADY_SEMITONES)

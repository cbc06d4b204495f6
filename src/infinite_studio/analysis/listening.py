"""`listen`: one pass through a sound, and everything that follows from it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.analysis.bars import ROW_SECONDS, Bars, bars_at
from infinite_studio.analysis.beats import find_beats
from infinite_studio.analysis.character import Character, character_of_measures
from infinite_studio.analysis.chord_track import chord_names, chords_of_bars, key_of_bars
from infinite_studio.analysis.description import prompt_of
from infinite_studio.analysis.findings import BarChord
from infinite_studio.analysis.fingerprint import Facts, Vector, fingerprint_of
from infinite_studio.analysis.keys import MIN_LASTING_SHARE, FoundKey, Voices, key_of_pitches, pitch_classes
from infinite_studio.analysis.measuring import Measured, measure
from infinite_studio.analysis.meter import find_meter
from infinite_studio.analysis.mood import mood_of
from infinite_studio.analysis.passages import SoundStream
from infinite_studio.analysis.sections import find_sections
from infinite_studio.analysis.style_match import style_like
from infinite_studio.analysis.tempo import NO_TEMPO, Tempo, tempo_of
from infinite_studio.analysis.timbre import Timbre, joined_timbre
from infinite_studio.progress import Part, Progress, Silence

_SILENCE = Silence()
_CURVE_STEPS = 240
_PASS_SHARE = 0.85
_WHOLE_BAR_SHARE = 0.9

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Listened:
    """What a sound is, in words and as a point in space.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    fingerprint : ndarray of float32, shape (64,)
        See `infinite_studio.analysis.fingerprint.fingerprint_of`.
    """

    analysis: Analysis
    fingerprint: Vector


@dataclass(frozen=True, eq=False)
class _Rhythm:
    tempo: Tempo
    beats: Values
    downbeats: Values
    beats_per_bar: int | None
    bars: Bars | None


def listen(stream: SoundStream, progress: Progress = _SILENCE) -> Listened:
    """Find out what a sound is, in one pass and at bounded memory.

    Parameters
    ----------
    stream : SoundStream
        Any length, rate and number of channels; a sound without any frame is answered as silence.
    progress : Progress
        Told what is being listened for; may cancel.

    Returns
    -------
    Listened
        With None for whatever was not clearly found: nothing is guessed.

    Notes
    -----
    Each part of the answer names its own method: `tempo`, `beats`, `meter`, `keys`, `chord_track`, `sections`, `mood`,
    `style_match`, `description` and `infinite_studio.audio.loudness`.
    """
    measured = measure(stream, Part(progress, 0.0, _PASS_SHARE))
    if not measured.n_frames:
        return Listened(_nothing(measured), np.zeros(64, np.float32))
    rest = Part(progress, _PASS_SHARE, 1.0)
    voices = Voices(np.concatenate(measured.chroma), np.concatenate(measured.bass))
    found_key = key_of_pitches(measured.pitches, voices)
    rhythm = _rhythm(measured, Part(rest, 0.0, 0.7))
    timbre = joined_timbre(measured.timbres)
    character = _character(measured, timbre, rhythm.tempo.tempo_bpm)
    chords = _chords(measured, found_key, rhythm, Part(rest, 0.7, 0.9))
    fingerprint = _fingerprint(measured, timbre, rhythm, character)
    analysis = _answer(measured, timbre, rhythm, character, (found_key, chords), fingerprint)
    progress.report(1.0)
    return Listened(analysis, fingerprint)


def _rhythm(measured: Measured, progress: Progress) -> _Rhythm:
    progress.report(0.0, "Finding the tempo")
    strengths = measured.long_strengths()
    tempo = tempo_of(strengths, measured.duration_seconds, measured.length, measured.long_lows())
    nothing = np.zeros(0)
    if tempo.tempo_bpm is None:
        return _Rhythm(NO_TEMPO, nothing, nothing, None, None)
    strength, low = np.concatenate(measured.strengths), np.concatenate(measured.lows)
    both = strength / max(strength.std(), 1e-9) + low / max(low.std(), 1e-9)
    beats = find_beats(
        both, tempo.tempo_bpm, measured.duration_seconds, progress, is_exact=tempo.is_from_length
    )
    chroma, bass = np.concatenate(measured.chroma), np.concatenate(measured.bass)
    times = beats.times_seconds
    meter = find_meter(
        times, strength, low, chroma + bass, ROW_SECONDS,
        is_loop=tempo.is_from_length, beat_parts=tempo.beat_parts,
    )  # fmt: skip
    downbeats = times[meter.first :: meter.beats_per_bar]
    beat_seconds = 60 / tempo.tempo_bpm
    bar_seconds = beat_seconds * meter.beats_per_bar
    whole = downbeats[downbeats + _WHOLE_BAR_SHARE * bar_seconds <= measured.duration_seconds]
    bars = bars_at(whole, bar_seconds, beat_seconds, chroma, bass) if whole.size else None
    return _Rhythm(tempo, times, downbeats, meter.beats_per_bar, bars)


def _chords(measured: Measured, found: FoundKey, rhythm: _Rhythm, progress: Progress) -> tuple[BarChord, ...]:
    """Return the chord of each bar, where tones last and a key is clear."""
    lasting = float(np.mean([part.lasting_share for part in measured.pitches]))
    if rhythm.bars is None or lasting < MIN_LASTING_SHARE:
        return ()
    key = found.key or key_of_bars(rhythm.bars)
    if key is None:
        return ()
    numerals = chords_of_bars(rhythm.bars, key, progress)
    names = chord_names(numerals, key)
    starts = rhythm.bars.starts_seconds
    return tuple(BarChord(start, name) for start, name in zip(starts, names, strict=True))


def _character(measured: Measured, timbre: Timbre, tempo_bpm: float | None) -> Character:
    level_db = 10 * math.log10(max(measured.mean_power, 1e-18))
    return character_of_measures(np.concatenate(measured.strengths), level_db, _centre_hz(timbre), tempo_bpm)


def _centre_hz(timbre: Timbre) -> float:
    total = float(timbre.magnitude.sum())
    return float(timbre.magnitude @ timbre.centre_hz) / total if total > 1e-9 else 0.0


def _fingerprint(measured: Measured, timbre: Timbre, rhythm: _Rhythm, character: Character) -> Vector:
    facts = Facts(
        rhythm.tempo.tempo_bpm,
        pitch_classes(measured.pitches),
        float(np.mean([part.lasting_share for part in measured.pitches])),
        measured.loudness.integrated_lufs(),
        measured.loudness.range_lu(),
        character,
    )
    return fingerprint_of(timbre, facts)


def _answer(
    measured: Measured,
    timbre: Timbre,
    rhythm: _Rhythm,
    character: Character,
    harmony: tuple[FoundKey, tuple[BarChord, ...]],
    fingerprint: Vector,
) -> Analysis:
    found_key, chords = harmony
    lufs = measured.loudness.integrated_lufs()
    tempo_bpm = rhythm.tempo.tempo_bpm
    mood = mood_of(tempo_bpm, found_key.key, found_key.confidence, lufs, character)
    style, _ = style_like(fingerprint)
    rows = np.hstack([np.concatenate(measured.chroma)[: len(timbre.centre_hz)], timbre.coefficients[:, :13]])
    starts = rhythm.bars.starts_seconds if rhythm.bars is not None else ()
    centre_hz = _centre_hz(timbre)
    return Analysis(
        tempo_bpm=tempo_bpm,
        tempo_confidence=rhythm.tempo.confidence,
        key=found_key.key,
        key_confidence=found_key.confidence,
        loudness_lufs=_rounded(lufs, 2),
        duration_seconds=measured.duration_seconds,
        sample_rate=measured.sample_rate,
        n_channels=measured.n_channels,
        loudness_range_lu=_rounded(measured.loudness.range_lu(), 1),
        true_peak_dbtp=_rounded(measured.peak.dbtp(), 2),
        runner_up_key=found_key.runner_up,
        beats_per_bar=rhythm.beats_per_bar,
        beat_parts=rhythm.tempo.beat_parts,
        beats_seconds=tuple(np.round(rhythm.beats, 3).tolist()),
        downbeats_seconds=tuple(np.round(rhythm.downbeats, 3).tolist()),
        chords=tuple(BarChord(round(chord.start_seconds, 3), chord.name) for chord in chords),
        sections=find_sections(rows, ROW_SECONDS, starts, round(measured.duration_seconds, 3)),
        energy_curve_lufs=measured.loudness.curve_lufs(_CURVE_STEPS),
        brightness_hz=round(centre_hz, 1) if centre_hz > 0 else None,
        density=character.density,
        brightness=character.brightness,
        energy=character.energy,
        mood=mood,
        style=style,
        prompt=prompt_of(style, mood, character, tempo_bpm, found_key.key),
    )


def _nothing(measured: Measured) -> Analysis:
    return Analysis(None, 0.0, None, 0.0, None, 0.0, measured.sample_rate, measured.n_channels)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)

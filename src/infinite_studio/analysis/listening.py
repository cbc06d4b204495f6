"""`listen`: one pass through a sound, and everything that follows from it."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.analysis.bars import ROW_SECONDS, Bars, bars_at
from infinite_studio.analysis.beat_level import beat_level
from infinite_studio.analysis.beat_tracking import BUILT_IN, BeatTracker
from infinite_studio.analysis.beats import find_beats
from infinite_studio.analysis.character import Character, character_of_measures
from infinite_studio.analysis.chord_track import chord_names, chords_of_bars, key_of_bars
from infinite_studio.analysis.description import prompt_of
from infinite_studio.analysis.findings import BarChord, Section
from infinite_studio.analysis.fingerprint import Facts, Vector, fingerprint_of
from infinite_studio.analysis.keys import MIN_LASTING_SHARE, FoundKey, Voices, key_of_pitches, pitch_classes
from infinite_studio.analysis.measuring import Measured, measure
from infinite_studio.analysis.meter import Meter, find_meter
from infinite_studio.analysis.mood import mood_of
from infinite_studio.analysis.passages import SoundStream
from infinite_studio.analysis.sections import find_sections
from infinite_studio.analysis.style_match import style_like
from infinite_studio.analysis.tempo import NO_TEMPO, Tempo, tempo_of
from infinite_studio.analysis.timbre import Timbre, joined_timbre
from infinite_studio.analysis.tracked_rhythm import BeatFollower, TrackedRhythm, rhythm_of
from infinite_studio.progress import Part, Progress, Silence

_SILENCE = Silence()
_CURVE_STEPS = 240
_PASS_SHARE = 0.85
_WHOLE_BAR_SHARE = 0.9
_STEADY_SHARE = 0.02
_SHORT_SECONDS = 8.0

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
    beats_from: str = BUILT_IN
    remark: str = ""


def listen(
    stream: SoundStream, progress: Progress = _SILENCE, tracker: BeatTracker | None = None
) -> Listened:
    """Find out what a sound is, in one pass and at bounded memory.

    Parameters
    ----------
    stream : SoundStream
        Any length, rate and number of channels; a sound without any frame is answered as silence. Of one over two hours
        loudness and energy are those of all of it, tempo, key and sections come from one minute in five.
    progress : Progress
        Told what is being listened for; may cancel.
    tracker : BeatTracker or None
        Finds tempo, beats and bars of a sound up to two hours; None for the built-in estimator, which also answers where the
        tracker gives up or hears no tempo in a sound under eight seconds. The answer says who found them.

    Returns
    -------
    Listened
        With None for whatever was not clearly found: nothing is guessed.

    Notes
    -----
    Each part of the answer names its own method: `tempo`, `beats`, `meter`, `keys`, `chord_track`, `sections`, `mood`,
    `style_match`, `description` and `infinite_studio.audio.loudness`.
    """
    follower = None if tracker is None else BeatFollower(tracker)
    measured = measure(stream, Part(progress, 0.0, _PASS_SHARE), follower.hear if follower else None)
    if not measured.n_frames:
        return Listened(_nothing(measured), np.zeros(64, np.float32))
    rest = Part(progress, _PASS_SHARE, 1.0)
    voices = Voices(np.concatenate(measured.chroma), np.concatenate(measured.bass))
    found_key = key_of_pitches(measured.pitches, voices)
    rhythm = _rhythm_by(follower, measured, Part(rest, 0.0, 0.7))
    timbre = joined_timbre(measured.timbres)
    character = _character(measured, timbre, rhythm.tempo.tempo_bpm)
    chords = _chords(measured, found_key, rhythm, Part(rest, 0.7, 0.9))
    fingerprint = _fingerprint(measured, timbre, rhythm, character)
    analysis = _answer(measured, timbre, rhythm, character, (found_key, chords), fingerprint)
    progress.report(1.0)
    return Listened(analysis, fingerprint)


def _rhythm_by(follower: BeatFollower | None, measured: Measured, progress: Progress) -> _Rhythm:
    """Return what a tracker heard; what the built-in estimator finds where there is none or it could not tell."""
    if follower is None or measured.is_spread:
        return _rhythm(measured, progress)
    heard = follower.finish(Part(progress, 0.0, 0.5))
    if heard is None:
        remark = f"{follower.failure} The built-in estimator was used."
        return replace(_rhythm(measured, Part(progress, 0.5, 1.0)), remark=remark)
    found = rhythm_of(heard, measured.duration_seconds, measured.length)
    if found.tempo.tempo_bpm is not None:
        return _tracked(measured, found, follower.label)
    complaint = f"{follower.label} heard {found.complaint}"
    if measured.duration_seconds < _SHORT_SECONDS:
        remark = f"{complaint} in so short a sound; the built-in estimator was used."
        return replace(_rhythm(measured, Part(progress, 0.5, 1.0)), remark=remark)
    nothing = np.zeros(0)
    return _Rhythm(NO_TEMPO, nothing, nothing, None, None, follower.label, f"{complaint}.")


def _tracked(measured: Measured, found: TrackedRhythm, label: str) -> _Rhythm:
    """Return tracked beats with their bars; with the built-in metre where the tracker heard too few downbeats."""
    tempo, beats, downbeats, per_bar = found.tempo, found.beats, found.downbeats, found.beats_per_bar
    assert tempo.tempo_bpm is not None
    if tempo.beat_parts == Tempo.beat_parts and measured.long_strengths():
        level = beat_level(measured.long_strengths(), tempo.tempo_bpm, measured.long_lows())
        tempo = replace(tempo, beat_parts=level.parts if level.factor == 1.0 else tempo.beat_parts)
    if per_bar is None:
        meter = _meter_of(measured, beats, tempo)
        per_bar, downbeats = meter.beats_per_bar, beats[meter.first :: meter.beats_per_bar]
    bars = _whole_bars(measured, tempo, downbeats, per_bar)
    return _Rhythm(tempo, beats, downbeats, per_bar, bars, label)


def _rhythm(measured: Measured, progress: Progress) -> _Rhythm:
    progress.report(0.0, "Finding the tempo")
    strengths = measured.long_strengths()
    tempo = tempo_of(strengths, measured.duration_seconds, measured.length, measured.long_lows())
    nothing = np.zeros(0)
    if tempo.tempo_bpm is None:
        return _Rhythm(NO_TEMPO, nothing, nothing, None, None)
    heard = measured.middle() if measured.is_spread else measured
    found = _beats_and_bars(heard, tempo, progress)
    # Beats of one passage say nothing about the others: of a very long sound only its metre is told.
    return replace(found, beats=nothing, downbeats=nothing, bars=None) if measured.is_spread else found


def _beats_and_bars(measured: Measured, tempo: Tempo, progress: Progress) -> _Rhythm:
    assert tempo.tempo_bpm is not None
    strength, low = np.concatenate(measured.strengths), np.concatenate(measured.lows)
    both = strength / max(strength.std(), 1e-9) + low / max(low.std(), 1e-9)
    beats = find_beats(
        both, tempo.tempo_bpm, measured.duration_seconds, progress, is_exact=tempo.is_from_length
    )
    times = beats.times_seconds
    meter = _meter_of(measured, times, tempo)
    downbeats = times[meter.first :: meter.beats_per_bar]
    bars = _whole_bars(measured, tempo, downbeats, meter.beats_per_bar)
    return _Rhythm(tempo, times, downbeats, meter.beats_per_bar, bars)


def _meter_of(measured: Measured, times: Values, tempo: Tempo) -> Meter:
    rows = np.concatenate(measured.chroma) + np.concatenate(measured.bass)
    return find_meter(
        times, np.concatenate(measured.strengths), np.concatenate(measured.lows), rows, ROW_SECONDS,
        is_loop=tempo.is_from_length, beat_parts=tempo.beat_parts,
    )  # fmt: skip


def _whole_bars(measured: Measured, tempo: Tempo, downbeats: Values, beats_per_bar: int) -> Bars | None:
    """Return the bars that lie in the sound as a whole."""
    assert tempo.tempo_bpm is not None
    beat_seconds = 60 / tempo.tempo_bpm
    bar_seconds = beat_seconds * beats_per_bar
    whole = downbeats[downbeats + _WHOLE_BAR_SHARE * bar_seconds <= measured.duration_seconds]
    if not whole.size:
        return None
    chroma, bass = np.concatenate(measured.chroma), np.concatenate(measured.bass)
    return bars_at(whole, bar_seconds, beat_seconds, chroma, bass)


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
        sections=_sections(measured, timbre, rhythm.bars),
        energy_curve_lufs=measured.loudness.curve_lufs(_CURVE_STEPS),
        brightness_hz=round(centre_hz, 1) if centre_hz > 0 else None,
        density=character.density,
        brightness=character.brightness,
        energy=character.energy,
        mood=mood,
        style=style,
        prompt=prompt_of(style, mood, character, tempo_bpm, found_key.key),
        beats_from=rhythm.beats_from,
        beats_remark=rhythm.remark,
        heard_share=round(measured.heard_seconds / measured.duration_seconds, 3)
        if measured.is_spread
        else 1.0,
    )


def _sections(measured: Measured, timbre: Timbre, bars: Bars | None) -> tuple[Section, ...]:
    """Return the sections by bars, or by passages of five minutes where only the middle of each was heard."""
    duration_seconds = round(measured.duration_seconds, 3)
    if measured.is_spread:
        return _sections_of_passages(measured, duration_seconds)
    rows = np.hstack([np.concatenate(measured.chroma)[: len(timbre.centre_hz)], timbre.coefficients[:, :13]])
    return find_sections(rows, ROW_SECONDS, bars.starts_seconds if bars is not None else (), duration_seconds)


def _sections_of_passages(measured: Measured, duration_seconds: float) -> tuple[Section, ...]:
    """Return the sections in steps of a passage; a single one where passages differ less than moments within them do."""
    rows = [
        np.hstack([chroma[: len(part.centre_hz)], part.coefficients[: len(chroma), :13]])
        for chroma, part in zip(measured.chroma, measured.timbres, strict=True)
    ]
    means = np.array([part.mean(axis=0) for part in rows])
    within = np.mean([part.var(axis=0) for part in rows], axis=0)
    if float(np.mean(means.var(axis=0) / np.maximum(within, 1e-9))) < _STEADY_SHARE:
        return (Section(0.0, duration_seconds, "A"),)
    seconds = measured.passage_seconds
    starts = [round(seconds * number, 3) for number in range(len(means))]
    return find_sections(means, seconds, starts, duration_seconds)


def _nothing(measured: Measured) -> Analysis:
    return Analysis(None, 0.0, None, 0.0, None, 0.0, measured.sample_rate, measured.n_channels)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)

"""Pitch tracks and notes of voices: made ones whose notes are known, and a real one with its annotation."""

from functools import lru_cache

import mir_eval
import numpy as np
import pytest
from tests.hums import RATE, SINGERS, Singer, hum, tune

from infinite_studio.analysis.melody_notes import notes_of_curve, onset_evidence
from infinite_studio.analysis.pitch_curve import (
    HOP_SECONDS,
    LOWEST_PITCH,
    N_BINS,
    TRACK_RATE,
    PitchCurve,
    bin_pitches,
    moments_of,
)
from infinite_studio.analysis.pitch_frames import frame_blocks, gate_db, levels_db
from infinite_studio.analysis.pitch_track import pitch_curve_of
from infinite_studio.analysis.pitch_yin import yin_salience
from infinite_studio.audio.audio import Audio
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.resampling import resample
from infinite_studio.music.note import frequency_hz
from infinite_studio.music.singing import SungNote
from infinite_studio.progress import OperationCancelled, Silence


def curve_of(audio: Audio) -> PitchCurve:
    mono = resample(Audio.of(audio.mono(), audio.sample_rate), TRACK_RATE).samples[:, 0]
    levels = levels_db(mono)
    return pitch_curve_of(yin_salience(mono, levels > gate_db(levels) - 8.0), levels)


def tone(pitch: float, seconds: float = 0.5, level: float = 0.3) -> np.ndarray:
    times = np.arange(round(seconds * TRACK_RATE)) / TRACK_RATE
    return sum(level / k * np.sin(2 * np.pi * k * frequency_hz(pitch) * times) for k in (1, 2, 3))


def score(wanted, found) -> float:
    def values(notes):
        starts = np.array([note.start_seconds for note in notes])
        ends = starts + np.array([note.length_seconds for note in notes])
        return np.c_[starts, ends], np.array([frequency_hz(note.pitch) for note in notes])

    pair = (*values(wanted), *values(found))
    return mir_eval.transcription.precision_recall_f1_overlap(*pair, offset_ratio=None)[2]


@lru_cache(maxsize=8)
def vocadito(path) -> PitchCurve:
    return curve_of(read_audio(path, Silence()))


@pytest.mark.parametrize("name", SINGERS)
def test_every_singer_is_understood(name):
    notes = tune(seed=1, n_notes=14, centre=52)
    assert score(notes, notes_of_curve(curve_of(hum(notes, SINGERS[name], seed=1)))) >= 0.95


@pytest.mark.parametrize("centre", [40, 57, 74])
def test_low_and_high_voices_are_understood(centre):
    notes = tune(seed=2, n_notes=10, centre=centre)
    assert score(notes, notes_of_curve(curve_of(hum(notes, Singer(), seed=2)))) >= 0.95


@pytest.mark.parametrize("pitch", [33.0, 45.3, 60.0, 69.5, 81.0, 90.2])
def test_the_pitch_of_a_steady_tone_is_found_to_five_cents(pitch):
    curve = curve_of(Audio.of(tone(pitch).astype(np.float32), TRACK_RATE))
    assert curve.is_voiced[10:-10].all()
    assert np.abs(curve.pitches[10:-10] - pitch).max() < 0.05


def test_a_repeated_pitch_is_two_notes_and_a_long_one_is_one():
    again = (SungNote(60, 0.2, 0.4), SungNote(60, 0.64, 0.4))
    held = (SungNote(60, 0.2, 0.9),)
    singer = Singer(vibrato_semitones=0.4, dip_db=20.0)
    assert len(notes_of_curve(curve_of(hum(again, singer)))) == 2
    assert len(notes_of_curve(curve_of(hum(held, singer)))) == 1


def test_a_short_octave_slip_is_repaired():
    pitches = np.full(100, 60.0)
    salience = np.zeros((100, N_BINS), np.float32)
    for moment in range(100):
        shift = 12 if 40 <= moment < 52 else 0
        salience[moment, round((60 + shift - LOWEST_PITCH) / 0.2)] = 0.9
        salience[moment, round((60 - LOWEST_PITCH) / 0.2)] += 0.02
    curve = pitch_curve_of(salience, np.full(100, -20.0))
    np.testing.assert_allclose(curve.pitches, pitches, atol=0.2)
    assert len(notes_of_curve(curve)) == 1


def test_an_octave_that_is_sung_stays():
    notes = (SungNote(52, 0.2, 0.5), SungNote(64, 0.7, 0.5), SungNote(52, 1.2, 0.5))
    found = notes_of_curve(curve_of(hum(notes, Singer(slide_seconds=0.03))))
    assert [round(note.pitch) for note in found] == [52, 64, 52]


def test_louder_notes_are_played_harder():
    samples = np.concatenate([tone(60, level=0.3), np.zeros(3200), tone(62, level=0.05)])
    loud, soft = notes_of_curve(curve_of(Audio.of(samples.astype(np.float32), TRACK_RATE)))
    assert loud.velocity > soft.velocity + 0.2


@pytest.mark.parametrize(
    "samples", [np.zeros(16_000), np.random.default_rng(1).standard_normal(32_000) * 0.1]
)
def test_silence_and_noise_have_no_notes(samples):
    assert notes_of_curve(curve_of(Audio.of(samples.astype(np.float32), TRACK_RATE))) == ()


def test_the_gate_lies_between_background_and_voice():
    rng = np.random.default_rng(0)
    noise = 0.003 * rng.standard_normal(16_000)
    levels = levels_db(np.concatenate([noise, tone(60, 1.0)]).astype(np.float32))
    assert levels[:90].max() < gate_db(levels) < levels[110:190].min()


def test_frames_of_wanted_moments_only_are_handed_out():
    mono = np.arange(16_000, dtype=np.float32)
    wanted = np.zeros(moments_of(mono.size), bool)
    wanted[[0, 50, 100]] = True
    ((places, windows),) = frame_blocks(mono, wanted)
    assert places.tolist() == [0, 50, 100]
    assert windows[1, 512] == 50 * 160
    assert windows[0, :512].max() == 0.0


def test_the_grid_of_pitches_is_that_of_the_network():
    hz = frequency_hz(bin_pitches()[0]), frequency_hz(bin_pitches()[-1])
    assert hz == pytest.approx((31.70, 2005.5), rel=1e-3)


def test_a_dip_that_rises_again_is_evidence_and_an_end_is_none():
    levels = np.full(80, -20.0)
    levels[30:34] = -35.0
    levels[70:] = -60.0
    curve = PitchCurve(np.full(80, 60.0), np.full(80, 0.9), levels, np.ones(80, bool), HOP_SECONDS)
    evidence = onset_evidence(curve)
    assert evidence[30:34].max() == 1.0
    assert evidence[60:].max() == 0.0


def test_tracking_can_be_cancelled():
    class Cancelling(Silence):
        def report(self, fraction, stage=""):
            raise OperationCancelled

    with pytest.raises(OperationCancelled):
        yin_salience(tone(60).astype(np.float32), np.ones(moments_of(8_000), bool), Cancelling())


def test_other_rates_give_the_same_notes():
    notes = tune(seed=5, n_notes=6)
    one = notes_of_curve(curve_of(hum(notes, Singer(), rate=RATE)))
    other = notes_of_curve(curve_of(hum(notes, Singer(), rate=48_000)))
    assert [round(note.pitch) for note in one] == [round(note.pitch) for note in other]


@pytest.mark.realaudio
def test_the_built_in_tracker_follows_a_real_voice(real_audio):
    curve = vocadito(real_audio / "voice" / "vocadito_1.flac")
    wanted = np.loadtxt(real_audio / "voice" / "vocadito_1_f0.csv", delimiter=",")
    hz = 440 * 2 ** ((curve.pitches - 69) / 12) * np.where(curve.is_voiced, 1, -1)
    found = mir_eval.melody.evaluate(wanted[:, 0], wanted[:, 1], curve.times_seconds, hz)
    assert found["Raw Pitch Accuracy"] >= 0.956
    assert found["Overall Accuracy"] >= 0.90


@pytest.mark.realaudio
def test_the_notes_of_a_real_voice_are_those_of_its_annotation(real_audio):
    found = notes_of_curve(vocadito(real_audio / "voice" / "vocadito_1.flac"))
    rows = np.loadtxt(real_audio / "voice" / "vocadito_1_notesA1.csv", delimiter=",")
    wanted = [SungNote(69 + 12 * np.log2(hz / 440), start, length) for start, hz, length in rows]
    assert score(wanted, found) >= 0.70

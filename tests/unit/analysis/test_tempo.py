"""Tempo: found where there is one, and only there."""

import numpy as np
import pytest
from tests.unit.analysis.synthesis import PATTERNS, RATE, drums, note, nothing_clear

from infinite_studio.analysis.excerpts import Excerpts, mono_excerpts
from infinite_studio.analysis.tempo import NO_TEMPO, find_tempo
from infinite_studio.progress import Silence

TEMPI_BPM = (62, 77, 88, 96.5, 104, 118, 127.3, 140, 155, 174)


def tempo_of(audio):
    return find_tempo(mono_excerpts(audio, Silence()), audio.sample_rate, Silence())


def is_near(found_bpm, true_bpm, octaves=(1,)):
    return found_bpm is not None and any(abs(found_bpm / true_bpm / octave - 1) < 0.04 for octave in octaves)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_tempo_of_drums_is_found_or_its_half_or_double(pattern):
    found = {
        bpm: tempo_of(drums(pattern, bpm, seconds=13.7, seed=bpm)).tempo_bpm for bpm in map(int, TEMPI_BPM)
    }
    missed = {bpm: heard for bpm, heard in found.items() if not is_near(heard, bpm, (0.5, 1, 2))}
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("tempo_bpm", [88.0, 104.0, 118.0, 127.3])
def test_a_usual_tempo_is_found_in_its_own_octave(pattern, tempo_bpm):
    assert is_near(tempo_of(drums(pattern, tempo_bpm, seconds=17.3)).tempo_bpm, tempo_bpm)


@pytest.mark.parametrize("pattern", ["clicks", "rock", "house"])
@pytest.mark.parametrize("tempo_bpm", [60.0, 66.0, 72.0])
def test_slow_music_is_not_counted_twice_as_fast(pattern, tempo_bpm):
    assert is_near(tempo_of(drums(pattern, tempo_bpm, seconds=20.3)).tempo_bpm, tempo_bpm)


@pytest.mark.parametrize("tempo_bpm", [165.0, 170.0, 174.0, 179.0])
def test_drum_and_bass_is_not_counted_half_as_fast(tempo_bpm):
    assert is_near(tempo_of(drums("two-step", tempo_bpm, seconds=20.3)).tempo_bpm, tempo_bpm)


@pytest.mark.parametrize("pattern", ["hip hop", "lo-fi"])
@pytest.mark.parametrize("tempo_bpm", [82.5, 87.0, 93.0])
def test_hip_hop_is_not_counted_twice_as_fast(pattern, tempo_bpm):
    assert is_near(tempo_of(drums(pattern, tempo_bpm, seconds=20.3)).tempo_bpm, tempo_bpm)


def test_a_loop_of_one_bar_is_too_short_to_be_counted_twice_as_fast():
    assert tempo_of(drums("house", 87, bars=1)).tempo_bpm == 87


def test_a_slow_loop_keeps_the_tempo_that_its_length_says():
    found = tempo_of(drums("rock", 66, bars=4))
    assert found.tempo_bpm == 66
    assert found.is_from_length


def test_swung_beats_and_halves_are_told_from_thirds():
    parts = {pattern: tempo_of(drums(pattern, 110, seconds=15.1)).beat_parts for pattern in PATTERNS}
    assert set(parts.values()) == {2}, parts


@pytest.mark.parametrize("tempo_bpm", [93.7, 121.21, 128.0])
def test_a_steady_beat_is_measured_to_a_tenth_of_a_beat_per_minute(tempo_bpm):
    assert tempo_of(drums("rock", tempo_bpm, seconds=23.1)).tempo_bpm == pytest.approx(tempo_bpm, abs=0.1)


@pytest.mark.parametrize(("tempo_bpm", "bars"), [(97, 1), (126, 1), (140, 2), (93.43, 4)])
def test_a_loop_has_exactly_the_tempo_that_its_length_says(tempo_bpm, bars):
    assert tempo_of(drums("rock", tempo_bpm, bars=bars)).tempo_bpm == pytest.approx(tempo_bpm, abs=0.011)


@pytest.mark.parametrize("seconds", [3.1, 8.0, 20.0])
@pytest.mark.parametrize("name", ["silence", "white noise", "drone", "beating drone", "hits at random"])
def test_what_has_no_beat_has_no_tempo(name, seconds):
    assert [tempo_of(nothing_clear(seconds, seed)[name]) for seed in range(3)] == [NO_TEMPO] * 3


def test_a_second_is_too_short_for_a_tempo():
    assert tempo_of(drums("rock", 120, seconds=0.9)) == NO_TEMPO


def test_a_held_chord_cut_to_whole_bars_takes_its_tempo_from_its_length_with_little_confidence():
    samples = note(55, 16 * 60 / 93, 5).astype(np.float32)
    found = find_tempo(Excerpts((samples,), samples.size / RATE, is_whole=True), RATE, Silence())
    assert found.tempo_bpm == 93
    assert found.confidence <= 0.25


def test_a_clearer_beat_is_more_certain():
    clear = tempo_of(drums("rock", 110, seconds=15))
    buried = drums("rock", 110, seconds=15)
    noise = np.random.default_rng(1).standard_normal((buried.n_frames, 1)).astype(np.float32) * 0.1
    assert tempo_of(type(buried)(buried.samples + noise, RATE)).confidence < clear.confidence

"""`analyse`: everything together, bounded, cancellable."""

import json
import time

import numpy as np
import pytest
from tests.unit.analysis.synthesis import RATE, cadence, drums

from infinite_studio.analysis.analysis import Analysis, analyse
from infinite_studio.analysis.excerpts import ANALYSIS_RATE, mono_excerpts
from infinite_studio.audio.audio import Audio
from infinite_studio.music.key import Key, Mode
from infinite_studio.progress import OperationCancelled, Silence


class Recorder(Silence):
    def __init__(self, cancel_at=2.0):
        self.cancel_at = cancel_at
        self.fractions = []
        self.stages = []
        self.moments = []

    def report(self, fraction, stage=""):
        self.fractions.append(fraction)
        self.moments.append(time.monotonic())
        if stage:
            self.stages.append(stage)
        if fraction >= self.cancel_at:
            raise OperationCancelled


@pytest.fixture(scope="module")
def song():
    beat = drums("rock", 112, seconds=12)
    chords = np.tile(cadence(9, "minor", seconds_per_chord=1.5).samples, (2, 1))[: beat.n_frames]
    return Audio(beat.samples * 0.6 + chords, RATE)


def test_a_song_has_tempo_key_loudness_and_shape(song):
    found = analyse(song)
    assert found.tempo_bpm == pytest.approx(112, abs=0.5)
    assert found.key == Key(9, Mode.MINOR)
    assert found.loudness_lufs is not None
    assert -40 < found.loudness_lufs < -5
    assert (found.duration_seconds, found.sample_rate, found.n_channels) == (12.0, RATE, 1)


def test_silence_has_nothing():
    found = analyse(Audio.of(np.zeros((48_000, 2)), 48_000))
    assert (found.tempo_bpm, found.key, found.loudness_lufs) == (None, None, None)
    assert (found.tempo_confidence, found.key_confidence) == (0, 0)


@pytest.mark.parametrize(
    ("n_frames", "n_channels", "sample_rate"), [(1, 1, 1_000), (7, 64, 8_000), (4_800, 2, 192_000)]
)
def test_odd_shapes_are_analysed(n_frames, n_channels, sample_rate):
    samples = np.random.default_rng(0).uniform(-1, 1, (n_frames, n_channels))
    assert analyse(Audio.of(samples, sample_rate)).tempo_bpm is None


def test_an_analysis_survives_json(song):
    for found in (analyse(song), analyse(Audio.of(np.zeros(4_000), 8_000))):
        assert Analysis.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_the_result_does_not_depend_on_rate_or_channels(song):
    from infinite_studio.audio.resampling import resample

    stereo = resample(Audio(np.repeat(song.samples, 2, axis=1), RATE), 48_000)
    first, second = analyse(song), analyse(stereo)
    assert second.tempo_bpm == pytest.approx(first.tempo_bpm, rel=1e-3)
    assert second.key == first.key


def test_a_mix_out_of_phase_is_still_heard(song):
    assert analyse(Audio(np.hstack([song.samples, -song.samples]), RATE)).key == Key(9, Mode.MINOR)


def test_progress_rises_and_names_its_stages(song):
    recorder = Recorder()
    analyse(song, recorder)
    assert recorder.fractions == sorted(recorder.fractions)
    assert recorder.fractions[-1] == 1.0
    assert list(dict.fromkeys(recorder.stages)) == [
        "Listening",
        "Finding the tempo",
        "Finding the beats",
        "Listening for chords",
    ]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.9])
def test_it_can_be_cancelled_at_any_stage(song, share):
    with pytest.raises(OperationCancelled):
        analyse(song, Recorder(cancel_at=share))


def test_of_an_hour_five_minutes_are_listened_to():
    hour = Audio(np.zeros((3_600 * 1_000, 1), np.float32), 1_000)
    excerpts = mono_excerpts(hour, Silence())
    assert sum(part.size for part in excerpts.parts) == 300 * ANALYSIS_RATE
    assert not excerpts.is_whole
    assert excerpts.duration_seconds == 3_600


def test_a_long_song_is_judged_by_all_of_its_excerpts(monkeypatch):
    monkeypatch.setattr("infinite_studio.analysis.passages.LONGEST_SECONDS", 20)
    beat = drums("house", 124, seconds=50)
    assert analyse(beat).tempo_bpm == pytest.approx(124, abs=0.1)

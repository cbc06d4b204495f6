import numpy as np
import pytest

from infinite_studio.audio.audio import Audio, InvalidAudioError


def test_mono_samples_become_one_channel():
    audio = Audio.of(np.zeros(100), 48_000)
    assert (audio.n_frames, audio.n_channels, audio.samples.dtype) == (100, 1, np.float32)


def test_samples_cannot_be_written_to():
    audio = Audio(np.zeros((10, 2), np.float32), 48_000)
    with pytest.raises(ValueError, match="read-only"):
        audio.samples[0] = 1.0


def test_of_copies_what_the_caller_may_still_change():
    mine = np.zeros((10, 2), np.float32)
    audio = Audio.of(mine, 48_000)
    mine[:] = 1.0
    assert audio.peak == 0.0


def test_length_peak_and_mono_are_those_of_the_samples():
    audio = Audio.of(np.array([[0.5, -0.25], [0.0, -0.75]]), 4_000)
    assert audio.duration_seconds == 2 / 4_000
    assert audio.peak == 0.75
    np.testing.assert_array_equal(audio.mono(), np.array([0.125, -0.375], np.float32))


@pytest.mark.parametrize(
    ("samples", "sample_rate", "sentence"),
    [
        (np.zeros((10, 2), np.float64), 48_000, "float32"),
        (np.zeros(10, np.float32), 48_000, "float32"),
        (np.zeros((10, 2), np.float32), 0, "0 Hz"),
        (np.zeros((10, 2), np.float32), 999, "999 Hz"),
        (np.zeros((10, 2), np.float32), 768_001, "768001 Hz"),
        (np.zeros((0, 2), np.float32), 48_000, "zero frames"),
        (np.zeros((10, 0), np.float32), 48_000, "0 channels"),
        (np.zeros((10, 65), np.float32), 48_000, "65 channels"),
        (np.array([[np.nan, np.inf], [0.0, -np.inf]], np.float32), 48_000, "3 samples are not numbers"),
    ],
)
def test_what_is_not_sound_is_refused_with_a_sentence_and_a_hint(samples, sample_rate, sentence):
    with pytest.raises(InvalidAudioError, match=sentence) as refused:
        Audio(samples, sample_rate)
    assert refused.value.hint

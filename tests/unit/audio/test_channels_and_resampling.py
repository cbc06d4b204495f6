import numpy as np
import pytest
from tests.unit.audio.sounds import melody, noise, snr_db

from infinite_studio.audio.audio import Audio, InvalidAudioError
from infinite_studio.audio.channels import to_stereo
from infinite_studio.audio.resampling import StreamResampler, resample, resampled_length


def test_one_channel_is_heard_on_both_sides():
    np.testing.assert_array_equal(
        to_stereo(np.array([[0.5], [-0.5]], np.float32)), [[0.5, 0.5], [-0.5, -0.5]]
    )


def test_two_channels_pass_untouched():
    samples = melody(0.1).samples
    assert to_stereo(samples) is samples


@pytest.mark.parametrize("channels", range(1, 65))
def test_a_downmix_is_never_louder_than_the_loudest_channel(channels):
    mixed = to_stereo(np.ones((10, channels), np.float32))
    assert mixed.shape == (10, 2)
    np.testing.assert_allclose(mixed, 1.0, atol=1e-6)


def test_surround_puts_left_left_centre_in_the_middle_and_leaves_the_subwoofer_out():
    loud = np.eye(6, dtype=np.float32)
    left, right, centre, subwoofer, back_left, back_right = to_stereo(loud)
    assert left[0] > 0.4
    assert left[1] == 0.0
    assert right[1] == left[0]
    assert centre[0] == centre[1] == pytest.approx(left[0] * 0.7071, abs=1e-4)
    assert not subwoofer.any()
    assert back_left[0] == back_right[1] == centre[0]
    assert back_left[1] == 0.0


def test_many_channels_alternate_between_left_and_right():
    samples = np.zeros((1, 10), np.float32)
    samples[0, 0::2] = 0.5
    np.testing.assert_allclose(to_stereo(samples), [[0.5, 0.0]])


@pytest.mark.parametrize(
    ("from_rate", "to_rate"), [(44_100, 48_000), (48_000, 44_100), (8_000, 48_000), (192_000, 48_000)]
)
def test_resampling_keeps_the_sound_and_its_place(from_rate, to_rate):
    heard = resample(melody(1.0, from_rate, peak=0.5), to_rate)
    wanted = melody(1.0, to_rate, peak=0.5) if min(from_rate, to_rate) >= 44_100 else None
    assert heard.n_frames == to_rate
    if wanted is not None and from_rate <= 48_000:
        middle = slice(2_000, -2_000)  # a cut tone has no defined continuation at its ends
        assert snr_db(wanted.samples[middle], heard.samples[middle]) > 70


def test_there_and_back_again_is_the_same_sound():
    sound = melody(1.0)
    back = resample(resample(sound, 96_000), 48_000)
    assert back.n_frames == sound.n_frames
    assert snr_db(sound.samples[500:-500], back.samples[500:-500]) > 100


def test_nothing_above_the_new_limit_comes_through():
    time = np.arange(96_000) / 96_000
    ultrasonic = Audio.of(0.5 * np.sin(2 * np.pi * 30_000 * time), 96_000)
    heard = resample(ultrasonic, 48_000).samples[2_000:-2_000]
    assert 20 * np.log10(np.abs(heard).max()) < -100


def test_the_same_rate_changes_nothing():
    sound = melody(0.1)
    assert resample(sound, 48_000) is sound
    stream = StreamResampler(2, 48_000, 48_000)
    assert stream.process(sound.samples) is sound.samples
    assert len(stream.process(sound.samples[:0], last=True)) == 0


@pytest.mark.parametrize("block_frames", [1, 100, 4_097])
def test_blocks_of_any_length_give_the_same_sound(block_frames):
    sound = noise(9_001, 44_100)
    stream = StreamResampler(2, 44_100, 48_000)
    parts = [
        stream.process(sound.samples[start : start + block_frames], start + block_frames >= sound.n_frames)
        for start in range(0, sound.n_frames, block_frames)
    ]
    heard = np.concatenate(parts)
    assert len(heard) == resampled_length(9_001, 44_100, 48_000)
    np.testing.assert_allclose(heard, resample(sound, 48_000).samples, atol=1e-6)


@pytest.mark.parametrize("n_frames", [1, 2, 3, 100])
def test_very_short_sounds_have_the_right_length(n_frames):
    assert resample(noise(n_frames, 44_100), 48_000).n_frames == resampled_length(n_frames, 44_100, 48_000)


def test_an_unusable_rate_is_refused():
    with pytest.raises(InvalidAudioError, match="10 Hz"):
        resample(melody(0.1), 10)

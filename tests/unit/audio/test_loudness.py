import numpy as np
import pyloudnorm
import pytest
from tests.unit.audio.sounds import Listener, melody, noise

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.loudness import LoudnessMeter, integrated_loudness, true_peak_dbtp
from infinite_studio.progress import OperationCancelled


def tone(dbfs, seconds=4.0, frequency_hz=997.0, sample_rate=48_000, n_channels=2):
    time = np.arange(int(seconds * sample_rate)) / sample_rate
    wave = 10 ** (dbfs / 20) * np.sin(2 * np.pi * frequency_hz * time)
    return Audio.of(np.repeat(wave[:, np.newaxis], n_channels, axis=1), sample_rate)


# EBU Tech 3341, cases 1 and 2: a 1 kHz stereo tone of −23 dBFS is −23.0 LUFS, within ±0.1 LU.
@pytest.mark.parametrize("level", [-23.0, -33.0])
@pytest.mark.parametrize("sample_rate", [44_100, 48_000, 96_000, 8_000])
def test_a_tone_is_as_loud_as_the_standard_says(level, sample_rate):
    assert integrated_loudness(tone(level, 20.0, 1_000.0, sample_rate)) == pytest.approx(level, abs=0.1)


def test_quiet_passages_do_not_count():
    # EBU Tech 3341, case 3: −36, −23, −36 dBFS for 10, 60 and 10 s is −23.0 LUFS.
    parts = [tone(-36.0, 10.0), tone(-23.0, 60.0), tone(-36.0, 10.0)]
    joined = Audio.of(np.concatenate([part.samples for part in parts]), 48_000)
    assert integrated_loudness(joined) == pytest.approx(-23.0, abs=0.1)


def test_loudness_agrees_with_another_meter():
    sound = Audio.of(melody(5.0).samples * np.linspace(0.01, 1, 240_000)[:, np.newaxis], 48_000)
    other = pyloudnorm.Meter(48_000, filter_class="DeMan").integrated_loudness(
        sound.samples.astype(np.float64)
    )
    assert integrated_loudness(sound) == pytest.approx(other, abs=0.05)


@pytest.mark.parametrize("block_frames", [1_000, 48_000])
def test_blocks_of_any_length_measure_the_same(block_frames):
    sound = noise(100_001)
    meter = LoudnessMeter(48_000)
    for start in range(0, sound.n_frames, block_frames):
        meter.add(sound.samples[start : start + block_frames], start + block_frames >= sound.n_frames)
    assert meter.integrated_lufs() == pytest.approx(integrated_loudness(sound), abs=1e-6)


def test_silence_and_very_short_sounds_have_no_loudness():
    assert integrated_loudness(Audio.of(np.zeros(96_000), 48_000)) is None
    assert integrated_loudness(Audio.of(noise(100_000).samples * 1e-6, 48_000)) is None
    assert integrated_loudness(noise(19_000)) is None
    assert integrated_loudness(noise(19_300)) is not None


@pytest.mark.parametrize("n_channels", [1, 2, 3, 64])
def test_any_number_of_channels_is_measured_as_it_is_heard(n_channels):
    assert integrated_loudness(tone(-23.0, 3.0, n_channels=n_channels)) == pytest.approx(-23.0, abs=0.1)


def test_surround_channels_count_as_the_standard_says():
    # EBU Tech 3341, case 6: 5.0 with −28 dBFS in front, −24 in the centre and −30 behind is −23.0 LUFS.
    sides = [
        tone(level, 20.0, 1_000.0, n_channels=1).samples for level in (-28.0, -28.0, -24.0, -30.0, -30.0)
    ]
    assert integrated_loudness(Audio.of(np.hstack(sides), 48_000)) == pytest.approx(-23.0, abs=0.1)


# EBU Tech 3342, cases 1 to 3: two tones of 20 s each are as far apart as the range says, within ±1 LU.
@pytest.mark.parametrize(("levels", "range_lu"), [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20)])
def test_the_loudness_range_is_as_the_standard_says(levels, range_lu):
    meter = LoudnessMeter(48_000)
    meter.add(np.concatenate([tone(level, 20.0, 1_000.0).samples for level in levels]), last=True)
    assert meter.range_lu() == pytest.approx(range_lu, abs=1.0)


def test_what_is_too_short_has_no_loudness_range():
    meter = LoudnessMeter(48_000)
    meter.add(tone(-20.0, 2.9).samples, last=True)
    assert meter.range_lu() is None


def test_the_true_peak_lies_between_the_samples():
    # At a quarter of the rate and 45 degrees every sample is 3 dB below the top of the wave.
    steps = np.arange(48_000) * np.pi / 2 + np.pi / 4
    faded = (
        0.5 * np.sin(steps) * np.minimum(1, np.minimum(np.arange(48_000), np.arange(48_000)[::-1]) / 4_800)
    )
    sound = Audio.of(faded, 48_000)
    assert 20 * np.log10(sound.peak) == pytest.approx(-9.03, abs=0.01)
    assert true_peak_dbtp(sound) == pytest.approx(-6.02, abs=0.1)


def test_the_true_peak_is_never_below_the_sample_peak():
    sound = noise(5_000)
    assert true_peak_dbtp(sound) >= 20 * np.log10(sound.peak) - 1e-6
    assert true_peak_dbtp(Audio.of(np.zeros(100), 48_000)) is None


def test_measuring_can_be_cancelled():
    with pytest.raises(OperationCancelled):
        integrated_loudness(noise(600_000), Listener(cancel_at=0.1))
    with pytest.raises(OperationCancelled):
        true_peak_dbtp(noise(600_000), Listener(cancel_at=0.1))

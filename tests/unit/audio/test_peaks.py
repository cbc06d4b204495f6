import numpy as np
import pytest
from tests.unit.audio.sounds import melody, noise

from infinite_studio.audio.peaks import BASE_FRAMES, DamagedPeaksError, Peaks, PeaksBuilder, sample_window


def peaks_of(samples, block_frames=65_536, sample_rate=48_000):
    builder = PeaksBuilder(sample_rate)
    for start in range(0, len(samples), block_frames):
        builder.add(samples[start : start + block_frames])
    return builder.finish()


def test_a_column_shows_the_extremes_of_its_frames():
    samples = np.zeros((10 * BASE_FRAMES, 1), np.float32)
    samples[3 * BASE_FRAMES + 7] = 0.5
    samples[6 * BASE_FRAMES + 9] = -0.25
    window = peaks_of(samples).window(0, len(samples), 10)
    assert np.flatnonzero(window.high).tolist() == [3]
    assert np.flatnonzero(window.low).tolist() == [6]
    assert (window.high[3], window.low[6]) == (0.5, -0.25)


def test_rms_is_that_of_the_sound():
    time = np.arange(48_000) / 48_000
    samples = (0.5 * np.sin(2 * np.pi * 1_000 * time)[:, np.newaxis]).astype(np.float32)
    for n_columns in (1, 7, 100):
        window = peaks_of(samples).window(0, 48_000, n_columns)
        np.testing.assert_allclose(window.rms, 0.5 / np.sqrt(2), rtol=0.03)


def test_all_channels_share_one_scale():
    samples = np.zeros((BASE_FRAMES, 2), np.float32)
    samples[5] = (0.75, -0.25)
    window = peaks_of(samples).window(0, BASE_FRAMES, 1)
    assert (window.low[0], window.high[0]) == (-0.25, 0.75)


@pytest.mark.parametrize("block_frames", [1, 255, 256, 257, 10_000])
def test_blocks_of_any_length_build_the_same_pyramid(block_frames):
    samples = noise(3_001).samples
    whole, parts = peaks_of(samples), peaks_of(samples, block_frames)
    assert parts.n_frames == whole.n_frames == 3_001
    for one, other in zip(whole.levels, parts.levels, strict=True):
        np.testing.assert_array_equal(one.low, other.low)
        np.testing.assert_array_equal(one.high, other.high)
        np.testing.assert_allclose(one.rms, other.rms, rtol=2e-3)


def test_snapshots_show_what_came_so_far_and_do_not_change_later():
    sound = noise(100_000).samples
    builder = PeaksBuilder(48_000)
    builder.add(sound[:30_001])
    early = builder.snapshot()
    before = early.window(0, 100_000, 50)
    for start in range(30_001, 100_000, 500):
        builder.add(sound[start : start + 500])
        builder.snapshot()
    after = early.window(0, 100_000, 50)
    assert early.n_frames == 30_001
    np.testing.assert_array_equal(before.high, after.high)
    assert not before.high[20:].any()
    late, whole = builder.finish(), peaks_of(sound)
    for one, other in zip(late.levels, whole.levels, strict=True):
        np.testing.assert_array_equal(one.low, other.low)


def test_nothing_added_draws_nothing():
    empty = PeaksBuilder(48_000).snapshot()
    assert empty.n_frames == 0
    assert not empty.window(0, 1_000, 10).high.any()


def test_outside_of_the_sound_columns_are_zero():
    samples = np.full((10_000, 1), 0.5, np.float32)
    window = peaks_of(samples).window(-10_000, 20_000, 30)
    assert not window.high[:10].any()
    assert (window.high[10:20] == 0.5).all()
    assert not window.high[20:].any()
    assert not peaks_of(samples).window(50_000, 60_000, 5).rms.any()


def test_zooming_below_a_point_still_bounds_the_samples():
    sound = noise(2_000)
    window = peaks_of(sound.samples).window(100, 140, 400)
    exact = sample_window(sound.samples, 100, 140, 400)
    assert (window.low <= exact.low).all()
    assert (window.high >= exact.high).all()


def test_a_window_of_samples_shows_each_sample():
    samples = np.linspace(-1, 1, 11, dtype=np.float32)[:, np.newaxis]
    window = sample_window(samples, 2, 6, 4)
    np.testing.assert_array_equal(window.low, samples[2:6, 0])
    np.testing.assert_array_equal(window.high, samples[2:6, 0])
    assert not sample_window(samples, 20, 30, 4).high.any()
    assert sample_window(samples, -5, 15, 3).high[-1] == 1.0


def test_an_hour_is_drawn_from_a_few_thousand_points(tmp_path):
    low = np.full((48_000 * 3_600 // BASE_FRAMES,), -0.5, np.float16)
    from infinite_studio.audio.peaks import _levels

    hour = Peaks(48_000, 48_000 * 3_600, _levels(low, -low, -low))
    for start, end in ((0, hour.n_frames), (10**6, 10**6 + 48_000 * 60), (0, 48_000)):
        level = hour._level_for((end - start) / 2_000)
        assert (end - start) / level.frames_per_point <= 2_000 * 4
    assert hour.levels[-1].low.tolist() == [-0.5]


def test_values_far_beyond_full_scale_are_drawn_and_not_overflown():
    window = peaks_of(np.full((300, 1), 3e9, np.float32)).window(0, 300, 1)
    assert np.isfinite(window.high).all()
    assert window.high[0] > 50_000


def test_a_stored_pyramid_is_the_same(tmp_path):
    peaks = peaks_of(melody(2.0).samples)
    peaks.save(tmp_path / "x.peaks")
    loaded = Peaks.load(tmp_path / "x.peaks")
    assert (loaded.sample_rate, loaded.n_frames) == (48_000, 96_000)
    for one, other in zip(peaks.levels, loaded.levels, strict=True):
        np.testing.assert_array_equal(one.rms, other.rms)
    assert (tmp_path / "x.peaks").stat().st_size < 3_000


def test_any_flipped_bit_any_cut_and_any_absence_is_noticed(tmp_path):
    path = tmp_path / "x.peaks"
    peaks_of(noise(3_000).samples).save(path)
    whole = path.read_bytes()
    for place in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        path.write_bytes(damaged)
        with pytest.raises(DamagedPeaksError):
            Peaks.load(path)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedPeaksError):
            Peaks.load(path)
    path.unlink()
    with pytest.raises(DamagedPeaksError):
        Peaks.load(path)

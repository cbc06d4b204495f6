import numpy as np
import pytest

from infinite_studio.audio.sanitise import LIMITS, BitDepth, Gate, Quantiser, SoundFormat


def test_what_is_not_a_number_becomes_silence_and_is_counted():
    gate = Gate(clips=True)
    passed = gate.passed(np.array([[np.nan, 0.5], [np.inf, -np.inf], [0.25, 2.0]], np.float32))
    np.testing.assert_array_equal(passed, [[0.0, 0.5], [0.0, 0.0], [0.25, 1.0]])
    assert (gate.repaired_samples, gate.clipped_samples) == (3, 1)


def test_counts_add_up_over_blocks():
    gate = Gate(clips=True)
    for _ in range(3):
        gate.passed(np.array([[np.nan], [-1.5]], np.float32))
    assert (gate.repaired_samples, gate.clipped_samples) == (3, 3)


def test_a_gate_for_float_lets_loud_samples_through():
    gate = Gate(clips=False)
    assert gate.passed(np.array([[7.0]], np.float32)).tolist() == [[7.0]]
    assert gate.clipped_samples == 0


def test_the_callers_block_is_not_changed():
    block = np.array([[np.nan], [3.0]], np.float32)
    Gate(clips=True).passed(block)
    assert np.isnan(block[0, 0])
    assert block[1, 0] == 3.0


@pytest.mark.parametrize(("depth", "full"), [(BitDepth.INT_16, 2**15), (BitDepth.INT_24, 2**23)])
def test_full_scale_does_not_wrap_around(depth, full):
    edges = Quantiser(depth).quantised(np.array([[1.0], [-1.0]], np.float32)).ravel().astype(np.int64)
    scale = 1 if depth is BitDepth.INT_16 else 256
    assert edges.tolist() == [(full - 1) * scale, -full * scale]


def test_dither_is_triangular_and_two_steps_wide():
    quiet = np.full((200_000, 1), 0.5 * 2**-15, np.float32)
    steps = Quantiser(BitDepth.INT_16).quantised(quiet).astype(float)
    assert set(np.unique(steps)) <= {-1.0, 0.0, 1.0, 2.0}
    assert steps.mean() == pytest.approx(0.5, abs=0.01)
    assert steps.std() == pytest.approx(0.5, abs=0.02)  # total error power ¼ step², whatever the signal


@pytest.mark.parametrize("sound_format", list(SoundFormat))
def test_the_nearest_rate_is_always_one_that_the_format_takes(sound_format):
    limits = LIMITS[sound_format]
    for rate in range(1, 800_000, 997):
        nearest = limits.nearest_rate(rate)
        assert limits.nearest_rate(nearest) == nearest
        assert limits.min_rate <= nearest <= limits.max_rate

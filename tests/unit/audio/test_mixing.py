import math

import numpy as np
import pytest

from infinite_studio.audio.mixing import Program, Segment, Strip, gain_of_db, pan_gains, strip_block, sum_of


def ones(n_frames, n_channels=2):
    return np.ones((n_frames, n_channels), np.float32)


def test_a_segment_sounds_at_its_place_and_nowhere_else():
    program = Program(48_000, (Strip("a", (Segment(ones(4), 3),)),), 10)
    assert program.mix(0, 10)[:, 0].tolist() == [0, 0, 0, 1, 1, 1, 1, 0, 0, 0]


def test_any_cutting_into_blocks_gives_the_same_mix():
    rng = np.random.default_rng(0)
    segments = tuple(Segment(rng.standard_normal((50, 2)).astype(np.float32), 20 * n, 0.5) for n in range(5))
    program = Program(48_000, (Strip("a", segments, 0.3, 0.8),), 130)
    parts = [program.mix(start, 7) for start in range(-7, 140, 7)]
    np.testing.assert_array_equal(np.concatenate(parts), program.mix(-7, 7 * len(parts)))


def test_overlapping_segments_and_strips_add_up():
    strip = Strip("a", (Segment(ones(5), 0, 0.5), Segment(ones(5), 0, 0.25)))
    mixed = Program(48_000, (strip, strip), 5).mix(0, 5)
    np.testing.assert_allclose(mixed, 1.5)


def test_a_mono_segment_is_heard_on_both_sides():
    block = strip_block(Strip("a", (Segment(ones(3, 1), 0),), 1.0, 0.5), 0, 3)
    np.testing.assert_allclose(block, [[1.0, 0.5]] * 3)


def test_a_muted_strip_is_silent():
    strip = Strip("a", (Segment(ones(3), 0),), 0.0, 0.0)
    assert strip.is_silent
    assert not Program(48_000, (strip,), 3).mix(0, 3).any()


def test_a_read_only_map_may_be_mixed(tmp_path):
    ones(8).tofile(tmp_path / "x.f32")
    mapped = np.memmap(tmp_path / "x.f32", np.float32, "r", shape=(8, 2))
    assert Program(48_000, (Strip("a", (Segment(mapped, 0),)),), 8).mix(0, 8).sum() == 16


def test_the_fader_is_silent_at_its_lower_end():
    assert gain_of_db(-60.0) == 0.0
    assert gain_of_db(0.0) == 1.0
    assert gain_of_db(6.0) == pytest.approx(1.9953, abs=1e-4)


def test_balance_keeps_the_near_side_and_closes_the_far_one():
    assert pan_gains(0.0, 0.0) == (1.0, 1.0)
    assert pan_gains(0.0, 1.0) == (0.0, 1.0)
    assert pan_gains(0.0, -1.0) == (1.0, 0.0)
    left, right = pan_gains(-6.0, 0.5)
    assert left == pytest.approx(gain_of_db(-6.0) * math.cos(math.pi / 4))
    assert right == gain_of_db(-6.0)


def test_stems_that_cancel_sum_to_exact_silence():
    tenth = np.full((10, 2), 0.1, np.float32)
    assert not sum_of([tenth, ones(10), -ones(10), -tenth]).any()

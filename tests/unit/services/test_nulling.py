"""The null test, on real stems and on sounds whose answer is known."""

import math

import numpy as np
import pytest

from infinite_studio.progress import Silence
from infinite_studio.services.nulling import BLOCK_FRAMES, null_test

RATE = 48_000
SILENT = Silence()


@pytest.fixture(scope="module")
def noise():
    rng = np.random.default_rng(5)
    return rng.normal(0, 0.1, (BLOCK_FRAMES + 30_000, 2)).astype(np.float32)


def test_equal_sounds_cancel_out_entirely(noise):
    null = null_test(noise, noise.copy(), RATE, SILENT)
    assert (null.level_db, null.lag_frames) == (-math.inf, 0)


def test_silence_equals_silence():
    quiet = np.zeros((1_000, 2), np.float32)
    assert null_test(quiet, quiet, RATE, SILENT).level_db == -math.inf


def test_six_db_quieter_leaves_six_db_less(noise):
    null = null_test(noise, noise * np.float32(10 ** (-6.02 / 20)), RATE, SILENT)
    assert null.level_db == pytest.approx(-6.02, abs=0.02)


def test_an_inverse_is_six_db_louder_than_either(noise):
    assert null_test(noise, -noise, RATE, SILENT).level_db == pytest.approx(6.02, abs=0.02)


def test_unrelated_sounds_of_one_level_come_to_three_db(noise):
    other = np.random.default_rng(6).normal(0, 0.1, noise.shape).astype(np.float32)
    assert null_test(noise, other, RATE, SILENT).level_db == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize("lag", [-2_400, -37, 1, 480, 2_400])
def test_a_sound_that_comes_later_is_moved_back_first(noise, lag):
    padded = np.pad(noise, ((5_000, 5_000), (0, 0)))
    null = null_test(padded, np.roll(padded, lag, axis=0), RATE, SILENT)
    assert (null.level_db, null.lag_frames) == (-math.inf, lag)


def test_beyond_fifty_milliseconds_nothing_is_moved_into_place(noise):
    padded = np.pad(noise, ((5_000, 5_000), (0, 0)))
    assert null_test(padded, np.roll(padded, 3_000, axis=0), RATE, SILENT).level_db > 0.0


def test_the_rest_of_a_longer_sound_is_what_is_left(noise):
    half = len(noise) // 2
    assert null_test(noise, noise[:half], RATE, SILENT).level_db == pytest.approx(-3.01, abs=0.1)


def test_a_sound_against_silence_is_itself(noise):
    null = null_test(noise, np.zeros_like(noise), RATE, SILENT)
    assert null.level_db == pytest.approx(0.0, abs=1e-6)

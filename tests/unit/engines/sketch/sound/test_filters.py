"""Recursive filters as matrix products."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infinite_studio.engines.sketch.sound.biquads import (
    all_pass,
    band_pass,
    bell,
    high_pass,
    high_shelf,
    low_pass,
    low_shelf,
)
from infinite_studio.engines.sketch.sound.block_filter import GRAIN_FRAMES, BlockFilter
from infinite_studio.engines.sketch.sound.products import product

RATE = 48_000
SECTIONS = {
    "low pass": low_pass(1000.0),
    "high pass": high_pass(1000.0),
    "bell": bell(1000.0, 6.0),
    "high shelf": high_shelf(1000.0, 6.0),
    "low shelf": low_shelf(1000.0, 6.0),
    "band pass": band_pass(1000.0, 2.0, 6.0),
    "all pass": all_pass(1000.0, 0.7),
}


def one_by_one(sections, samples):
    """The same filters, frame by frame in double precision."""
    wave = samples.astype(np.float64)
    for section in sections:
        (b0, b1, b2), (a1, a2) = section.b, section.a
        out = np.zeros_like(wave)
        x1 = x2 = y1 = y2 = 0.0
        for n, x0 in enumerate(wave):
            out[n] = b0 * x0 + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x2, x1, y2, y1 = x1, x0, y1, out[n]
        wave = out
    return wave


def gain_db(section, hz):
    click = np.zeros((1, 2**14), np.float32)
    click[0, 0] = 1.0
    spectrum = np.fft.rfft(BlockFilter([section], 1).process(click)[0].astype(np.float64))
    return 20 * np.log10(abs(spectrum[round(hz * 2**14 / RATE)]) + 1e-9)


def test_matrix_products_equal_the_filter_frame_by_frame():
    sections = [high_pass(28.0), bell(300.0, -4.0), high_shelf(8000.0, 3.0), low_pass(12_000.0)]
    noise = np.random.default_rng(3).standard_normal((1, 9_001)).astype(np.float32)
    expected = one_by_one(sections, noise[0])
    assert np.abs(BlockFilter(sections, 1).process(noise)[0] - expected).max() < 3e-5


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.integers(0, 5_000))
@settings(max_examples=25, deadline=None)
def test_pieces_give_what_the_whole_gives(grains, last):
    sections = [high_pass(60.0), bell(900.0, 5.0)]
    lengths = [grain * GRAIN_FRAMES for grain in grains] + [last + 1]
    noise = np.random.default_rng(1).standard_normal((2, sum(lengths))).astype(np.float32)
    whole = BlockFilter(sections).process(noise)
    pieces, in_pieces = np.split(noise, np.cumsum(lengths)[:-1], axis=1), BlockFilter(sections)
    heard = np.concatenate([in_pieces.process(piece) for piece in pieces], axis=1)
    assert np.abs(heard - whole).max() < 1e-5


@pytest.mark.parametrize(
    ("name", "low_db", "middle_db", "high_db"),
    [
        ("low pass", 0.0, -3.0, -48.0),
        ("high pass", -40.0, -3.0, 0.0),
        ("bell", 0.0, 6.0, 0.0),
        ("high shelf", 0.0, 3.0, 6.0),
        ("low shelf", 6.0, 3.0, 0.0),
        ("all pass", 0.0, 0.0, 0.0),
    ],
)
def test_a_section_does_what_its_name_says(name, low_db, middle_db, high_db):
    section = SECTIONS[name]
    assert gain_db(section, 100.0) == pytest.approx(low_db, abs=0.6)
    assert gain_db(section, 1000.0) == pytest.approx(middle_db, abs=0.3)
    assert (
        gain_db(section, 15_000.0) == pytest.approx(high_db, abs=0.6) or gain_db(section, 15_000.0) < high_db
    )


def test_the_band_pass_keeps_its_middle():
    assert gain_db(SECTIONS["band pass"], 1000.0) == pytest.approx(6.0, abs=0.2)
    assert gain_db(SECTIONS["band pass"], 100.0) < -15


@given(st.integers(1, 900), st.integers(1, 300), st.integers(1, 130))
@settings(max_examples=40, deadline=None)
def test_products_in_small_pieces_equal_the_whole_product(rows, depth, columns):
    random = np.random.default_rng(rows + depth + columns)
    left, right = random.standard_normal((rows, depth)), random.standard_normal((depth, columns))
    assert np.allclose(product(left, right), left @ right)

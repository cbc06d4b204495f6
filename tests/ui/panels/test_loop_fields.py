"""Loop positions as a person writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infinite_studio.project.model import LoopRange
from infinite_studio.ui.loop_fields import Grid, LoopFieldError, checked_loop

GRID = Grid(sample_rate=48_000, frames_per_beat=24_000.0)
ODD_GRID = Grid(sample_rate=48_000, frames_per_beat=60 * 48_000 / 93.7)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("00:00.000", 0),
        ("01:23.450", 4_005_600),
        ("1:02", 2_976_000),
        ("12.5", 600_000),
        ("12,5", 600_000),
        ("7", 336_000),
        ("1:00:00", 172_800_000),
        (" 00:00.001 ", 48),
    ],
)
def test_a_time_is_read_to_the_frame(text, frame):
    assert GRID.parse_clock(text) == frame


@pytest.mark.parametrize("text", ["", "soon", "1:75", "-0:01", "1:2:3:4", "00:00.0001", "nan"])
def test_a_text_that_is_no_time_is_refused_with_a_hint(text):
    with pytest.raises(LoopFieldError) as caught:
        GRID.parse_clock(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "frame"), [("1", 0), ("5", 384_000), ("5.1.1", 384_000), ("2.3", 144_000), ("1.1.3", 12_000)]
)
def test_a_bar_position_is_read(text, frame):
    assert GRID.parse_bar(text) == frame


@pytest.mark.parametrize("text", ["", "0", "0.1.1", "5.5", "5.1.5", "five", "-1"])
def test_a_text_that_is_no_bar_position_is_refused(text):
    with pytest.raises(LoopFieldError):
        GRID.parse_bar(text)


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_a_position_on_the_grid_survives_being_written_and_read(bar, beat, step):
    text = f"{bar + 1}.{beat}.{step}"
    assert ODD_GRID.bar_text(ODD_GRID.parse_bar(text)) == text


@given(st.integers(0, 48_000 * 3600))
def test_a_time_is_written_to_the_millisecond(frame):
    assert abs(GRID.parse_clock(GRID.clock_text(frame)) - frame) < 48


def test_a_position_between_steps_is_written_as_about():
    assert GRID.bar_text(385_000) == "≈ 5.1.1"


@pytest.mark.parametrize(
    ("n_frames", "text"), [(96_000, "1 bar"), (768_000, "8 bars"), (120_000, "≈ 1.25 bars")]
)
def test_a_length_is_told_in_bars(n_frames, text):
    assert GRID.length_text(n_frames) == text


def test_bars_from_the_playhead_start_at_its_bar_line():
    assert GRID.bars_from(100_000, 4) == LoopRange(96_000, 480_000, True)
    assert GRID.bars_from(96_000, 1) == LoopRange(96_000, 192_000, True)


@pytest.mark.parametrize(("start", "end"), [(10_000, 10_000), (10_000, 9_000), (0, 479)])
def test_a_range_that_cannot_loop_is_refused(start, end):
    with pytest.raises(LoopFieldError):
        checked_loop(start, end, 48_000)

"""Numbers as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from infinite_studio.ui.kit.time_text import (
    age_text,
    bar_text,
    bytes_text,
    db_text,
    duration_text,
    eta_text,
    seconds_text,
    signed_text,
    tempo_text,
    time_text,
)


@pytest.mark.parametrize(
    ("frame", "text"),
    [(0, "00:00.000"), (599_040, "00:12.480"), (48_000 * 3_600, "1:00:00.000"), (-5, "00:00.000")],
)
def test_time_reads_as_minutes_seconds_milliseconds(frame: int, text: str) -> None:
    assert time_text(frame, 48_000) == text


def test_bars_count_from_one() -> None:
    assert bar_text(0, 24_000.0) == "1.1.1"
    assert bar_text(4 * 24_000 * 4 + 2 * 6_000, 24_000.0) == "5.1.3"


def test_a_bar_line_that_falls_between_frames_already_counts() -> None:
    frames_per_beat = 60 * 48_000 / 84
    assert bar_text(round(4 * frames_per_beat) + 1, frames_per_beat) == "2.1.1"


def test_decibels_have_a_real_minus_and_an_end() -> None:
    assert [db_text(x) for x in (-3.14, 0.0, -0.04, -60.0)] == ["−3.1 dB", "0.0 dB", "0.0 dB", "−∞ dB"]


def test_there_is_no_negative_zero() -> None:
    assert signed_text(-0.01) == "0.0"
    assert signed_text(-0.06) == "−0.1"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1_500, "1.5 KB"), (61_400_000_000, "61.4 GB"), (2e12, "2.0 TB")],
)
def test_bytes_read_as_file_managers_show_them(count: int, text: str) -> None:
    assert bytes_text(count) == text


@pytest.mark.parametrize(("seconds", "text"), [(12.2, "0:12"), (93.1, "1:33"), (3_725, "1:02:05")])
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_ages() -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    ages = [
        timedelta(seconds=5),
        timedelta(minutes=9),
        timedelta(days=1),
        timedelta(days=3),
        timedelta(days=40),
    ]
    texts = [age_text(now - age, now) for age in ages]
    assert texts[:4] == ["just now", "9 min", "yesterday", "3 days"]
    assert texts[4] == "11 Oct"


def test_tempo_shows_a_decimal_only_where_it_has_one() -> None:
    assert [tempo_text(x) for x in (84.0, 92.28, 119.98)] == ["84 BPM", "92.3 BPM", "120 BPM"]


def test_predictions_and_rests() -> None:
    assert [seconds_text(x) for x in (0.02, 0.9, 12.3, 200, 7_200)] == [
        "0.1 s",
        "0.9 s",
        "12 s",
        "3 min",
        "2.0 h",
    ]
    assert [eta_text(x) for x in (None, 0.3, 6.2, 75)] == ["", "almost done", "6 s left", "75 s left"]

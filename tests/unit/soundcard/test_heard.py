"""Which frame is heard at a moment."""

import pytest

from infinite_studio.soundcard.heard import HeardLog

RATE = 1000


def log_of(*spans: tuple[float, float, int], jitter: tuple[float, ...] = (0.0,)) -> HeardLog:
    """Return a log whose device frame 0 is heard at time 5.0."""
    log = HeardLog(RATE)
    for number, off in enumerate(jitter):
        log.note_block(number * 10, 5.0 + number * 0.01 + off)
    for start, end, frame in spans:
        log.note_span(start, end, frame, 1.0, 1)
    return log


def test_nothing_is_heard_before_the_first_frame_arrives():
    assert log_of((50, 100, 700)).program_frame(5.02, 1) is None
    assert HeardLog(RATE).program_frame(5.0, 1) is None


def test_the_frame_follows_the_clock_within_a_span_and_across_a_loop():
    log = log_of((0, 100, 700), (100, 200, 300))
    assert log.program_frame(5.05, 1) == pytest.approx(750, abs=1)
    assert log.program_frame(5.15, 1) == pytest.approx(350, abs=1)


def test_the_frame_never_runs_ahead_of_what_was_handed_over():
    assert log_of((0, 100, 700)).program_frame(9.0, 1) == 800


def test_a_clock_that_jitters_never_takes_the_playhead_back():
    log = log_of((0, 100, 0))
    first = log.program_frame(5.05, 1)
    for number in range(9):
        log.note_block(100 + number, 5.13 + number * 0.001)
    assert log.program_frame(5.051, 1) == first


def test_one_wrong_time_among_many_is_outvoted():
    log = log_of((0, 1000, 0), jitter=(0.0, 0.0, 0.5, 0.0, 0.0))
    assert log.program_frame(5.2, 1) == pytest.approx(200, abs=1)


def test_sound_of_an_earlier_epoch_is_not_the_playheads():
    assert log_of((0, 100, 700)).program_frame(5.05, 2) is None


def test_levels_wait_until_they_are_heard_and_are_given_once():
    log = log_of()
    log.note_levels(0, {"a": 0.5})
    log.note_levels(10, {"a": 0.2, "b": 0.9})
    log.note_levels(500, {"a": 1.0})
    assert log.take_levels(5.1) == {"a": 0.5, "b": 0.9}
    assert log.take_levels(5.2) == {}
    assert log.take_levels(5.6) == {"a": 1.0}

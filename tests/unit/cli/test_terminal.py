"""What a terminal shows of work that takes long."""

import pytest

from infinite_studio.cli.terminal import time_left


@pytest.mark.parametrize(
    ("fraction", "elapsed_seconds", "text"),
    [
        (0.5, 10.0, "  10 s left"),
        (0.1, 60.0, "  9 min left"),
        (0.999, 5.0, "  1 s left"),
        (0.5, 1.0, ""),
        (0.001, 100.0, ""),
        (1.0, 100.0, ""),
    ],
)
def test_the_time_left_is_told_once_it_can_be(fraction, elapsed_seconds, text):
    assert time_left(fraction, elapsed_seconds) == text

"""A fresh stream is waited for until it tells the truth about its time."""

from infinite_studio.soundcard.settling import LARGEST_BUFFER_SECONDS, PATIENCE_SECONDS, Settling

BLOCK = 1024 / 48_000


def prime(settling: Settling, now: float, blocks: int = 12) -> None:
    """Ask for a buffer's worth of blocks at once, as servers do when a stream begins."""
    for number in range(blocks):
        assert not settling.is_over(now, now + number * BLOCK, BLOCK)


def test_a_steady_stream_has_settled_after_a_few_blocks():
    settling = Settling()
    prime(settling, 10.0)
    answers = [settling.is_over(10.0 + n * BLOCK, 10.0 + (12 + n - 1) * BLOCK, BLOCK) for n in range(1, 6)]
    assert answers == [False, False, True, True, True]


def test_a_stream_whose_latency_jumps_is_waited_for_until_it_agrees_with_itself():
    settling = Settling()
    prime(settling, 10.0)
    late = [1.4, 0.9, 0.3, 0.3, 0.3]
    answers = [settling.is_over(11.4 + n * BLOCK, 10.0 + (12 + n) * BLOCK + late[n], BLOCK) for n in range(5)]
    assert answers == [False, False, False, False, True]


def test_a_stream_that_never_agrees_is_used_all_the_same_after_a_while():
    settling = Settling()
    now, number = 10.0, 0
    while not settling.is_over(now, now + 0.1 * (number % 2), BLOCK):
        now, number = now + BLOCK, number + 1
        assert now < 10.0 + PATIENCE_SECONDS + 0.2
    assert now > 10.0 + PATIENCE_SECONDS


def test_a_device_that_swallows_sound_faster_than_time_passes_runs_away():
    settling = Settling()
    for _ in range(int(LARGEST_BUFFER_SECONDS / BLOCK)):
        settling.is_over(10.0, 10.0, BLOCK)
    assert not settling.runs_away(10.0)
    settling.is_over(10.0, 10.0, BLOCK)
    assert settling.runs_away(10.0)
    assert not settling.runs_away(12.0)

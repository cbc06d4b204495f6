from infinite_studio.weights.tally import Tally


class Clock:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def test_speed_is_that_of_the_last_seconds_and_never_counts_what_was_here():
    clock = Clock()
    tally = Tally(100_000_000, clock)
    tally.found(50_000_000)
    assert tally.bytes_per_second == 0.0
    for _ in range(20):
        clock.seconds += 0.5
        tally.came(1_000_000)

    assert tally.bytes_per_second == 2_000_000
    assert tally.fraction == 0.7
    tally.doing = "state_dict.bin"
    assert tally.words == "state_dict.bin: 70.0 MB of 100.0 MB, 2.0 MB/s"


def test_nothing_is_said_of_a_size_that_is_not_known_yet():
    tally = Tally()
    tally.doing = "Asking the hub"
    assert (tally.words, tally.fraction) == ("Asking the hub", 0.0)

"""Helpers do what they are given, at the same time, and nobody who is not there."""

import threading

import pytest

from infinite_studio.jobs.crew import Crew


def test_helpers_work_at_the_same_time_as_who_asks() -> None:
    crew = Crew(2)
    gate = threading.Barrier(3)

    def meet() -> None:
        gate.wait(30.0)

    assert crew.start(meet)
    assert crew.start(meet)
    # It opens only once all three stand before it, and raises where one does not come.
    gate.wait(30.0)
    is_done = threading.Event()
    assert crew.start(is_done.set)
    assert is_done.wait(30.0)


def test_nobody_helps_where_there_is_nobody() -> None:
    assert not Crew(0).start(lambda: None)


def test_a_computer_lends_no_more_threads_than_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert Crew().n_helpers == 0
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert Crew().n_helpers == 3

"""What a signal to leave may interrupt."""

import signal
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from infinite_studio.app.window import _listen_to_signals


class Application:
    """Remembers whether work was in the middle when it was told to quit; the tests' own must not quit."""

    def __init__(self) -> None:
        self.is_working = False
        self.quit_while_working: list[bool] = []

    def work(self) -> None:
        self.is_working = True
        signal.raise_signal(signal.SIGTERM)
        for _ in range(100_000):
            pass
        self.is_working = False

    def quit(self) -> None:
        self.quit_while_working.append(self.is_working)


@pytest.fixture
def handlers_kept() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers_kept")
def test_a_signal_closes_the_window_between_two_pieces_of_work(qtbot: QtBot) -> None:
    application = Application()
    heartbeat = _listen_to_signals(application)  # type: ignore[arg-type]
    application.work()
    qtbot.waitUntil(lambda: bool(application.quit_while_working))
    heartbeat.stop()
    assert application.quit_while_working == [False]

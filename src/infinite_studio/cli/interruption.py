"""Ctrl+C and a polite end, even where Python swallows the exception that they raise."""

import signal
from types import FrameType
from typing import NoReturn


class Interruption:
    """A signal handler that raises ``KeyboardInterrupt`` and remembers that it did.

    A signal may arrive while Python runs a finaliser, where exceptions are only printed. Work that reports its progress
    asks `check_interruption` and stops all the same.
    """

    def __init__(self) -> None:
        self.has_come = False

    def __call__(self, _signal: int, _frame: FrameType | None) -> NoReturn:
        """Interrupt what runs now."""
        self.has_come = True
        raise KeyboardInterrupt

    def listen(self) -> None:
        """Answer Ctrl+C and SIGTERM from now on."""
        signal.signal(signal.SIGINT, self)
        signal.signal(signal.SIGTERM, self)


def check_interruption() -> None:
    """Raise ``KeyboardInterrupt`` if one has come and was swallowed."""
    handler = signal.getsignal(signal.SIGINT)
    if isinstance(handler, Interruption) and handler.has_come:
        raise KeyboardInterrupt

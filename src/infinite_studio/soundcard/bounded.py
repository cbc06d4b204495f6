"""Calls that may hang for ever, waited for only so long."""

import threading
from collections.abc import Callable


def call_within(
    seconds: float, work: Callable[[], None], *, too_late: Callable[[], None] | None = None
) -> None:
    """Do the work in a thread of its own and raise what it raises.

    Raises `TimeoutError` once the time is up; the work is then left to itself, and ``too_late`` undoes it
    should it still come to an end.
    """
    call = _Call(work, too_late)
    thread = threading.Thread(target=call.run, name="bounded call", daemon=True)
    thread.start()
    call.wait(seconds)


class _Call:
    def __init__(self, work: Callable[[], None], too_late: Callable[[], None] | None) -> None:
        self._work = work
        self._too_late = too_late
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._is_abandoned = False
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            self._error = error
        with self._lock:
            self._done.set()
            undo = self._too_late if self._is_abandoned and self._error is None else None
        if undo is not None:
            undo()

    def wait(self, seconds: float) -> None:
        self._done.wait(seconds)
        with self._lock:
            if not self._done.is_set():
                self._is_abandoned = True
                raise TimeoutError
        if self._error is not None:
            raise self._error

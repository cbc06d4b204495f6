"""Threads that help the one thread of a lane with work that divides."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_MOST_HELPERS = 3


class Crew:
    """Helps whoever asks; its threads are made when first needed and sleep in between.

    Parameters
    ----------
    n_helpers : int or None
        How many can help at the same time; None for what this computer has beside the one that asks.
    """

    def __init__(self, n_helpers: int | None = None) -> None:
        others = min((os.cpu_count() or 1) - 1, _MOST_HELPERS)
        self.n_helpers = others if n_helpers is None else n_helpers
        self._pool = ThreadPoolExecutor(self.n_helpers, "helper") if self.n_helpers else None

    def start(self, work: Callable[[], None]) -> bool:
        """Run something on a helper, soon; return whether it will: nobody helps when the program ends.

        The work must end by itself within moments, for the program waits for it before it ends.
        """
        if self._pool is None:
            return False
        try:
            self._pool.submit(work)
        except RuntimeError:
            return False
        return True

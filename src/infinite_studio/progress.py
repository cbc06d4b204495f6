"""How long work tells how far it is, and how it learns that it should stop."""

from dataclasses import dataclass
from typing import Protocol


class OperationCancelled(BaseException):
    """Someone asked this work to stop.

    Derives from ``BaseException`` so that no library on the way swallows it with ``except Exception``.
    """


class Progress(Protocol):
    """What long work is given to report to."""

    def report(self, fraction: float, stage: str = "") -> None:
        """Say how far the work is.

        Parameters
        ----------
        fraction : float
            Share of the work that is done, 0 to 1.
        stage : str
            What is being done now, in a few words for a musician; empty keeps the last stage.

        Raises
        ------
        OperationCancelled
            If the work should stop; let it pass.
        """

    def share(self, partial: object) -> None:
        """Hand over a frozen intermediate result that a view may already show.

        Parameters
        ----------
        partial : object
            An immutable value; who receives it decides whether to use it.

        Raises
        ------
        OperationCancelled
            If the work should stop; let it pass.
        """


class Silence:
    """A `Progress` that nobody listens to and that never cancels."""

    def report(self, fraction: float, stage: str = "") -> None:
        """Do nothing."""

    def share(self, partial: object) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Part:
    """A `Progress` for one part of a larger piece of work.

    Parameters
    ----------
    whole : Progress
        Where the reports of the part go.
    start, end : float
        The part's place in the whole, 0 ≤ start ≤ end ≤ 1.
    """

    whole: Progress
    start: float
    end: float

    def report(self, fraction: float, stage: str = "") -> None:
        """Report to the whole, scaled to this part."""
        inside = min(max(fraction, 0.0), 1.0)
        self.whole.report(self.start + (self.end - self.start) * inside, stage)

    def share(self, partial: object) -> None:
        """Pass the intermediate result on."""
        self.whole.share(partial)

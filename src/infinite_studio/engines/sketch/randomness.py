"""Random choices that are the same on every machine and in every process."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")


class Dice:
    """Random choices for one named part of a piece.

    Only raw PCG64 output is used, whose stream NumPy keeps stable from version to version; the same seed and
    name give the same choices whatever other parts do.

    Parameters
    ----------
    seed : int
        Of the piece; any whole number.
    *names : str or int
        What the choices are for, such as ``("lead", "a", 3)``.
    """

    def __init__(self, seed: int, *names: str | int) -> None:
        label = "/".join(str(name) for name in names).encode()
        self._bits = np.random.PCG64(np.random.SeedSequence([seed % 2**64, *label]))

    def unit(self) -> float:
        """Return a number from 0 up to but not including 1."""
        return float(int(self._bits.random_raw()) >> 11) * 2.0**-53

    def between(self, low: float, high: float) -> float:
        """Return a number between two others."""
        return low + (high - low) * self.unit()

    def chance(self, probability: float) -> bool:
        """Say yes with a probability."""
        return self.unit() < probability

    def below(self, count: int) -> int:
        """Return a whole number from 0 up to but not including ``count``."""
        return int(self.unit() * count)

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """Return one of the choices, each as likely as the others."""
        return choices[self.below(len(choices))]

    def pick_weighted(self, choices: Sequence[Choice], weights: Sequence[float]) -> Choice:
        """Return one of the choices, as likely as its weight says."""
        place = self.unit() * sum(weights)
        for choice, weight in zip(choices, weights, strict=True):
            place -= weight
            if place < 0.0:
                return choice
        return choices[-1]

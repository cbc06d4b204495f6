"""How often something that may work a moment later is tried again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How long to wait before each new attempt after one that brought nothing; afterwards the error is told."""

    waits_seconds: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)

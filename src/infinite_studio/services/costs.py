"""What a take of a network will cost, told before it is begun: memory, disk, and the time that takes took here before."""

from dataclasses import dataclass

from infinite_studio.jobs.estimates import DurationEstimates
from infinite_studio.weights.catalogue import CATALOGUE

_STORED_BYTES_PER_SECOND = 2 * 32_000 * 3
_DECODED_BYTES_PER_SECOND = 2 * 48_000 * 4
GENERATE = "generate"


@dataclass(frozen=True)
class Cost:
    """What takes need: memory and disk at most; seconds as learned on this computer, None while nothing is known."""

    memory_bytes: int
    disk_bytes: int
    seconds: float | None


def disk_bytes(seconds: float, n_takes: int) -> int:
    """Return what takes need at most: kept losslessly, and decoded for playing."""
    return round(seconds * n_takes * (_STORED_BYTES_PER_SECOND + _DECODED_BYTES_PER_SECOND))


def memory_bytes(engine: str) -> int:
    """Return what a computer should have free to run an engine; 0 where it needs no weights."""
    return CATALOGUE[engine].memory_bytes if engine in CATALOGUE else 0


def generate_kind(engine: str, n_takes: int = 1) -> str:
    """Return what durations are learned by: several takes at once take less time than one after another."""
    return f"{GENERATE}:{engine}" if n_takes == 1 else f"{GENERATE}:{engine}×{n_takes}"


def cost_of(engine: str, seconds: float, n_takes: int, learned: DurationEstimates) -> Cost | None:
    """Return what takes of so many seconds will cost; None for an engine that needs little of everything."""
    needed = memory_bytes(engine)
    if not needed:
        return None
    known = learned.predict(generate_kind(engine, n_takes), seconds)
    return Cost(needed, disk_bytes(seconds, n_takes), known)

"""What is told before an engine begins: what its takes will cost."""

import time
from collections.abc import Callable
from typing import TypeVar

import typer

from infinite_studio.audio.files import readable_size
from infinite_studio.engines.base import GenerationEngine, GenerationRequest
from infinite_studio.jobs.estimates import DurationEstimates
from infinite_studio.services.costs import Cost, cost_of, generate_kind
from infinite_studio.settings.folders import Folders

T = TypeVar("T")


def with_cost_told(
    engine: GenerationEngine, request: GenerationRequest, n_takes: int, make: Callable[[], T]
) -> T:
    """Say what takes will cost, make them, and remember how long that took here."""
    name, length = engine.info.name, engine.understand(request).duration_seconds
    learned = DurationEstimates(Folders.standard().cache / "durations.json")
    cost = cost_of(name, length, n_takes, learned)
    if cost is not None:
        typer.echo(_sentence(cost), err=True)
    start = time.monotonic()
    made = make()
    if cost is not None:
        learned.learn(generate_kind(name, n_takes), length, time.monotonic() - start)
    return made


def _sentence(cost: Cost) -> str:
    takes = f"{readable_size(cost.memory_bytes)} of memory, {readable_size(cost.disk_bytes)} on disk"
    if cost.seconds is None:
        return f"Takes about {takes}; the first take shows how fast it is here."
    return f"Takes about {takes}, {cost.seconds:.0f} s."

"""What can be queued, and what a view may know about it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from infinite_studio.progress import Progress

T = TypeVar("T")


class LaneName(StrEnum):
    """The serial queues: models are confined to one, files and history to the other."""

    INFERENCE = "inference"
    DISK = "disk"


class JobState(StrEnum):
    """Where a job is on its way."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


@dataclass(frozen=True)
class Job(Generic[T]):
    """Work for a lane: ``kind`` and ``size`` are what durations are learned by.

    ``work`` runs in the lane's thread; what it needs it carries frozen, and what it makes it returns.
    """

    title: str
    kind: str
    lane: LaneName
    work: Callable[[Progress], T]
    size: float = 1.0


@dataclass(frozen=True)
class JobView:
    """A job as a view shows it at one moment; ``sentence`` and ``hint`` say why it failed."""

    job_id: int
    title: str
    kind: str
    lane: LaneName
    state: JobState
    fraction: float
    stage: str
    elapsed_seconds: float
    eta_seconds: float | None
    sentence: str
    hint: str

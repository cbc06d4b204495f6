"""What can be queued, and what a view may know about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from infinite_studio.history.values import JobState
from infinite_studio.progress import Progress

__all__ = ["Job", "JobState", "JobView", "LaneName", "Memo"]

T = TypeVar("T")


class LaneName(StrEnum):
    """The serial queues: models are confined to one, files and history to another, downloads to the third.

    The fourth holds short notes about the others' jobs, which must not wait behind long work.
    """

    INFERENCE = "inference"
    DISK = "disk"
    NETWORK = "network"
    LEDGER = "ledger"


@dataclass(frozen=True)
class Memo:
    """What was asked for, as JSON values, where a job is to survive the end of the studio."""

    kind: str
    values: Mapping[str, Any]


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
    memo: Memo | None = None


@dataclass(frozen=True)
class JobView:
    """A job as a view shows it at one moment; ``sentence`` and ``hint`` say why it failed, ``remedy`` what to offer."""

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
    remedy: str = ""

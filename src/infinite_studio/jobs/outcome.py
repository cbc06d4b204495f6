"""How a job ended: errors that cross threads are data."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from infinite_studio.errors import StudioError
from infinite_studio.progress import OperationCancelled, Progress

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

logger = logging.getLogger(__name__)

MEMORY_HINT = "Close other programs, or try with something shorter."
BUG_HINT = "The studio goes on; the log has the details. Trying once more does no harm."


@dataclass(frozen=True)
class Succeeded(Generic[T_co]):
    """The work came to its end and returned this value."""

    value: T_co


@dataclass(frozen=True)
class Failed:
    """The work raised: an expected failure in a musician's words, or a bug with its traceback in ``details``.

    ``remedy`` is what the studio offers to do about it, where it can do something.
    """

    sentence: str
    hint: str
    details: str
    is_bug: bool
    remedy: str = ""


@dataclass(frozen=True)
class Cancelled:
    """The work stopped because someone asked for it, or never began."""


Outcome: TypeAlias = Succeeded[T] | Failed | Cancelled


def outcome_of(title: str, work: Callable[[Progress], T], progress: Progress) -> Outcome[T]:
    """Run the work and return how it ended; nothing is raised, and no frame of the work is kept alive."""
    try:
        return Succeeded(work(progress))
    except OperationCancelled:
        return Cancelled()
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt would end the lane's thread
        return failure_of(title, error)


def failure_of(title: str, error: BaseException) -> Failed:
    """Turn an exception into data: expected failures keep their words, everything else is a logged bug."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, StudioError):
        return Failed(str(error), error.hint, details, is_bug=False, remedy=error.remedy)
    if _is_out_of_memory(error):
        return Failed(f"“{title}” needed more memory than there is.", MEMORY_HINT, details, is_bug=False)
    logger.error("“%s” stopped because of a bug:\n%s", title, details)
    return Failed(f"“{title}” stopped because of a mistake in the studio.", BUG_HINT, details, is_bug=True)


def _is_out_of_memory(error: BaseException) -> bool:
    """Judge torch's error by the name of its class, so that torch need not be imported."""
    return any(base.__name__ in {"MemoryError", "OutOfMemoryError"} for base in type(error).__mro__)

"""What is tried when memory does not suffice: coarser, then shorter, then on the CPU."""

from collections.abc import Iterator
from dataclasses import dataclass

from infinite_studio.engines.device import DeviceKind
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.errors import StudioError

_SIGNS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


class NoMemoryError(StudioError):
    """Not even the smallest way to run a model fits into memory."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is not enough memory for {name}, however it is run.",
            hint="Close other programs, or choose a smaller model.",
        )
        self.name = name


@dataclass(frozen=True)
class Attempt:
    """A way to run a model; windows are shortened by the factor."""

    device: DeviceKind
    precision: Precision
    window_share: float = 1.0

    def notice(self, wanted: "Attempt") -> str:
        """Return a sentence about what was given up, empty for the way that was wanted."""
        if self == wanted:
            return ""
        given_up = []
        if self.device != wanted.device:
            given_up.append("on the CPU")
        if self.precision != wanted.precision:
            given_up.append(f"with {self.precision} weights")
        if self.window_share != wanted.window_share:
            given_up.append("in shorter windows")
        return f"Memory was short, so it was made {', '.join(given_up)}."


def attempts(wanted: Attempt) -> Iterator[Attempt]:
    """Yield the wanted way, and what to try after it."""
    yield wanted
    precision = wanted.precision
    # Weights in int8 are a way of CPUs; cards have half precision at the least.
    lowest = Precision.INT8 if wanted.device == "cpu" else _half(wanted.precision)
    while precision is not lowest and precision.coarser is not None:
        precision = precision.coarser
        if precision is Precision.INT8 and wanted.device != "cpu":
            break
        yield Attempt(wanted.device, precision)
    yield Attempt(wanted.device, precision, 0.5)
    if wanted.device != "cpu":
        yield Attempt("cpu", Precision.INT8)
        yield Attempt("cpu", Precision.INT8, 0.5)


def is_lack_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory did not suffice, on the card or in the computer."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _SIGNS)


def free_memory() -> None:
    """Give back what is not in use, to the card and to the computer."""
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _half(precision: Precision) -> Precision:
    return precision if precision is not Precision.FLOAT32 else Precision.BFLOAT16

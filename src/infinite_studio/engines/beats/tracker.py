"""beat_this behind the shape of every beat tracker, with the weights that are here."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from infinite_studio.analysis.beat_tracking import BeatTrackerError, TrackedBeats
from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Mono
from infinite_studio.engines.device import may_have_graphics_card, test_device
from infinite_studio.engines.warm_models import WarmModels
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress
from infinite_studio.weights.catalogue import entry_named
from infinite_studio.weights.store import WeightsStore

if TYPE_CHECKING:
    from infinite_studio.engines.beats.network import BeatNetwork

WEIGHTS = ("beat-this", "beat-this-small")
"""The entries of the catalogue, the better one first."""

NAME = "beat_this"
PIECE_FRAMES = 20 * ANALYSIS_RATE
"""What is looked at in one go, so that spectra of five minutes are never held at once."""


class BeatThisTracker:
    """Loads its network when first needed and keeps it; never reaches the network.

    Used by one thread at a time, as models are.

    Parameters
    ----------
    weights : WeightsStore
        Where the weights are; nothing is ever downloaded from here.
    device : str or None
        ``cpu``, ``cuda`` or ``mps``; None for the best one that computes.
    """

    def __init__(self, weights: WeightsStore, device: str | None = None) -> None:
        self._weights = weights
        self._device = device
        self._warm: WarmModels[BeatNetwork] = WarmModels()

    @property
    def weights(self) -> WeightsStore:
        """Where the weights are."""
        return self._weights

    @property
    def is_available(self) -> bool:
        """Whether weights, package and torch are installed."""
        return self._here() is not None and all(
            find_spec(name) is not None for name in ("torch", "beat_this")
        )

    @property
    def label(self) -> str:
        """The package and the checkpoint that would be used, such as ``beat_this final0``."""
        files = entry_named(self._here() or WEIGHTS[0]).files
        return f"{NAME} {Path(files[0]).stem}"

    def begin(self) -> "BeatThisHearing":
        """Load what is needed and make ready for one sound.

        Raises
        ------
        MissingWeightsError
            If no weights are here.
        BeatTrackerError
            If they cannot be used.
        """
        label = self.label
        path = self._checkpoint()
        try:
            return BeatThisHearing(self._ready(path), label)
        except StudioError as error:
            raise BeatTrackerError(label, str(error).rstrip(".")) from error
        except (RuntimeError, ImportError, OSError, MemoryError) as error:
            self._warm.unload()
            raise BeatTrackerError(label, _first_line(error)) from error

    def unload(self) -> None:
        """Let go of the network."""
        self._warm.unload()

    def _here(self) -> str | None:
        return next((name for name in WEIGHTS if self._weights.is_here(name)), None)

    def _checkpoint(self) -> Path:
        name = self._here() or WEIGHTS[0]
        folder, entry = self._weights.folder_of(name), entry_named(name)
        files = (*entry.files, *(file for layout in entry.other_layouts for file in layout))
        return next(folder / file for file in files if (folder / file).is_file())

    def _ready(self, path: Path) -> "BeatNetwork":
        from infinite_studio.engines.beats.network import BeatNetwork

        facts = path.stat()
        device = self._device or (test_device().kind if may_have_graphics_card() else "cpu")
        key = (path, facts.st_mtime_ns, facts.st_size, device)
        return self._warm.get(key, lambda: BeatNetwork(path, device))


class BeatThisHearing:
    """One sound on its way through the network; holds a minute of rows, whatever the sound's length."""

    def __init__(self, network: "BeatNetwork", label: str) -> None:
        from infinite_studio.engines.beats.network import RowsOnTheirWay
        from infinite_studio.engines.beats.spectra import SpectrumStream

        self._label = label
        self._spectrum = SpectrumStream(network.device)
        self._rows = RowsOnTheirWay(network)

    def hear(self, mono: Mono, progress: Progress) -> None:
        """Take what comes next of the sound."""
        try:
            self._take(mono, progress, last=False)
        except (RuntimeError, MemoryError) as error:
            raise BeatTrackerError(self._label, _first_line(error)) from error

    def finish(self, progress: Progress) -> TrackedBeats:
        """Return the beats of the whole sound."""
        from infinite_studio.engines.beats.network import beats_of

        try:
            self._take(np.zeros(0, np.float32), Part(progress, 0.0, 0.5), last=True)
            logits = self._rows.finish(Part(progress, 0.5, 1.0))
        except (RuntimeError, MemoryError) as error:
            raise BeatTrackerError(self._label, _first_line(error)) from error
        if not np.isfinite(logits).all():
            raise BeatTrackerError(self._label, "what it says is no number")
        return beats_of(logits)

    def _take(self, mono: Mono, progress: Progress, *, last: bool) -> None:
        pieces = range(0, max(mono.size, 1), PIECE_FRAMES)
        for done, start in enumerate(pieces):
            part = Part(progress, done / len(pieces), (done + 1) / len(pieces))
            part.report(0.0)
            for rows in self._spectrum.rows(mono[start : start + PIECE_FRAMES], last=last):
                self._rows.add(rows, part)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0].rstrip(".")

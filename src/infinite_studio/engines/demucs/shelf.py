"""The networks of one model: described when asked, loaded one at a time, kept warm."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.engines.demucs.loading import Bag, DamagedModelError, read_bag, read_network
from infinite_studio.engines.demucs.memory import free_memory
from infinite_studio.engines.demucs.models import DRIVER_REVISION
from infinite_studio.engines.demucs.precision import PrecisionMemory
from infinite_studio.engines.demucs.runner import Runner
from infinite_studio.engines.warm_models import WarmModels


@dataclass(frozen=True)
class Ensemble:
    """What the networks of a model have in common, and how much each counts for each source."""

    sources: tuple[str, ...]
    sample_rate: int
    weights: tuple[tuple[float, ...], ...]
    segment_seconds: float | None


class NetworkShelf:
    """Loads the networks of a model; the one used last stays in memory as long as others leave it room."""

    def __init__(
        self,
        name: str,
        folder_of: Callable[[str], Path],
        device: Callable[[], str],
        memory: PrecisionMemory,
        warm: WarmModels[Runner],
    ) -> None:
        self._name = name
        self._folder_of = folder_of
        self._find_device = device
        self._memory = memory
        self._warm = warm
        self._bag: Bag | None = None
        self._ensemble: Ensemble | None = None
        self._file: Path | None = None
        self.device = "cpu"

    def ensemble(self) -> Ensemble:
        """Return what the networks make; the first call loads one of them."""
        bag = self._described()
        if self._ensemble is None:
            runner = self.runner(0)
            n_sources = len(runner.sources)
            weights = tuple(bag.weights_of(index, n_sources) for index in range(len(bag.files)))
            if any(len(row) != n_sources for row in weights):
                raise DamagedModelError(bag.files[0], "its description makes no sense")
            self._ensemble = Ensemble(runner.sources, runner.sample_rate, weights, bag.segment_seconds)
        return self._ensemble

    def runner(self, index: int) -> Runner:
        """Return one network, ready to run; another one of the same model is let go first."""
        file = self._described().files[index]
        if self._file != file:
            self.let_go()
            self._file = file
        return self._warm.get(file, lambda: self._load(file), needed_bytes=2 * file.stat().st_size)

    def let_go(self) -> None:
        """Give the memory of the networks back."""
        if self._file is not None:
            self._warm.drop(self._file)
            self._file = None
            free_memory()

    def _load(self, file: Path) -> Runner:
        self.device = self._find_device()
        remembered = f"{self._name} {file.name} {file.stat().st_size} {self.device} {DRIVER_REVISION}"
        return Runner(read_network(file), remembered, self.device, self._memory)

    def _described(self) -> Bag:
        """Read the description anew: the weights may have been removed or replaced meanwhile."""
        bag = read_bag(self._folder_of(self._name), self._name)
        if self._bag is not None and bag != self._bag:
            self.let_go()
            self._ensemble = None
        self._bag = bag
        return bag

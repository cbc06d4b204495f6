"""Makes the separators of the family; they share one device and the memory for their networks."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from infinite_studio.engines.base import Separator
from infinite_studio.engines.demucs.models import DemucsModel
from infinite_studio.engines.warm_models import WarmModels

if TYPE_CHECKING:
    from infinite_studio.engines.demucs.runner import Runner
    from infinite_studio.engines.demucs.separator import WeightsFolders


class DemucsMaker:
    """Knows where weights lie, and finds out once which device computes."""

    def __init__(self, weights: "WeightsFolders", memory_file: Path | None, scratch: Path | None) -> None:
        self._weights = weights
        self._memory_file = memory_file
        self._scratch = scratch
        self._warm: WarmModels[Runner] = WarmModels()

    def make(self, model: DemucsModel) -> Separator:
        """Return the separator of a model; nothing is loaded yet."""
        from infinite_studio.engines.demucs.separator import DemucsSeparator

        return DemucsSeparator(
            model,
            self._weights,
            device=lambda: self._device,
            warm=self._warm,
            memory_file=self._memory_file,
            scratch=self._scratch,
        )

    @cached_property
    def _device(self) -> str:
        from infinite_studio.engines.device import test_device

        return test_device().kind

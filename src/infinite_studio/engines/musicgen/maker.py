"""Makes the engines of all published models, which share one place in memory."""

from collections.abc import Callable
from pathlib import Path

from infinite_studio.engines.musicgen.decoder import Helpers
from infinite_studio.engines.musicgen.engine import MusicgenEngine, default_timeout_seconds
from infinite_studio.engines.musicgen.model import LoadedModel, Weights
from infinite_studio.engines.warm_models import WarmModels


class MusicgenMaker:
    """Makes engines.

    Parameters
    ----------
    weights : Weights
        Where weights lie.
    cache_folder : Path or None
        Where quick copies are kept.
    timeout_seconds : callable
        Says how long a take may take.
    helpers : Helpers or None
        Other threads that may take part.
    """

    def __init__(
        self,
        weights: Weights,
        cache_folder: Path | None,
        timeout_seconds: Callable[[], float] = default_timeout_seconds,
        helpers: Helpers | None = None,
    ) -> None:
        self._weights = weights
        self._cache_folder = cache_folder
        self._timeout_seconds = timeout_seconds
        self._helpers = helpers
        self._models: WarmModels[LoadedModel] = WarmModels()

    def make(self, name: str) -> MusicgenEngine:
        """Return the engine of one model."""
        return MusicgenEngine(
            name,
            self._weights,
            self._cache_folder,
            self._models,
            timeout_seconds=self._timeout_seconds,
            helpers=self._helpers,
        )

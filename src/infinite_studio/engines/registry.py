"""Which engines there are, made when first asked for."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from infinite_studio.engines.base import GenerationEngine, Separator, UnknownEngineError

if TYPE_CHECKING:
    from infinite_studio.engines.demucs.separator import WeightsFolders
    from infinite_studio.engines.musicgen.decoder import Helpers
    from infinite_studio.engines.musicgen.model import Weights

EngineT = TypeVar("EngineT")


class Registry(Generic[EngineT]):
    """Engines by name; each is made once, when first needed.

    Parameters
    ----------
    makers : Mapping of str to callable
        What makes the engine of that name; the first is the default.
    """

    def __init__(self, makers: Mapping[str, Callable[[], EngineT]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, EngineT] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The registered names, the default first."""
        return tuple(self._makers)

    def get(self, name: str) -> EngineT:
        """Return the engine of this name.

        Raises
        ------
        UnknownEngineError
            If none is registered under it.
        """
        if name not in self._makers:
            raise UnknownEngineError(name, self.names)
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]


def built_in_generators(styles_folder: Path | None = None) -> Registry[GenerationEngine]:
    """Return the generation engines that need no weights; a person's own styles lie in the folder."""

    def sketch() -> GenerationEngine:
        from infinite_studio.engines.sketch.engine import SketchEngine

        return SketchEngine(styles_folder=styles_folder)

    return Registry({"sketch": sketch})


def generators(
    weights: "Weights",
    *,
    styles_folder: Path | None = None,
    cache_folder: Path | None = None,
    timeout_seconds: Callable[[], float] | None = None,
    helpers: "Helpers | None" = None,
) -> Registry[GenerationEngine]:
    """Return all generation engines: the built-in one, and the models that can run here once their weights are there."""
    from infinite_studio.engines.device import torch_version
    from infinite_studio.engines.musicgen.engine import default_timeout_seconds
    from infinite_studio.engines.musicgen.maker import MusicgenMaker
    from infinite_studio.engines.musicgen.variants import VARIANTS

    made = MusicgenMaker(weights, cache_folder, timeout_seconds or default_timeout_seconds, helpers)
    usable = VARIANTS if torch_version() else ()
    models = {variant.name: partial(made.make, variant.name) for variant in usable}
    sketch = partial(built_in_generators(styles_folder).get, "sketch")
    return Registry[GenerationEngine]({"sketch": sketch, **models})


def built_in_separators() -> Registry[Separator]:
    """Return the separators that need no weights."""
    return Registry({"quick": _quick, "drum-kit": _drum_kit})


def separators(
    weights: "WeightsFolders", *, memory_file: Path | None = None, scratch: Path | None = None
) -> Registry[Separator]:
    """Return all separators: the built-in one, and the models that can run here once their weights are there."""
    from infinite_studio.engines.demucs.maker import DemucsMaker
    from infinite_studio.engines.demucs.models import usable_models

    made = DemucsMaker(weights, memory_file, scratch)
    models = {model.name: partial(made.make, model) for model in usable_models()}
    return Registry({"quick": _quick, **models, "drum-kit": _drum_kit})


def _quick() -> Separator:
    from infinite_studio.engines.quick.separator import QuickSeparator

    return QuickSeparator()


def _drum_kit() -> Separator:
    from infinite_studio.engines.quick.kit import DrumKitSeparator

    return DrumKitSeparator()

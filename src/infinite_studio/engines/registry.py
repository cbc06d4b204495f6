"""Which engines there are, made when first asked for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from infinite_studio.engines.base import GenerationEngine, Separator, UnknownEngineError

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


def built_in_separators() -> Registry[Separator]:
    """Return the separators that need no weights."""

    def quick() -> Separator:
        from infinite_studio.engines.quick.separator import QuickSeparator

        return QuickSeparator()

    return Registry({"quick": quick})

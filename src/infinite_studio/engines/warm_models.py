"""Models that stay in memory between two jobs, as long as there is room for them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

_GIGABYTE = 1_000_000_000


class WarmModel(Protocol):
    """A model in memory."""

    @property
    def memory_bytes(self) -> int:
        """How much memory it takes."""


ModelT = TypeVar("ModelT", bound=WarmModel)


class WarmModels(Generic[ModelT]):
    """Keeps models, and lets go of those that were not used for longest when a new one needs the room.

    Used by one thread at a time, as models are.

    Parameters
    ----------
    budget_bytes : int
        What all of them may take together; the one in use is kept whatever it takes.
    """

    def __init__(self, budget_bytes: int = 6 * _GIGABYTE) -> None:
        self._budget_bytes = budget_bytes
        self._models: OrderedDict[Hashable, ModelT] = OrderedDict()

    @property
    def memory_bytes(self) -> int:
        """What they take now."""
        return sum(model.memory_bytes for model in self._models.values())

    @property
    def keys(self) -> tuple[Hashable, ...]:
        """The names of those in memory, the one used last at the end."""
        return tuple(self._models)

    def get(self, key: Hashable, load: Callable[[], ModelT], needed_bytes: int = 0) -> ModelT:
        """Return the model of this name; load it if it is not there, after making room for what it needs."""
        if key not in self._models:
            self._make_room(needed_bytes)
            self._models[key] = load()
        self._models.move_to_end(key)
        self._make_room(0)
        return self._models[key]

    def drop(self, key: Hashable) -> None:
        """Let go of one model, if it is there."""
        self._models.pop(key, None)

    def unload(self) -> None:
        """Let go of all of them."""
        self._models.clear()

    def _make_room(self, needed_bytes: int) -> None:
        kept = 0 if needed_bytes else 1
        while len(self._models) > kept and self.memory_bytes + needed_bytes > self._budget_bytes:
            self._models.popitem(last=False)

"""What is known of an entry's files without reading them."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from infinite_studio.weights.catalogue import WeightsEntry


class WeightsState(StrEnum):
    """Where an entry's files are."""

    MISSING = "not here"
    PARTIAL = "partly here"
    HERE = "here"
    HAND_PLACED = "placed by hand"
    CACHED = "in the Hugging Face cache"
    TORCH_CACHED = "in torch's cache"
    DAMAGED = "damaged"

    @property
    def is_usable(self) -> bool:
        """Whether an engine may load the files."""
        return self.is_elsewhere or self in {WeightsState.HERE, WeightsState.HAND_PLACED}

    @property
    def is_elsewhere(self) -> bool:
        """Whether the files lie in a cache that belongs to other programs too."""
        return self in {WeightsState.CACHED, WeightsState.TORCH_CACHED}


@dataclass(frozen=True)
class WeightsStatus:
    """An entry and how it stands; ``missing_bytes`` counts what it needs, ``damaged`` names files that are not right.

    ``folder`` is where the files lie or would lie, ``size_bytes`` what they take there now.
    """

    entry: WeightsEntry
    state: WeightsState
    folder: Path
    size_bytes: int
    missing_bytes: int
    damaged: tuple[str, ...] = ()
    commit: str = ""

    def with_needs(self, needed: tuple["WeightsStatus", ...]) -> "WeightsStatus":
        """Return the status with what is missing of its needs counted in."""
        return replace(self, missing_bytes=self.missing_bytes + sum(need.missing_bytes for need in needed))

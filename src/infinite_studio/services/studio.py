"""What every use case may need, wired once at start."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infinite_studio.engines.base import GenerationEngine, Separator
from infinite_studio.engines.beats.tracker import BeatThisTracker
from infinite_studio.engines.registry import Registry, generators, separators
from infinite_studio.jobs.crew import Crew
from infinite_studio.services.sound_bank import SoundBank
from infinite_studio.services.styles import styles_folder
from infinite_studio.services.weights import chosen_settings, open_weights
from infinite_studio.settings.folders import Folders
from infinite_studio.weights.store import WeightsStore

if TYPE_CHECKING:
    from infinite_studio.history.library import Library


@dataclass(frozen=True)
class Studio:
    """The library, its decoded sounds, the engines and their weights."""

    folders: Folders
    library: "Library"
    bank: SoundBank
    generators: Registry[GenerationEngine]
    separators: Registry[Separator]
    weights: WeightsStore
    beats: BeatThisTracker

    def close(self) -> None:
        """Let go of the library; another instance may write to it from now on."""
        self.library.close()


def open_studio(folders: Folders) -> Studio:
    """Open the user's library, read-only where another instance writes to it, and gather the engines."""
    from infinite_studio.history.library import open_library_or_read_only

    folders.ensure()
    library = open_library_or_read_only(folders.library)
    bank = SoundBank(library, folders.cache / "decoded")
    weights = open_weights(folders)
    return Studio(
        folders, library, bank, generators_of(folders, weights), separators_of(folders, weights), weights,
        BeatThisTracker(weights),
    )  # fmt: skip


def generators_of(folders: Folders, weights: WeightsStore) -> Registry[GenerationEngine]:
    """Return all generation engines, which find their weights in the store and keep quick copies in the cache."""
    return generators(
        weights,
        styles_folder=styles_folder(folders),
        cache_folder=folders.cache / "models",
        timeout_seconds=lambda: 60.0 * chosen_settings(folders).generation_timeout_minutes,
        helpers=Crew(),
    )


def separators_of(folders: Folders, weights: WeightsStore) -> Registry[Separator]:
    """Return all separators, which find their weights in the store and remember in the cache what is fast here."""
    return separators(
        weights, memory_file=folders.cache / "precision.json", scratch=folders.cache / "splitting"
    )


@contextmanager
def opened_studio(folders: Folders) -> Iterator[Studio]:
    """Open the library for one command and close it afterwards, whatever happens."""
    studio = open_studio(folders)
    try:
        yield studio
    finally:
        studio.close()

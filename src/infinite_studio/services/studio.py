"""What every use case may need, wired once at start."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infinite_studio.engines.base import GenerationEngine, Separator
from infinite_studio.engines.registry import Registry, built_in_generators, built_in_separators
from infinite_studio.services.sound_bank import SoundBank
from infinite_studio.services.styles import styles_folder
from infinite_studio.settings.folders import Folders

if TYPE_CHECKING:
    from infinite_studio.history.library import Library


@dataclass(frozen=True)
class Studio:
    """The library, its decoded sounds and the engines."""

    folders: Folders
    library: "Library"
    bank: SoundBank
    generators: Registry[GenerationEngine]
    separators: Registry[Separator]

    def close(self) -> None:
        """Let go of the library; another instance may write to it from now on."""
        self.library.close()


def open_studio(folders: Folders) -> Studio:
    """Open the user's library, read-only where another instance writes to it, and gather the engines."""
    from infinite_studio.history.library import open_library_or_read_only

    folders.ensure()
    library = open_library_or_read_only(folders.library)
    bank = SoundBank(library, folders.cache / "decoded")
    generators = built_in_generators(styles_folder(folders))
    return Studio(folders, library, bank, generators, built_in_separators())


@contextmanager
def opened_studio(folders: Folders) -> Iterator[Studio]:
    """Open the library for one command and close it afterwards, whatever happens."""
    studio = open_studio(folders)
    try:
        yield studio
    finally:
        studio.close()

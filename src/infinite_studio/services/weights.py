"""The weights of models: which there are, and how they come, are checked, moved and go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from infinite_studio.engines.demucs.models import missing_package
from infinite_studio.engines.device import torch_version
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import Settings, SettingsStore
from infinite_studio.weights.catalogue import entry_named
from infinite_studio.weights.status import WeightsState, WeightsStatus
from infinite_studio.weights.store import WeightsStore
from infinite_studio.weights.verifying import Verified


class CannotRunHereError(StudioError):
    """A model that this installation cannot run, whatever is downloaded."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} cannot run in this installation: it comes without torch.",
            hint="The built-in composer and splitter do without. Install the studio with its models to run this one.",
        )
        self.name = name


class MissingPackageError(StudioError):
    """A model whose compressed weights nothing here can unpack, whatever is downloaded."""

    def __init__(self, name: str, package: str) -> None:
        super().__init__(
            f"{name} cannot run here: its weights are compressed, and the Python package “{package}”, "
            "which unpacks them, is not installed.",
            hint=f"Choose {name.removesuffix('_q')}, which needs no package, or install “{package}”. "
            "Nothing was downloaded.",
        )
        self.name = name
        self.package = package


@dataclass(frozen=True)
class DownloadRequest:
    """Which entry of the catalogue to fetch, with all that it needs."""

    name: str


def open_weights(folders: Folders) -> WeightsStore:
    """Return the store at the place that the person chose, or at the standard one."""
    chosen = chosen_settings(folders).weights_folder
    return WeightsStore(Path(chosen) if chosen else folders.weights)


def download_weights(request: DownloadRequest, store: WeightsStore, progress: Progress) -> WeightsStatus:
    """Fetch what is missing of an entry and of what it needs, verified; say how it stands then.

    Nothing is fetched that could not be run.
    """
    if torch_version() is None:
        raise CannotRunHereError(request.name)
    package = missing_package(request.name)
    if package:
        raise MissingPackageError(request.name, package)
    store.download(request.name, progress)
    return store.status_of(request.name)


def verify_weights(names: Iterable[str], store: WeightsStore, progress: Progress) -> tuple[Verified, ...]:
    """Read entries again and compare them with what they should be."""
    wanted = tuple(names)
    sizes = [max(store.status_of(name).size_bytes, 1) for name in wanted]
    verified, done = [], 0
    for name, size in zip(wanted, sizes, strict=True):
        part = Part(progress, done / sum(sizes), (done + size) / sum(sizes))
        verified.append(store.verify(name, part))
        done += size
    return tuple(verified)


def verifiable_names(store: WeightsStore) -> tuple[str, ...]:
    """Return the names of everything that is on this computer, damaged or not."""
    absent = {WeightsState.MISSING, WeightsState.PARTIAL}
    return tuple(status.entry.name for status in store.status() if status.state not in absent)


def remove_weights(name: str, store: WeightsStore, *, for_good: bool = False) -> WeightsStatus:
    """Set an entry aside, from where it can be restored, or delete it for good."""
    entry_named(name)
    store.remove(name)
    if for_good:
        store.give_up_removed()
        store.sweep()
    return store.status_of(name)


def move_weights(folder: Path, store: WeightsStore, folders: Folders, progress: Progress) -> Path:
    """Bring all weights to another folder and look for them there from now on; return where they lie."""

    def remember(place: Path) -> None:
        settings = _settings(folders)
        chosen = "" if place == folders.weights else str(place)
        settings.save(replace(settings.load(), weights_folder=chosen))

    return store.move_to(folder, progress, remember)


def chosen_settings(folders: Folders) -> Settings:
    """Return what the person chose last."""
    return _settings(folders).load()


def _settings(folders: Folders) -> SettingsStore:
    return SettingsStore(folders.config / "settings.json")

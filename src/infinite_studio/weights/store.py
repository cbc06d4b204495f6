"""The folder of weights on this computer: what is in it, and how it gets there and away."""

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from infinite_studio.audio.files import fsync_folder
from infinite_studio.progress import Progress
from infinite_studio.weights.catalogue import CATALOGUE, WeightsEntry, entry_named
from infinite_studio.weights.claims import STAGING_FOLDER, claimed
from infinite_studio.weights.errors import (
    DamagedWeightsError,
    HubUnreachableError,
    MissingWeightsError,
    WeightsInCacheError,
)
from infinite_studio.weights.hub_cache import cached_records, standard_cache_folder
from infinite_studio.weights.inventory import status_in
from infinite_studio.weights.moving import bring_entries, home_in, leave
from infinite_studio.weights.patience import Patience
from infinite_studio.weights.published import standard_torch_folder
from infinite_studio.weights.receipt import Receipt, published_records, read_receipt, write_receipt
from infinite_studio.weights.status import WeightsState, WeightsStatus
from infinite_studio.weights.tally import Tally
from infinite_studio.weights.verifying import ComparedWith, Reading, Verified, damaged_files, recorded_now
from infinite_studio.weights.writing import writing_to

REMOVED_FOLDER = ".removed"
TRASH_PREFIX = ".trash-"


class WeightsStore:
    """Finds weights by the names of the catalogue; only `download`, and `verify` of hand-placed files, ask the network.

    An entry is here where its folder holds all its files, or where the Hugging Face cache or torch's does.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cache_folder: Path | None = None,
        torch_folder: Path | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._folder = folder
        self._cache_folder = cache_folder
        self._torch_folder = torch_folder
        self._patience = patience or Patience()

    @property
    def folder(self) -> Path:
        """Where the weights lie; need not exist yet."""
        return self._folder

    @property
    def cache_folder(self) -> Path:
        """Where the Hugging Face cache lies."""
        return self._cache_folder or standard_cache_folder()

    @property
    def torch_folder(self) -> Path:
        """Where torch's cache of checkpoints lies."""
        return self._torch_folder or standard_torch_folder()

    def is_here(self, name: str) -> bool:
        """Return whether an entry's own files can be used as they are."""
        return self._own(name).state.is_usable

    def folder_of(self, name: str) -> Path:
        """Return a folder that holds the entry's files under their own names; raise `MissingWeightsError`."""
        status = self.status_of(name)
        if status.state.is_usable:
            return status.folder
        if status.state is WeightsState.DAMAGED:
            raise DamagedWeightsError(status.entry, status.damaged, status.missing_bytes)
        raise MissingWeightsError(status.entry, status.missing_bytes)

    def status(self) -> tuple[WeightsStatus, ...]:
        """Return every entry of the catalogue and how it stands."""
        own = {name: self._own(name) for name in CATALOGUE}
        return tuple(
            status.with_needs(tuple(own[need] for need in status.entry.needs)) for status in own.values()
        )

    def status_of(self, name: str) -> WeightsStatus:
        """Return how one entry stands, counting what it needs as missing with it."""
        own = self._own(name)
        return own.with_needs(tuple(self._own(need) for need in own.entry.needs))

    def used_bytes(self) -> int:
        """Return what the weights folder takes on the disk, unfinished downloads included."""
        return sum(status.size_bytes for status in self.status() if not status.state.is_elsewhere)

    def download(self, name: str, progress: Progress) -> None:
        """Fetch what is missing or damaged of an entry and of what it needs; asks nobody where nothing is."""
        needs = self._own(name).entry.needs
        entries = [entry_named(each) for each in (*needs, name) if not self.is_here(each)]
        if not entries:
            return
        from infinite_studio.weights.downloading import fetch
        from infinite_studio.weights.watching import run_watched

        tally = Tally()
        with claimed(self._folder, (entry.name for entry in entries)):
            run_watched(
                fetch(entries, self._folder, tally, self._patience),
                lambda: progress.report(tally.fraction, tally.words),
            )

    def verify(self, name: str, progress: Progress) -> Verified:
        """Read an entry's files again and compare; what is damaged counts as missing from now on."""
        status = self.status_of(name)
        if status.state in {WeightsState.MISSING, WeightsState.PARTIAL}:
            raise MissingWeightsError(status.entry, status.missing_bytes)
        reading = Reading(name, status.size_bytes, progress)
        if status.state is WeightsState.CACHED:
            damaged = damaged_files(status.folder, cached_records(status.folder, status.entry), reading)
            return Verified(name, damaged, ComparedWith.CACHE)
        if status.state is WeightsState.TORCH_CACHED:
            damaged = damaged_files(status.folder, published_records(status.entry), reading)
            return Verified(name, damaged, ComparedWith.CATALOGUE)
        receipt = read_receipt(status.folder)
        compared_with = ComparedWith.RECEIPT
        if receipt is None and status.entry.published:
            receipt, compared_with = _receipt_from_catalogue(status.entry), ComparedWith.CATALOGUE
        if receipt is None:
            receipt, compared_with = self._receipt_from_hub(status.entry, progress), ComparedWith.HUB
        if receipt is None:
            with writing_to(self._folder):
                files = recorded_now(status.folder, status.entry.files, reading)
                write_receipt(status.folder, Receipt(status.entry.repository_id, "", files))
            return Verified(name, (), ComparedWith.NOTHING)
        with writing_to(self._folder):
            damaged = damaged_files(status.folder, receipt.files, reading)
            if compared_with is not ComparedWith.RECEIPT or damaged != receipt.damaged:
                write_receipt(status.folder, receipt.with_damaged(damaged))
        return Verified(name, damaged, compared_with)

    def remove(self, name: str) -> None:
        """Set an entry's files aside; `restore` brings them back until `give_up_removed`."""
        status = self._own(name)
        if status.state is WeightsState.CACHED:
            raise WeightsInCacheError(name, status.folder)
        if status.state is WeightsState.TORCH_CACHED:
            raise WeightsInCacheError(name, status.folder / status.entry.files[0], "torch's cache")
        if status.state is WeightsState.MISSING:
            raise MissingWeightsError(status.entry, status.missing_bytes)
        with claimed(self._folder, (name,)), writing_to(self._folder):
            for part in (self._folder / STAGING_FOLDER / name).glob("*.part"):
                part.unlink()
            if not (self._folder / name).is_dir():
                return
            shutil.rmtree(self._folder / REMOVED_FOLDER / name, ignore_errors=True)
            (self._folder / REMOVED_FOLDER).mkdir(exist_ok=True)
            (self._folder / name).replace(self._folder / REMOVED_FOLDER / name)
            fsync_folder(self._folder)

    def restore(self, name: str) -> bool:
        """Bring back what `remove` set aside; False where it is gone for good."""
        aside, place = self._folder / REMOVED_FOLDER / name, self._folder / name
        if not aside.is_dir() or place.exists():
            return False
        with claimed(self._folder, (name,)), writing_to(self._folder):
            aside.replace(place)
            fsync_folder(self._folder)
        return True

    def give_up_removed(self) -> None:
        """Let what was set aside never come back; takes no time, as only `sweep` deletes."""
        aside = self._folder / REMOVED_FOLDER
        if aside.is_dir():
            with writing_to(self._folder):
                aside.rename(self._folder / f"{TRASH_PREFIX}{secrets.token_hex(8)}")

    def sweep(self) -> None:
        """Delete what was given up; removals that may still be undone stay."""
        with writing_to(self._folder):
            for trash in self._folder.glob(f"{TRASH_PREFIX}*"):
                shutil.rmtree(trash)

    def move_to(
        self, folder: Path, progress: Progress, remember: Callable[[Path], None] = lambda _: None
    ) -> Path:
        """Bring everything to another folder and return where it lies; ``remember`` is told before old copies go."""
        target = home_in(folder.absolute())
        if target == self._folder:
            return target
        self.give_up_removed()
        self.sweep()
        source = self._folder
        with claimed(source, (name for name in CATALOGUE if (source / name).is_dir())):
            originals = bring_entries(CATALOGUE, source, target, progress, remember)
            self._folder = target
            for original in originals:
                shutil.rmtree(original, ignore_errors=True)
        leave(source, target)
        return target

    def _own(self, name: str) -> WeightsStatus:
        return status_in(self._folder, self.cache_folder, self.torch_folder, entry_named(name))

    def _receipt_from_hub(self, entry: WeightsEntry, progress: Progress) -> Receipt | None:
        from infinite_studio.weights.downloading import listed
        from infinite_studio.weights.watching import run_watched

        try:
            listing = run_watched(
                listed(entry, self._patience), lambda: progress.report(0.0, "Asking the hub")
            )
        except HubUnreachableError:
            return None
        return Receipt(entry.repository_id, listing.commit, listing.files)


def _receipt_from_catalogue(entry: WeightsEntry) -> Receipt:
    return Receipt(entry.repository_id, entry.revision, published_records(entry))

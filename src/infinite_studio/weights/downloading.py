"""Plans what has to be fetched of some entries, and fetches it as one piece of work."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.audio.files import fsync_folder, make_folder, require_free
from infinite_studio.weights.catalogue import WeightsEntry
from infinite_studio.weights.checksums import BLOCK_BYTES
from infinite_studio.weights.claims import STAGING_FOLDER
from infinite_studio.weights.hub import Hub, Listing, TransientError, connected
from infinite_studio.weights.patience import Patience
from infinite_studio.weights.receipt import FileRecord, Receipt, read_receipt, write_receipt
from infinite_studio.weights.tally import Tally
from infinite_studio.weights.transfer import Parcel, bring
from infinite_studio.weights.writing import writing_to

N_QUESTIONS = 3


@dataclass(frozen=True)
class _Errand:
    entry: WeightsEntry
    listing: Listing
    parcels: tuple[Parcel, ...]
    folder: Path
    staging: Path


async def fetch(entries: Sequence[WeightsEntry], root: Path, tally: Tally, patience: Patience) -> None:
    """Fetch every file that is missing or not right, all entries as one; raise a `StudioError`."""
    async with connected() as hub:
        errands = [await _plan(entry, root, hub, tally, patience) for entry in entries]
        parcels = [parcel for errand in errands for parcel in errand.parcels]
        tally.total_bytes = sum(parcel.record.size_bytes for parcel in parcels)
        tally.found(sum(parcel.part_bytes for parcel in parcels))
        require_free(root, tally.total_bytes - tally.done_bytes)
        for errand in errands:
            await _run(errand, root, hub, tally, patience)


async def listed(entry: WeightsEntry, patience: Patience) -> Listing:
    """Return what the hub says an entry's files should be."""
    async with connected() as hub:
        return await _ask(entry, entry.revision, hub, patience)


async def _ask(entry: WeightsEntry, revision: str, hub: Hub, patience: Patience) -> Listing:
    waits = iter(patience.waits_seconds[: N_QUESTIONS - 1])
    while True:
        try:
            return await hub.listing(entry, revision)
        except TransientError as error:
            wait_seconds = next(waits, None)
            if wait_seconds is None:
                raise error.meaning from error
            await asyncio.sleep(error.wait_seconds or wait_seconds)


async def _plan(entry: WeightsEntry, root: Path, hub: Hub, tally: Tally, patience: Patience) -> _Errand:
    folder, staging = root / entry.name, root / STAGING_FOLDER / entry.name
    receipt = read_receipt(folder)
    tally.doing = (
        f"Asking “{hub.host_of(entry)}” for {entry.name}"
        if entry.published
        else f"Asking the hub for {entry.name}"
    )
    revision = receipt.commit if receipt and receipt.commit else entry.revision
    listing = await _ask(entry, revision, hub, patience)
    tally.doing = f"Looking at what is here of {entry.name}"
    parcels = []
    for file in entry.files:
        record = listing.files[file]
        with writing_to(root):
            is_right = await _is_right(folder / file, record, file, receipt)
        if not is_right:
            part = staging / f"{record.checksum.digest[:40]}.part"
            parcels.append(Parcel(entry, file, listing.commit, record, part, folder / file))
    return _Errand(entry, listing, tuple(parcels), folder, staging)


async def _is_right(path: Path, record: FileRecord, file: str, receipt: Receipt | None) -> bool:
    if not _has_size(path, record.size_bytes):
        return False
    if receipt is not None and receipt.files.get(file) == record and file not in receipt.damaged:
        return True
    hasher = record.checksum.hasher(record.size_bytes)
    with path.open("rb") as content:
        while block := content.read(BLOCK_BYTES):
            hasher.update(block)
            await asyncio.sleep(0)
    return hasher.hexdigest() == record.checksum.digest


def _has_size(path: Path, size_bytes: int) -> bool:
    return path.is_file() and path.stat().st_size == size_bytes


async def _run(errand: _Errand, root: Path, hub: Hub, tally: Tally, patience: Patience) -> None:
    entry, listing = errand.entry, errand.listing
    with writing_to(root):
        for folder in (errand.folder, errand.staging):
            make_folder(folder)
        fsync_folder(root)
        _sweep(errand)
        for parcel in errand.parcels:
            parcel.final.unlink(missing_ok=True)
        # Written first, so that a crash between two files leaves an entry that knows it is not whole.
        write_receipt(errand.folder, Receipt(entry.repository_id, listing.commit, listing.files))
    for parcel in errand.parcels:
        tally.doing = f"{entry.name}, {parcel.file}"
        await bring(parcel, root, hub, tally, patience)


def _sweep(errand: _Errand) -> None:
    """Remove what was begun of files that are no longer wanted."""
    wanted = {parcel.part.name for parcel in errand.parcels}
    for path in errand.staging.glob("*.part"):
        if path.name not in wanted:
            path.unlink()

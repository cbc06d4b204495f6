"""Brings one file: goes on where it broke off, tries again, and gives it its name only when it is right."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.audio.files import fsync_folder
from infinite_studio.errors import StudioError
from infinite_studio.weights.catalogue import WeightsEntry
from infinite_studio.weights.checksums import BLOCK_BYTES, Hasher
from infinite_studio.weights.errors import ConnectionDroppedError, WrongHashError
from infinite_studio.weights.hub import BrokenOffError, Hub, TransientError
from infinite_studio.weights.patience import Patience
from infinite_studio.weights.receipt import FileRecord
from infinite_studio.weights.tally import Tally
from infinite_studio.weights.writing import write_all, writing_to

SYNC_BYTES = 64 << 20
"""Synced this often while it comes, so that the last sync is short enough to cancel."""


@dataclass(frozen=True)
class Parcel:
    """One file to bring: ``part`` grows until it is whole, and is then renamed to ``final``."""

    entry: WeightsEntry
    file: str
    commit: str
    record: FileRecord
    part: Path
    final: Path

    @property
    def part_bytes(self) -> int:
        """How much of it is here."""
        try:
            return self.part.stat().st_size
        except FileNotFoundError:
            return 0


async def bring(parcel: Parcel, root: Path, hub: Hub, tally: Tally, patience: Patience) -> None:
    """Bring a file whole and verified; raise a `StudioError`, and keep what came unless it is wrong."""
    was_begun_before = parcel.part_bytes > 0
    while await _complete(parcel, root, hub, tally, patience) != parcel.record.checksum.digest:
        with writing_to(root):
            tally.found(-parcel.part_bytes)
            parcel.part.unlink()
        if not was_begun_before:
            describer = "the catalogue" if parcel.entry.published else "the hub"
            raise WrongHashError(parcel.entry.name, parcel.file, describer)
        was_begun_before = False
    with writing_to(root):
        parcel.part.replace(parcel.final)
        fsync_folder(parcel.final.parent)


async def _complete(parcel: Parcel, root: Path, hub: Hub, tally: Tally, patience: Patience) -> str:
    """Bring the part to its full size, however often that takes, and return its digest."""
    failures = 0
    while True:
        before_bytes = parcel.part_bytes
        try:
            with writing_to(root, tally.total_bytes - tally.done_bytes, parcel.part):
                return await _transfer(parcel, hub, tally)
        except TransientError as error:
            failures = 1 if parcel.part_bytes > before_bytes else failures + 1
            if failures > len(patience.waits_seconds):
                raise _given_up(parcel, tally, error.meaning) from error
            await asyncio.sleep(error.wait_seconds or patience.waits_seconds[failures - 1])


def _given_up(parcel: Parcel, tally: Tally, meaning: StudioError) -> StudioError:
    if tally.done_bytes and isinstance(meaning, BrokenOffError):
        return ConnectionDroppedError(parcel.entry.name, tally.done_bytes, tally.total_bytes)
    return meaning


async def _transfer(parcel: Parcel, hub: Hub, tally: Tally) -> str:
    """Append what is missing and return the digest; raise `TransientError` where it breaks off."""
    with parcel.part.open("ab", buffering=0) as output:
        start, hasher = await _begun(parcel, output.fileno(), tally)
        if start == parcel.record.size_bytes:
            return hasher.hexdigest()
        async with hub.opened(parcel.entry, parcel.file, parcel.commit, start) as (first, blocks):
            if first != start:
                start, hasher = _begin_anew(parcel, output.fileno(), start, tally)
            come = synced = start
            async for block in blocks:
                write_all(output.fileno(), block)
                hasher.update(block)
                come += len(block)
                tally.came(len(block))
                if come - synced >= SYNC_BYTES:
                    os.fsync(output.fileno())
                    synced = come
                if come > parcel.record.size_bytes:
                    break
        os.fsync(output.fileno())
    if come < parcel.record.size_bytes:
        raise TransientError(BrokenOffError(hub.host_of(parcel.entry)))
    return hasher.hexdigest()


async def _begun(parcel: Parcel, descriptor: int, tally: Tally) -> tuple[int, Hasher]:
    """Return how much is here, and a hasher that has read it."""
    size_bytes = os.fstat(descriptor).st_size
    if size_bytes > parcel.record.size_bytes:
        return _begin_anew(parcel, descriptor, size_bytes, tally)
    hasher = parcel.record.checksum.hasher(parcel.record.size_bytes)
    with parcel.part.open("rb") as begun:
        while block := begun.read(BLOCK_BYTES):
            hasher.update(block)
            await asyncio.sleep(0)
    return size_bytes, hasher


def _begin_anew(parcel: Parcel, descriptor: int, useless_bytes: int, tally: Tally) -> tuple[int, Hasher]:
    os.ftruncate(descriptor, 0)
    tally.found(-useless_bytes)
    return 0, parcel.record.checksum.hasher(parcel.record.size_bytes)

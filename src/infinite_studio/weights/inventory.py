"""Looks at names and sizes, never at content: what is here of an entry."""

from dataclasses import replace
from pathlib import Path

from infinite_studio.weights.catalogue import WeightsEntry
from infinite_studio.weights.claims import STAGING_FOLDER
from infinite_studio.weights.hub_cache import cached_snapshot
from infinite_studio.weights.receipt import Receipt, read_receipt
from infinite_studio.weights.status import WeightsState, WeightsStatus


def status_in(root: Path, cache: Path, torch_cache: Path, entry: WeightsEntry) -> WeightsStatus:
    """Return how an entry stands in the weights folder, or else in a cache, in any of its layouts."""
    usual = _in_one_layout(root, cache, entry)
    if usual.state.is_usable or usual.state is WeightsState.DAMAGED:
        return usual
    for files in entry.other_layouts:
        other = _in_one_layout(root, cache, replace(entry, files=files, needs=()))
        if other.state.is_usable:
            return other
    return _in_torch_cache(torch_cache, entry) or usual


def _in_one_layout(root: Path, cache: Path, entry: WeightsEntry) -> WeightsStatus:
    folder = root / entry.name
    receipt = read_receipt(folder)
    present = {file: size for file in entry.files if (size := _size(folder / file)) is not None}
    damaged = () if receipt is None else _damaged(receipt, present)
    if len(present) == len(entry.files) and not damaged:
        commit = receipt.commit if receipt else ""
        state = WeightsState.HERE if commit else WeightsState.HAND_PLACED
        return WeightsStatus(entry, state, folder, sum(present.values()), 0, commit=commit)
    cached = None if entry.published else cached_snapshot(cache, entry)
    if cached is not None:
        size_bytes = sum(_size(cached.folder / file) or 0 for file in entry.files)
        return WeightsStatus(entry, WeightsState.CACHED, cached.folder, size_bytes, 0, commit=cached.commit)
    return _incomplete(root, entry, receipt, present, damaged)


def _in_torch_cache(torch_cache: Path, entry: WeightsEntry) -> WeightsStatus | None:
    """Return how an entry stands in torch's cache, where each of its files has the size it was published with."""
    names = tuple(published.torch_name for published in entry.published)
    sizes = [_size(torch_cache / name) for name in names]
    if not names or sizes != [published.size_bytes for published in entry.published]:
        return None
    there = replace(entry, files=names)
    return WeightsStatus(
        there, WeightsState.TORCH_CACHED, torch_cache, entry.download_bytes, 0, commit=entry.revision
    )


def _incomplete(
    root: Path,
    entry: WeightsEntry,
    receipt: Receipt | None,
    present: dict[str, int],
    damaged: tuple[str, ...],
) -> WeightsStatus:
    staged_bytes = _staged_bytes(root / STAGING_FOLDER / entry.name)
    good_bytes = sum(size for file, size in present.items() if file not in damaged) + staged_bytes
    total_bytes = receipt.total_bytes if receipt and receipt.commit else entry.download_bytes
    state = WeightsState.PARTIAL if good_bytes else WeightsState.MISSING
    return WeightsStatus(
        entry,
        WeightsState.DAMAGED if damaged else state,
        root / entry.name,
        sum(present.values()) + staged_bytes,
        max(total_bytes - good_bytes, 0),
        damaged,
        receipt.commit if receipt else "",
    )


def _damaged(receipt: Receipt, present: dict[str, int]) -> tuple[str, ...]:
    records = receipt.files
    wrong_size = (
        file for file, size in present.items() if file in records and records[file].size_bytes != size
    )
    marked = (file for file in receipt.damaged if file in present)
    return tuple(dict.fromkeys((*marked, *wrong_size)))


def _staged_bytes(staging: Path) -> int:
    return sum(_size(path) or 0 for path in staging.glob("*.part")) if staging.is_dir() else 0


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None

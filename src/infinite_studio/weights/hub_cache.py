"""The Hugging Face cache on this computer, read only: other programs own it."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.weights.catalogue import WeightsEntry
from infinite_studio.weights.checksums import GIT_BLOB, SHA_256, Checksum
from infinite_studio.weights.receipt import FileRecord

_SHA_256 = re.compile(r"[0-9a-f]{64}")
_SHA_1 = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class CachedSnapshot:
    """A snapshot in the cache that holds every file of an entry."""

    folder: Path
    commit: str


def standard_cache_folder() -> Path:
    """Return where the cache lies for this user, as the hub's own library decides it."""
    named = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if named:
        return Path(named).expanduser()
    home = os.environ.get("HF_HOME")
    if home:
        return Path(home).expanduser() / "hub"
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "huggingface" / "hub"


def cached_snapshot(cache: Path, entry: WeightsEntry) -> CachedSnapshot | None:
    """Return the entry's newest complete snapshot in the cache; None where there is none."""
    repository = cache / f"models--{entry.repository_id.replace('/', '--')}"
    for commit in _commits(repository, entry.revision):
        folder = repository / "snapshots" / commit
        if all((folder / file).is_file() for file in entry.files):
            return CachedSnapshot(folder, commit)
    return None


def cached_records(folder: Path, entry: WeightsEntry) -> dict[str, FileRecord]:
    """Return what the files of a snapshot should be: the cache names each by its checksum, if it keeps them as links."""
    records = {}
    for file in entry.files:
        blob = (folder / file).resolve()
        scheme = (
            SHA_256 if _SHA_256.fullmatch(blob.name) else GIT_BLOB if _SHA_1.fullmatch(blob.name) else None
        )
        if scheme is not None:
            records[file] = FileRecord(blob.stat().st_size, Checksum(scheme, blob.name))
    return records


def _commits(repository: Path, revision: str) -> Iterator[str]:
    with suppress(OSError, UnicodeDecodeError):
        yield (repository / "refs" / revision).read_text(encoding="utf-8").strip()
    try:
        others = sorted((repository / "snapshots").iterdir(), key=lambda path: -path.stat().st_mtime)
    except OSError:
        return
    yield from (path.name for path in others)

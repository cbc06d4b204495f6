"""Reads files again and compares them with what they should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from infinite_studio.progress import Progress
from infinite_studio.weights.checksums import fits, sha256_of
from infinite_studio.weights.receipt import FileRecord


class ComparedWith(StrEnum):
    """What a file was compared with."""

    RECEIPT = "what was downloaded"
    CACHE = "what the cache says"
    HUB = "what the hub says"
    CATALOGUE = "what was published"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Verified:
    """What a check found; ``NOTHING`` means that the files were only recorded, so that later damage shows."""

    name: str
    damaged: tuple[str, ...]
    compared_with: ComparedWith

    @property
    def sentence(self) -> str:
        """Say it to a musician."""
        if self.damaged:
            files = " and ".join(f"“{file}”" for file in self.damaged)
            return f"{self.name} is damaged: {files} is not {self.compared_with.value}."
        if self.compared_with is ComparedWith.NOTHING:
            return f"{self.name} was read and recorded; there was nothing to compare it with."
        return f"{self.name} is exactly {self.compared_with.value}."


class Reading:
    """Tells a `Progress` how much of some files has been read."""

    def __init__(self, name: str, total_bytes: int, progress: Progress) -> None:
        self._stage = f"Reading {name}"
        self._total_bytes = max(total_bytes, 1)
        self._done_bytes = 0
        self._progress = progress

    def __call__(self, n_bytes: int) -> None:
        """Count bytes; raises where the work should stop."""
        self._done_bytes += n_bytes
        self._progress.report(min(self._done_bytes / self._total_bytes, 1.0), self._stage)


def damaged_files(folder: Path, records: Mapping[str, FileRecord], reading: Reading) -> tuple[str, ...]:
    """Return the names of files that are gone, shorter, longer or different."""
    return tuple(name for name, record in records.items() if not _is_right(folder / name, record, reading))


def recorded_now(folder: Path, files: tuple[str, ...], reading: Reading) -> dict[str, FileRecord]:
    """Return size and checksum of files as they are."""
    return {
        name: FileRecord((folder / name).stat().st_size, sha256_of(folder / name, reading)) for name in files
    }


def _is_right(path: Path, record: FileRecord, reading: Reading) -> bool:
    return path.is_file() and fits(path, record.checksum, record.size_bytes, reading)

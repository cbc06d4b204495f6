"""The small JSON file beside downloaded weights: which commit came, with sizes and checksums."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from infinite_studio.audio.files import atomic_path
from infinite_studio.weights.catalogue import WeightsEntry
from infinite_studio.weights.checksums import SHA_256, Checksum

FILE_NAME = "receipt.json"


@dataclass(frozen=True)
class FileRecord:
    """What a file should be."""

    size_bytes: int
    checksum: Checksum


def published_records(entry: WeightsEntry) -> dict[str, FileRecord]:
    """Return what the files of an entry that is not on the hub should be, as the catalogue knows it."""
    return {
        file: FileRecord(published.size_bytes, Checksum(SHA_256, published.sha256))
        for file, published in zip(entry.files, entry.published, strict=False)
    }


@dataclass(frozen=True)
class Receipt:
    """Where the files came from and what each should be; ``damaged`` are those that a check found otherwise.

    An empty ``commit`` means that the files were placed by hand and recorded as they were found.
    """

    repository_id: str
    commit: str
    files: Mapping[str, FileRecord]
    damaged: tuple[str, ...] = ()

    @property
    def total_bytes(self) -> int:
        """What all files take together."""
        return sum(record.size_bytes for record in self.files.values())

    def with_damaged(self, files: tuple[str, ...]) -> "Receipt":
        """Return the receipt with these files, and no others, marked as damaged."""
        return replace(self, damaged=files)


def read_receipt(folder: Path) -> Receipt | None:
    """Return the receipt in a folder of weights; None where there is none that can be read."""
    try:
        values: Any = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        files = {
            str(name): FileRecord(int(record["size_bytes"]), Checksum.parse(record["checksum"]))
            for name, record in values["files"].items()
        }
        damaged = tuple(str(name) for name in values.get("damaged", ()))
        return Receipt(str(values["repository"]), str(values["commit"]), files, damaged)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """Write the receipt so that a crash leaves the old one or the new one."""
    values = {
        "repository": receipt.repository_id,
        "commit": receipt.commit,
        "files": {
            name: {"size_bytes": record.size_bytes, "checksum": str(record.checksum)}
            for name, record in receipt.files.items()
        },
        "damaged": list(receipt.damaged),
    }
    with atomic_path(folder / FILE_NAME) as temporary:
        temporary.write_text(json.dumps(values, indent=2), encoding="utf-8")

"""Checksums as the hub gives them: SHA-256 of large files, git's blob id of small ones."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BLOCK_BYTES = 1 << 20
SHA_256, GIT_BLOB = "sha256", "git-blob"


class Hasher(Protocol):
    """What takes bytes and ends in a digest."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""

    def hexdigest(self) -> str:
        """Return the digest of everything so far."""


@dataclass(frozen=True)
class Checksum:
    """How a file's bytes are hashed, and what comes out; written as ``sha256:…``."""

    scheme: str
    digest: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Checksum":
        """Read what `__str__` wrote; raise ValueError for anything else."""
        scheme, _, digest = text.partition(":")
        if scheme not in {SHA_256, GIT_BLOB} or not digest:
            raise ValueError(f"{text!r} is no checksum")
        return cls(scheme, digest)

    def hasher(self, size_bytes: int) -> Hasher:
        """Return a fresh hasher for a file of this size."""
        if self.scheme == SHA_256:
            return hashlib.sha256()
        return hashlib.sha1(b"blob %d\0" % size_bytes, usedforsecurity=False)


def feed(hasher: Hasher, path: Path, on_bytes: Callable[[int], None]) -> None:
    """Hash a file in blocks and tell each block's size."""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            hasher.update(block)
            on_bytes(len(block))


def fits(path: Path, checksum: Checksum, size_bytes: int, on_bytes: Callable[[int], None]) -> bool:
    """Return whether a file has this size and checksum."""
    if path.stat().st_size != size_bytes:
        return False
    hasher = checksum.hasher(size_bytes)
    feed(hasher, path, on_bytes)
    return hasher.hexdigest() == checksum.digest


def sha256_of(path: Path, on_bytes: Callable[[int], None]) -> Checksum:
    """Return the SHA-256 of a file."""
    hasher = hashlib.sha256()
    feed(hasher, path, on_bytes)
    return Checksum(SHA_256, hasher.hexdigest())

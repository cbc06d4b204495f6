"""Files that their authors publish at an address of their own rather than on the hub."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class PublishedFile:
    """Where a file lies, and what it was when the catalogue was written.

    ``page`` is where a person finds it, ``torch_name`` the name under which torch's own cache keeps it.
    """

    url: str
    page: str
    size_bytes: int
    sha256: str
    torch_name: str

    @property
    def host(self) -> str:
        """Who is asked for it."""
        return urlsplit(self.url).netloc


def standard_torch_folder() -> Path:
    """Return where torch keeps what its hub downloaded for this user, as torch itself decides it."""
    home = os.environ.get("TORCH_HOME")
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    base = Path(home).expanduser() if home else Path(cache).expanduser() / "torch"
    return base / "hub" / "checkpoints"

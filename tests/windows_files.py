"""What Windows does with files that are in use: they can be neither removed, renamed nor replaced."""

import os
from pathlib import Path

import pytest

_OPEN = Path("/proc/self/fd")
_MAPPED = Path("/proc/self/maps")
CAN_IMITATE = _OPEN.is_dir() and _MAPPED.is_file()


def refuse_files_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the calls that Windows refuses fail here as they do there."""
    for name, n_paths in (("unlink", 1), ("remove", 1), ("rename", 2), ("replace", 2)):
        monkeypatch.setattr(os, name, _refusing(name, n_paths))


def is_in_use(path: Path) -> bool:
    """Whether this process has a file open or mapped."""
    wanted = path.resolve()
    if not wanted.is_file():
        return False
    return wanted in _open_files() or f" {wanted}\n" in _MAPPED.read_text(errors="surrogateescape")


def _open_files() -> set[str]:
    found = set()
    for descriptor in _OPEN.iterdir():
        try:
            found.add(descriptor.readlink())
        except FileNotFoundError:  # the listing's own
            continue
    return found


def _refusing(name: str, n_paths: int):
    real = getattr(os, name)

    def call(*paths, dir_fd=None, **more):
        folder = (_OPEN / str(dir_fd)).readlink() if dir_fd is not None else Path()
        for path in paths[:n_paths]:
            if is_in_use(folder / os.fsdecode(path)):
                raise PermissionError(13, "The file is in use", os.fsdecode(path))
        if name == "rename" and os.path.lexists(paths[1]):
            raise FileExistsError(17, "There is such a file already", os.fsdecode(paths[1]))
        return real(*paths, **more) if dir_fd is None else real(*paths, dir_fd=dir_fd, **more)

    return call

"""Brings the weights to another folder, by renaming where the disk allows it and by copying where not."""

import errno
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from infinite_studio.audio.files import fsync_folder, make_folder, require_free
from infinite_studio.progress import Progress
from infinite_studio.weights.catalogue import CATALOGUE
from infinite_studio.weights.checksums import BLOCK_BYTES
from infinite_studio.weights.claims import STAGING_FOLDER
from infinite_studio.weights.verifying import Reading
from infinite_studio.weights.writing import write_all, writing_to

OWN_FOLDER = "Infinite Studio models"
INCOMING_PREFIX = ".incoming-"


def home_in(folder: Path) -> Path:
    """Return where in a chosen folder the weights shall lie: in it where it is new, empty or theirs, else beside."""
    try:
        names = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return folder
    return folder if not names or names & CATALOGUE.keys() else folder / OWN_FOLDER


def bring_entries(
    names: Iterable[str], source: Path, target: Path, progress: Progress, remember: Callable[[Path], None]
) -> tuple[Path, ...]:
    """Bring entries to another folder and return the originals that may go now; undone where it does not end.

    Renaming takes the originals away at once. What the other folder has already stays as it is in both.
    """
    make_folder(target)
    here = [name for name in names if (source / name).is_dir() and not (target / name).exists()]
    renamed: list[Path] = []
    copied: list[Path] = []
    try:
        with writing_to(target):
            _rename_all(here, source, target, renamed)
        rest = here[len(renamed) :]
        _copy_all(rest, source, target, copied, progress)
        remember(target)
    except BaseException:
        for path in copied:
            shutil.rmtree(path, ignore_errors=True)
        for path in renamed:
            path.rename(source / path.name)
        raise
    return tuple(source / name for name in rest)


def leave(source: Path, target: Path) -> None:
    """Take begun downloads along where that is only a renaming, and remove what the old folder holds of the studio."""
    for part in (source / STAGING_FOLDER).glob("*/*.part"):
        with suppress(OSError):
            place = target / part.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            part.rename(place)
    shutil.rmtree(source / STAGING_FOLDER, ignore_errors=True)
    with suppress(OSError):
        source.rmdir()


def _rename_all(names: list[str], source: Path, target: Path, renamed: list[Path]) -> None:
    for name in names:
        if not _renamed(source / name, target / name):
            return
        renamed.append(target / name)


def _renamed(source: Path, target: Path) -> bool:
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    return True


def _copy_all(names: list[str], source: Path, target: Path, copied: list[Path], progress: Progress) -> None:
    sizes = {name: sum(path.stat().st_size for path in _files(source / name)) for name in names}
    require_free(target, sum(sizes.values()))
    reading = Reading("models to their new folder", sum(sizes.values()), progress)
    for name in names:
        incoming = target / f"{INCOMING_PREFIX}{name}"
        copied.append(incoming)
        with writing_to(target, sizes[name]):
            shutil.rmtree(incoming, ignore_errors=True)
            incoming.mkdir()
            for path in _files(source / name):
                _copy(path, incoming / path.relative_to(source / name), reading)
            fsync_folder(incoming)
            copied.append(incoming.rename(target / name))
            fsync_folder(target)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _copy(source: Path, target: Path, reading: Reading) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as content, target.open("wb", buffering=0) as output:
        while block := content.read(BLOCK_BYTES):
            write_all(output.fileno(), block)
            reading(len(block))
        os.fsync(output.fileno())

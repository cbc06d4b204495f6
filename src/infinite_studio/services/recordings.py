"""The folder of hummed recordings: a file grows while it is recorded and gets its name when it is finished."""

from datetime import datetime
from pathlib import Path

from infinite_studio.errors import StudioError
from infinite_studio.settings.folders import Folders

GROWING_SUFFIX = ".recording.wav"
KEPT_RECORDINGS = 30


class NoRoomForRecordingError(StudioError):
    """The folder for recordings cannot be written to."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"Nothing can be recorded into “{folder}”: {reason}.",
            hint="Free some space or make the folder writable.",
        )


def recordings_folder(folders: Folders) -> Path:
    """Return where recordings lie, beside the library."""
    return folders.library.with_name("recordings")


def new_recording(folders: Folders, now: datetime) -> Path:
    """Return the path of a recording that begins now.

    Raises
    ------
    NoRoomForRecordingError
        If the folder cannot be made.
    """
    folder = recordings_folder(folders)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoRoomForRecordingError(folder, error.strerror or str(error)) from error
    return folder / f"Hum {now:%Y-%m-%d %H.%M.%S}{GROWING_SUFFIX}"


def finish_recording(path: Path) -> Path:
    """Give a recording its name, and let the oldest ones beyond thirty go."""
    final = path.with_name(path.name.removesuffix(GROWING_SUFFIX) + ".wav")
    number = 2
    while final.exists():
        final = path.with_name(f"{path.name.removesuffix(GROWING_SUFFIX)} {number}.wav")
        number += 1
    path.replace(final)
    kept = sorted(_finished(path.parent), key=lambda one: one.stat().st_mtime)
    for old in kept[:-KEPT_RECORDINGS]:
        old.unlink(missing_ok=True)
    return final


def interrupted_recordings(folders: Folders, *, growing: Path | None = None) -> tuple[Path, ...]:
    """Return recordings that nobody finished, as after a crash, the newest first; not the one that grows now."""
    folder = recordings_folder(folders)
    found = sorted(folder.glob(f"*{GROWING_SUFFIX}"), reverse=True) if folder.is_dir() else []
    return tuple(path for path in found if path != growing)


def _finished(folder: Path) -> list[Path]:
    return [path for path in folder.glob("Hum *.wav") if not path.name.endswith(GROWING_SUFFIX)]

"""The files that wait to be split, in an order that can be changed, remembered until they are done."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from infinite_studio.audio.files import atomic_path, make_folder
from infinite_studio.audio.sanitise import SoundFormat
from infinite_studio.errors import StudioError
from infinite_studio.services.split_files import FilesRequest
from infinite_studio.services.split_wish import wish_from, wish_values

logger = logging.getLogger(__name__)


class QueueState(StrEnum):
    """Where a file is on its way."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class QueuedFile:
    """One file; ``request`` has only this file in it, ``sentence`` says why it failed, ``seconds`` how long it plays."""

    path: Path
    request: FilesRequest
    state: QueueState = QueueState.WAITING
    sentence: str = ""
    stems: Mapping[str, Path] = field(default_factory=dict)
    seconds: float = 1.0


class SplitQueue:
    """The list itself; what waits survives a restart in a file of its own, which ``keep`` may write elsewhere."""

    def __init__(self, file: Path, keep: Callable[[str], None] | None = None) -> None:
        self._keep = keep or partial(keep_queue, file)
        self.files: tuple[QueuedFile, ...] = _read(file)
        self.is_paused = bool(self.files)

    @property
    def running(self) -> QueuedFile | None:
        """The file that is being split."""
        return next((file for file in self.files if file.state is QueueState.RUNNING), None)

    @property
    def next_waiting(self) -> QueuedFile | None:
        """The file that comes next."""
        return next((file for file in self.files if file.state is QueueState.WAITING), None)

    def add(self, paths: Iterable[Path] | Mapping[Path, float], request: FilesRequest) -> None:
        """Append files, perhaps with the seconds that each plays; what has been dealt with makes room for them."""
        kept = [f for f in self.files if f.state in {QueueState.WAITING, QueueState.RUNNING}]
        known = {f.path for f in kept}
        seconds = paths if isinstance(paths, Mapping) else {}
        new = [
            QueuedFile(path, replace(request, paths=(path,)), seconds=seconds.get(path, 1.0))
            for path in paths
            if path not in known
        ]
        self._set((*kept, *new))

    def update(self, path: Path, **changes: Any) -> None:  # noqa: ANN401 - fields of `QueuedFile`
        """Change what is known about a file."""
        self._set(tuple(replace(f, **changes) if f.path == path else f for f in self.files))

    def move_up(self, path: Path) -> None:
        """Let a waiting file change places with the waiting one before it."""
        files = list(self.files)
        waiting = [i for i, f in enumerate(files) if f.state is QueueState.WAITING]
        place = next((n for n, i in enumerate(waiting) if files[i].path == path), 0)
        if place:
            first, second = waiting[place - 1], waiting[place]
            files[first], files[second] = files[second], files[first]
            self._set(tuple(files))

    def remove(self, path: Path) -> None:
        """Take a file out that is not being split."""
        self._set(tuple(f for f in self.files if f.path != path or f.state is QueueState.RUNNING))

    def clear(self) -> None:
        """Take out what has been dealt with."""
        self._set(tuple(f for f in self.files if f.state in {QueueState.WAITING, QueueState.RUNNING}))

    def _set(self, files: tuple[QueuedFile, ...]) -> None:
        self.files = files
        waiting = [_to_json(f) for f in files if f.state in {QueueState.WAITING, QueueState.RUNNING}]
        self._keep(json.dumps(waiting, indent=1))


def keep_queue(file: Path, text: str) -> None:
    """Write what waits; a file that cannot be written must not disturb the work itself."""
    try:
        make_folder(file.parent)
        with atomic_path(file) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except (OSError, StudioError) as error:
        logger.warning("The files that wait to be split cannot be remembered: %s", error)


def _to_json(file: QueuedFile) -> dict[str, Any]:
    request = file.request
    return {
        "path": str(file.path),
        "folder": str(request.folder),
        "template": request.template,
        "format": request.sound_format.value,
        "seconds": file.seconds,
        **wish_values(request.wish),
    }


def _read(file: Path) -> tuple[QueuedFile, ...]:
    try:
        return tuple(_from_json(values) for values in json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError, StudioError) as error:
        logger.warning("The files that waited to be split cannot be read: %s", error)
        return ()


def _from_json(values: Mapping[str, Any]) -> QueuedFile:
    wish = wish_from(values)
    path = Path(values["path"])
    sound_format = SoundFormat(values["format"])
    request = FilesRequest((path,), Path(values["folder"]), wish, str(values["template"]), sound_format)
    return QueuedFile(path, request, seconds=float(values.get("seconds", 1.0)))

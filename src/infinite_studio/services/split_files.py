"""Which files to split and what became of them; nothing heavy is imported here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infinite_studio.audio.reading import READABLE_SUFFIXES
from infinite_studio.audio.sanitise import SoundFormat
from infinite_studio.errors import StudioError
from infinite_studio.services.split_wish import SplitWish
from infinite_studio.services.stem_names import BATCH_TEMPLATE


class NothingToSplitError(StudioError):
    """Folders and names among which there is no sound."""

    def __init__(self) -> None:
        super().__init__("There are no sound files there.", hint="Choose sound files, or a folder with some.")


@dataclass(frozen=True)
class FilesRequest:
    """Which files to split, how, and where the stems go; what ``library`` knows about a sound names its stems."""

    paths: tuple[Path, ...]
    folder: Path
    wish: SplitWish = field(default_factory=SplitWish)
    template: str = BATCH_TEMPLATE
    sound_format: SoundFormat = SoundFormat.WAV
    library: Path | None = None


@dataclass(frozen=True)
class SplitFile:
    """One file that was split; ``stems`` by stem name or ``rest``, ``silent`` names those nobody would hear."""

    source: Path
    stems: Mapping[str, Path]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class FailedFile:
    """One file that could not be split, and why."""

    source: Path
    sentence: str
    hint: str


@dataclass(frozen=True)
class FilesReport:
    """What became of all files."""

    done: tuple[SplitFile, ...]
    failed: tuple[FailedFile, ...]


def sound_files_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files, and the sound files inside of the folders, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (p for p in sorted(path.rglob("*")) if p.suffix.lower() in READABLE_SUFFIXES)
            found.update(dict.fromkeys(p for p in inside if p.is_file() and not p.name.startswith(".")))
        else:
            found[path] = None
    return tuple(found)

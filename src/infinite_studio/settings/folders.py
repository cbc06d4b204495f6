"""Where the studio keeps what belongs to the person."""

import os
from dataclasses import dataclass, fields
from pathlib import Path

from infinite_studio.errors import StudioError

APP_NAME = "InfiniteStudio"
HOME_VARIABLE = "INFINITE_STUDIO_HOME"


class UnusableFolderError(StudioError):
    """A folder that the studio needs and cannot write to."""

    def __init__(self, purpose: str, folder: Path, reason: str) -> None:
        super().__init__(
            f"The {purpose} folder “{folder}” cannot be written to: {reason}.",
            hint=f"Make it writable or free some space, or set {HOME_VARIABLE} to a folder of your own.",
        )
        self.purpose = purpose
        self.folder = folder


@dataclass(frozen=True)
class Folders:
    """The four folders: settings, the library of projects and sounds, what can be made again, and logs."""

    config: Path
    library: Path
    cache: Path
    logs: Path

    @classmethod
    def standard(cls) -> "Folders":
        """Return the folders of this platform and user, or those under ``INFINITE_STUDIO_HOME`` where it is set."""
        home = os.environ.get(HOME_VARIABLE, "").strip()
        if home:
            return cls.under(Path(home).expanduser().absolute())
        from platformdirs import PlatformDirs

        places = PlatformDirs(APP_NAME, appauthor=False)
        return cls(
            config=places.user_config_path,
            library=places.user_data_path / "library",
            cache=places.user_cache_path,
            logs=places.user_log_path,
        )

    @classmethod
    def under(cls, root: Path) -> "Folders":
        """Return folders that all lie in one place."""
        return cls(root / "config", root / "library", root / "cache", root / "logs")

    @property
    def weights(self) -> Path:
        """Return where the weights of models lie unless the person chose another place; made when first needed."""
        return self.library.with_name("weights")

    @property
    def dragged(self) -> Path:
        """Return where the files lie that were dragged out of the window; the studio never removes them."""
        return self.library.with_name("dragged")

    def ensure(self) -> None:
        """Make the folders, and refuse those that cannot be written to."""
        for field in fields(self):
            ensure_writable(field.name, getattr(self, field.name))


def ensure_writable(purpose: str, folder: Path) -> None:
    """Make a folder and try it with a file that is removed at once; raise `UnusableFolderError`."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UnusableFolderError(purpose, folder, (error.strerror or str(error)).lower()) from error

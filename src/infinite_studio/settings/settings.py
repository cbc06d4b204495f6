"""Every option of the studio, declared once, and the file that keeps them."""

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from infinite_studio.audio.files import atomic_path
from infinite_studio.errors import StudioError

OptionT = TypeVar("OptionT")

logger = logging.getLogger(__name__)


def _option(
    default: OptionT, *, choices: tuple[str, ...] = (), low: float = -math.inf, high: float = math.inf
) -> OptionT:
    return field(default=default, metadata={"choices": choices, "low": low, "high": high})


@dataclass(frozen=True)
class Settings:
    """What the person chose; change one with `dataclasses.replace` and save the result.

    Geometry fields are Qt's opaque state in base64. Empty names and folders mean the standard ones.
    """

    theme: str = _option("system", choices=("system", "dark", "light"))

    output_device: str = _option("")
    input_device: str = _option("")
    export_folder: str = _option("")
    export_format: str = _option("wav", choices=("wav", "flac"))

    weights_folder: str = _option("")
    beat_tracker: str = _option("auto", choices=("auto", "built-in"))
    generation_timeout_minutes: int = _option(10, low=1, high=240)

    last_project: str = _option("")

    window_geometry: str = _option("")
    timeline_view: str = _option("")
    left_width: int = _option(300, low=120, high=2000)
    right_width: int = _option(320, low=120, high=2000)
    left_open: bool = _option(default=True)
    right_open: bool = _option(default=True)
    left_tab: str = _option("library")
    right_tab: str = _option("generate")


def settings_from(data: Mapping[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """Read options from JSON values; return the settings and the names whose values were unusable."""
    known = {option.name: option for option in fields(Settings) if option.name in data}
    good = {name: data[name] for name, option in known.items() if _is_usable(option, data[name])}
    return Settings(**good), tuple(name for name in known if name not in good)


def _is_usable(option: Field[Any], value: object) -> bool:
    if isinstance(option.default, bool) or isinstance(value, bool):
        return isinstance(option.default, bool) and isinstance(value, bool)
    if isinstance(option.default, str):
        choices = option.metadata["choices"]
        return isinstance(value, str) and (not choices or value in choices)
    wanted = (int, float) if isinstance(option.default, float) else int
    return isinstance(value, wanted) and option.metadata["low"] <= value <= option.metadata["high"]


class SettingsNotSavedError(StudioError):
    """Settings that could not be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"Your settings could not be saved to “{path}”: {reason.rstrip('.')}.",
            hint="They hold until you close the studio; free some space or make the folder writable.",
        )
        self.path = path


class SettingsStore:
    """Loads and saves `Settings`; options of newer versions in the file survive."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._strangers: dict[str, Any] = {}
        self._notice = ""

    @property
    def notice(self) -> str:
        """What the person should know about the last `load`, as a sentence; empty where all was well."""
        return self._notice

    def load(self) -> Settings:
        """Return the kept settings, with defaults for whatever is missing or unusable; never raises for a bad file."""
        self._notice = ""
        self._strangers = {}
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except OSError as error:
            self._notice = f"Your settings cannot be read ({(error.strerror or str(error)).lower()}), so the standard ones are used."
            return Settings()
        except ValueError:
            return self._start_anew()
        if not isinstance(data, dict):
            return self._start_anew()
        known = {option.name for option in fields(Settings)}
        self._strangers = {name: value for name, value in data.items() if name not in known}
        settings, unusable = settings_from(data)
        if unusable:
            self._notice = f"These settings were unusable and are standard again: {', '.join(unusable)}."
            logger.warning(self._notice)
        return settings

    def save(self, settings: Settings) -> None:
        """Write the settings so that a crash leaves the old file or the new one; raise `SettingsNotSavedError`."""
        text = json.dumps({**self._strangers, **asdict(settings)}, indent=2, ensure_ascii=False)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_path(self._path) as temporary:
                temporary.write_text(text, encoding="utf-8")
        except (OSError, StudioError) as error:
            raise SettingsNotSavedError(self._path, str(error)) from error

    def _start_anew(self) -> Settings:
        damaged = self._path.with_name("settings.damaged.json")
        kept = f"the damaged file is kept as “{damaged.name}”"
        try:
            self._path.replace(damaged)
        except OSError:
            kept = "the damaged file could not be set aside"
        self._notice = f"Your settings were damaged, so the standard ones are used; {kept}."
        logger.warning(self._notice)
        return Settings()

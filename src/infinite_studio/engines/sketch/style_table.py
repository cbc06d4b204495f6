"""Reading values out of a TOML table with errors that say where and what was expected."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from infinite_studio.errors import StudioError

Value = TypeVar("Value")


class StyleError(StudioError):
    """A style file that cannot be used."""

    def __init__(self, path: Path, key: str, expected: str, found: object) -> None:
        shown = "nothing" if found is None else repr(found)
        where = f"{path.name}, “{key}”" if key else path.name
        super().__init__(
            f"The style file {where}: expected {expected}, found {shown[:80]}.",
            hint=f"Correct it in {path} or remove the file.",
        )
        self.path = path
        self.key = key
        self.expected = expected
        self.found = found


class StyleTable:
    """One table of a style file; whatever is left unread at the end is an error, so that typos are found.

    Parameters
    ----------
    path : Path
        The file, for errors.
    name : str
        Dotted name of the table; empty for the file's top level.
    values : Mapping
        What the table holds.
    """

    def __init__(self, path: Path, name: str, values: Mapping[str, object]) -> None:
        self.path = path
        self.name = name
        self._values = dict(values)
        self._read: set[str] = set()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the table in the order of the file."""
        return tuple(self._values)

    def error(self, key: str, expected: str, found: object) -> StyleError:
        """Return the error that names this file, the key and what was expected there."""
        return StyleError(self.path, self._dotted(key), expected, found)

    def text(self, key: str, default: str | None = None, *, one_of: tuple[str, ...] = ()) -> str:
        """Return a text, one of some where they are given."""
        found = self._get(key, default)
        expected = f"one of {', '.join(one_of)}" if one_of else "a text"
        if not isinstance(found, str) or not found.strip() or (one_of and found not in one_of):
            raise self.error(key, expected, found)
        return found

    def texts(self, key: str, default: tuple[str, ...] | None = None, *, least: int = 0) -> tuple[str, ...]:
        """Return a list of texts."""
        found = self._get(key, default)
        good = isinstance(found, list | tuple) and all(isinstance(item, str) for item in found)
        if not good or not isinstance(found, list | tuple) or len(found) < least:
            raise self.error(key, f"a list of {f'at least {least} ' if least else ''}texts", found)
        return tuple(str(item) for item in found)

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Return a number within a range."""
        found = self._get(key, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or not low <= found <= high:
            raise self.error(key, f"a number from {low:g} to {high:g}", found)
        return float(found)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within a range."""
        found = self._get(key, default)
        if isinstance(found, bool) or not isinstance(found, int) or not low <= found <= high:
            raise self.error(key, f"a whole number from {low} to {high}", found)
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        found = self._get(key, default)
        if not isinstance(found, bool):
            raise self.error(key, "true or false", found)
        return found

    def checked(self, key: str, found: str, check: Callable[[str], Value], expected: str) -> Value:
        """Return what a check makes of a text; a `StudioError` of the check becomes an error of this file."""
        try:
            return check(found)
        except (StudioError, ValueError) as error:
            raise self.error(key, expected, found) from error

    def table(self, key: str, *, required: bool = True) -> "StyleTable":
        """Return the table under a key; an empty one where it is missing and not required."""
        found = self._get(key, None if required else {})
        if not isinstance(found, dict):
            raise self.error(key, "a table", found)
        return StyleTable(self.path, self._dotted(key), found)

    def tables(self, key: str, *, least: int = 0) -> tuple["StyleTable", ...]:
        """Return the list of tables under a key."""
        found = self._get(key, [])
        if not isinstance(found, list) or len(found) < least:
            raise self.error(key, f"{least} or more tables [[{self._dotted(key)}]]", found)
        if not all(isinstance(item, dict) for item in found):
            raise self.error(key, "tables", found)
        return tuple(
            StyleTable(self.path, f"{self._dotted(key)}[{place}]", item) for place, item in enumerate(found)
        )

    def finish(self) -> None:
        """Refuse what nothing has read."""
        for key in self._values:
            if key not in self._read:
                raise self.error(key, f"one of {', '.join(sorted(self._read))}", key)

    def _get(self, key: str, default: object) -> object:
        self._read.add(key)
        return self._values.get(key, default)

    def _dotted(self, key: str) -> str:
        return ".".join(part for part in (self.name, key) if part)

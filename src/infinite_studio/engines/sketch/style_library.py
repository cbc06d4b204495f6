"""All styles of a folder, by name and by what people call them."""

import re
from collections.abc import Mapping
from pathlib import Path

from infinite_studio.engines.sketch.style import Style
from infinite_studio.engines.sketch.style_reader import read_style
from infinite_studio.engines.sketch.style_table import StyleError
from infinite_studio.resources import resource_path

DEFAULT_STYLE = "lo-fi hip hop"


class StyleLibrary:
    """The styles of one folder of TOML files.

    Parameters
    ----------
    folder : Path
        Where the files lie; each must be valid, no name or synonym may belong to two styles.
    """

    def __init__(self, folder: Path) -> None:
        self._styles: dict[str, Style] = {}
        self._names: dict[str, str] = {}
        for path in sorted(folder.glob("*.toml")):
            self._add(read_style(path), path)
        if not self._styles:
            raise StyleError(folder, "", "at least one style file", None)

    @classmethod
    def bundled(cls) -> "StyleLibrary":
        """Return the styles that travel with the studio."""
        return cls(resource_path("styles"))

    @property
    def styles(self) -> tuple[Style, ...]:
        """All styles, by name."""
        return tuple(self._styles[name] for name in sorted(self._styles))

    @property
    def names(self) -> Mapping[str, str]:
        """Style names by what people call them, in folded spelling."""
        return self._names

    @property
    def default(self) -> Style:
        """The style used where a prompt names none."""
        return self._styles.get(DEFAULT_STYLE, self.styles[0])

    def called(self, name: str) -> Style:
        """Return the style of a name or synonym that `names` holds."""
        return self._styles[self._names[folded(name)]]

    def _add(self, style: Style, path: Path) -> None:
        for name in (style.name, *style.synonyms):
            owner = self._names.setdefault(folded(name), style.name)
            if owner != style.name:
                raise StyleError(path, "synonyms", f"words that “{owner}” does not use already", name)
        self._styles[style.name] = style


def folded(name: str) -> str:
    """Return a name in the spelling that is compared: small letters, single blanks, no hyphens."""
    return re.sub(r"[\s\-]+", " ", name.casefold()).strip()

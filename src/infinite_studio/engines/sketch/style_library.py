"""All styles of one or two folders, by name and by what people call them."""

import re
from collections.abc import Mapping
from pathlib import Path

from infinite_studio.engines.sketch.soundfonts import SOUNDFONTS_FILE, SoundFont, read_soundfonts
from infinite_studio.engines.sketch.style import Style
from infinite_studio.engines.sketch.style_reader import read_style
from infinite_studio.engines.sketch.style_table import StyleError
from infinite_studio.resources import resource_path

DEFAULT_STYLE = "lo-fi hip hop"


class StyleLibrary:
    """The styles of a folder of TOML files, and those that a person has added.

    Parameters
    ----------
    folder : Path
        Where the files lie; each must be valid, no name or synonym may belong to two styles.
    user_folder : Path or None
        Where a person's own files lie, if it exists. One that is not valid is left out and told in `problems`; one
        with the name of a style that is there already takes its place; `soundfonts.toml` among them is no style.
    """

    def __init__(self, folder: Path, user_folder: Path | None = None) -> None:
        self._styles: dict[str, Style] = {}
        self._names: dict[str, str] = {}
        self._hints: dict[str, str] = {}
        self._problems: list[StyleError] = []
        self._soundfonts: Mapping[str, SoundFont] = {}
        for path in sorted(folder.glob("*.toml")):
            self._add(read_style(path), path)
        if not self._styles:
            raise StyleError(folder, "", "at least one style file", None)
        if user_folder is not None:
            self._add_own(user_folder)
            self._soundfonts, problems = read_soundfonts(user_folder / SOUNDFONTS_FILE)
            self._problems += problems

    @classmethod
    def bundled(cls, user_folder: Path | None = None) -> "StyleLibrary":
        """Return the styles that travel with the studio, and a person's own beside them."""
        return cls(resource_path("styles"), user_folder)

    @property
    def styles(self) -> tuple[Style, ...]:
        """All styles, by name."""
        return tuple(self._styles[name] for name in sorted(self._styles))

    @property
    def problems(self) -> tuple[StyleError, ...]:
        """What is wrong with those of a person's own files that cannot be used."""
        return tuple(self._problems)

    @property
    def soundfonts(self) -> Mapping[str, SoundFont]:
        """What a person wants to hear in the place of built-in instruments."""
        return self._soundfonts

    @property
    def names(self) -> Mapping[str, str]:
        """Style names by what people call them, in folded spelling."""
        return self._names

    @property
    def hints(self) -> Mapping[str, str]:
        """Style names by words that only suggest them, in folded spelling; names come first."""
        return {word: style for word, style in self._hints.items() if word not in self._names}

    @property
    def default(self) -> Style:
        """The style used where a prompt names none."""
        return self._styles.get(DEFAULT_STYLE, self.styles[0])

    def called(self, name: str) -> Style:
        """Return the style of a name, synonym or hint."""
        word = folded(name)
        return self._styles[self._names.get(word) or self._hints[word]]

    def words_of(self, style: str) -> tuple[str, ...]:
        """Return everything that a style is called, its hints included."""
        both = (*self._names.items(), *self.hints.items())
        return tuple(word for word, owner in both if owner == style)

    def _add_own(self, folder: Path) -> None:
        for path in sorted(folder.glob("*.toml")):
            if path.name == SOUNDFONTS_FILE:
                continue
            try:
                style = read_style(path)
                replaced = self._styles.pop(style.name, None)
                if replaced is not None:
                    self._names = {word: owner for word, owner in self._names.items() if owner != style.name}
                    self._hints = {word: owner for word, owner in self._hints.items() if owner != style.name}
                try:
                    self._add(style, path)
                except StyleError:
                    if replaced is not None:
                        self._add(replaced, path)
                    raise
            except StyleError as error:
                self._problems.append(error)

    def _add(self, style: Style, path: Path) -> None:
        words = {word for word in map(folded, (style.name, *style.synonyms)) if word}
        for word in sorted(words & self._names.keys()):
            if self._names[word] != style.name:
                raise StyleError(
                    path, "synonyms", f"words that “{self._names[word]}” does not use already", word
                )
        self._names |= dict.fromkeys(words, style.name)
        self._hints = (
            dict.fromkeys((word for word in map(folded, style.hints) if word), style.name) | self._hints
        )
        self._styles[style.name] = style


def folded(name: str) -> str:
    """Return a name in the spelling that is compared: small letters, single blanks, no hyphens."""
    return re.sub(r"[\s\-]+", " ", name.casefold()).strip()

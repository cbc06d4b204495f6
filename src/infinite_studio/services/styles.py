"""The styles that a person may choose from, and what is wrong with those of their own that cannot be used."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from infinite_studio.engines.base import GenerationEngine
from infinite_studio.engines.registry import Registry
from infinite_studio.engines.sketch.style import Style
from infinite_studio.errors import StudioError
from infinite_studio.services.values import StyleInfo
from infinite_studio.settings.folders import Folders


@runtime_checkable
class _Stylish(Protocol):
    @property
    def styles(self) -> tuple[Style, ...]: ...

    @property
    def problems(self) -> Sequence[StudioError]: ...


def styles_folder(folders: Folders) -> Path:
    """Return where a person puts style files of their own; it need not exist."""
    return folders.config / "styles"


def styles_of(engine: str, generators: Registry[GenerationEngine]) -> tuple[StyleInfo, ...]:
    """Return the styles of an engine by name; none for an engine without styles."""
    return tuple(_info(style) for style in plain_styles(engine, generators))


def plain_styles(engine: str, generators: Registry[GenerationEngine]) -> tuple[Style, ...]:
    """Return everything that is known about the styles of an engine."""
    made = generators.get(engine)
    return made.styles if isinstance(made, _Stylish) else ()


def style_problems(engine: str, generators: Registry[GenerationEngine]) -> tuple[StudioError, ...]:
    """Return what is wrong with the style files that are left out."""
    made = generators.get(engine)
    return tuple(made.problems) if isinstance(made, _Stylish) else ()


def with_style(prompt: str, chosen: StyleInfo, styles: tuple[StyleInfo, ...]) -> str:
    """Write a style into a prompt: in the place of the styles that it names, else at its beginning."""
    names = sorted({name for style in styles for name in style.names}, key=len, reverse=True)
    pattern = r"(?<!\w)(?:" + "|".join(_loosely(name) for name in names) + r")(?!\w)"
    found = list(re.finditer(pattern, prompt, re.IGNORECASE)) if names else []
    if not found:
        return f"{chosen.name}, {prompt.strip()}" if prompt.strip() else chosen.name
    first, rest = found[0], prompt[found[0].end() :]
    rest = re.sub(rf"\s*,?\s*(?:and\s+|&\s*|\+\s*)?{pattern}", "", rest, flags=re.IGNORECASE)
    return f"{prompt[: first.start()]}{chosen.name}{rest}".strip()


def _loosely(name: str) -> str:
    """Match a name with any blanks or hyphens between its words."""
    return r"[\s\-]+".join(re.escape(word) for word in re.split(r"[\s\-]+", name))


def _info(style: Style) -> StyleInfo:
    tempo = style.tempo
    return StyleInfo(
        name=style.name,
        description=style.description,
        tempo_range_bpm=(tempo.lowest_bpm, tempo.highest_bpm),
        default_tempo_bpm=tempo.default_bpm,
        moods=style.moods,
        names=(style.name, *style.synonyms),
    )

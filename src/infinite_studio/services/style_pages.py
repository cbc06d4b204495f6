"""A page about each style, written from the data that the composer plays from."""

from infinite_studio.engines.base import GenerationEngine
from infinite_studio.engines.registry import Registry
from infinite_studio.engines.sketch.style import PartSpec, Style
from infinite_studio.engines.sketch.style_library import folded
from infinite_studio.errors import StudioError
from infinite_studio.services.styles import plain_styles


class UnknownStyleError(StudioError):
    """A name that no style has."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no style “{name}”.", hint=f"Choose one of: {', '.join(known)}.")
        self.name = name
        self.known = known


def style_pages(engine: str, generators: Registry[GenerationEngine], name: str | None = None) -> str:
    """Return the page of one style by any of its names, or of all, as Markdown.

    Raises
    ------
    UnknownStyleError
        If no style has the name.
    """
    known = plain_styles(engine, generators)
    if name is None:
        return "\n\n".join(_page(style) for style in known)
    wanted = folded(name)
    style = next((s for s in known if wanted in {folded(one) for one in (s.name, *s.synonyms)}), None)
    if style is None:
        raise UnknownStyleError(name, tuple(style.name for style in known))
    return _page(style)


def _page(style: Style) -> str:
    tempo, harmony = style.tempo, style.harmony
    lines = [f"## {style.name[:1].upper()}{style.name[1:]}", "", style.description, ""]
    lines.append(f"- Tempo: {tempo.lowest_bpm:g}–{tempo.highest_bpm:g} BPM, usually {tempo.default_bpm:g}")
    lines.append(f"- Swing: {tempo.swing:.0%}; played within {tempo.humanise_ms:g} ms")
    lines.append(f"- Moods: {_listed(style.moods)}")
    lines += [f"- Chords in {mode.value}: {'; '.join(texts)}" for mode, texts in harmony.progressions.items()]
    optional = " (only when asked for)" if style.drums.optional else ""
    kit = tuple(dict.fromkeys(piece.sound for piece in style.drums.kit.values()))
    lines.append(f"- Drums: {_listed(kit)}{optional}")
    lines += [_part_line(part) for part in style.parts]
    body = ", ".join(f"{name.value.upper()} {bars}" for name, bars in style.arrangement.body)
    arrangement = style.arrangement
    lines.append(
        f"- Arrangement in bars: intro {arrangement.intro_bars}, {body}, outro {arrangement.outro_bars}"
    )
    lines.append(f"- Also called: {_listed(style.synonyms)}")
    return "\n".join(lines)


def _part_line(part: PartSpec) -> str:
    optional = ", only when asked for" if part.optional else ""
    return f"- {part.role.value.capitalize()}: {part.instrument} (stem {part.stem.value}{optional})"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "none"

"""The documentation of the styles, written from their data.

``python -m infinite_studio.engines.sketch.style_pages docs/styles.md`` writes it anew.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from infinite_studio.engines.sketch.grid import bar_of
from infinite_studio.engines.sketch.style import Grid, PartSpec, SectionName, Style
from infinite_studio.engines.sketch.style_language import LANGUAGE
from infinite_studio.engines.sketch.style_library import StyleLibrary
from infinite_studio.music.key import Mode

_TITLE = "# Styles of the built-in composer"
_INTRODUCTION = """
What the composer knows about each kind of music, written from the files in `resources/styles` by
`python -m infinite_studio.engines.sketch.style_pages docs/styles.md`. Name a style in a prompt, by its name or by any
of the words under “also called”; words under “suggested by” choose it where no style is named.
"""


def style_pages(styles: Sequence[Style]) -> str:
    """Return the whole document in Markdown."""
    blocks = [_TITLE, _INTRODUCTION.strip(), _overview(styles)]
    blocks += [_page(style) for style in styles]
    blocks.append(LANGUAGE.strip())
    return "\n\n".join(blocks) + "\n"


def _overview(styles: Iterable[Style]) -> str:
    rows = ["| style | tempo, BPM | swing | moods | instruments |", "|---|---|---|---|---|"]
    for style in styles:
        tempo = style.tempo
        swing = f"{tempo.swing:.0%}" if tempo.swing else "straight"
        instruments = ", ".join(dict.fromkeys(part.instrument for part in style.parts))
        rows.append(
            f"| [{style.name}](#{_anchor(style.name)}) | {tempo.default_bpm:g} ({tempo.lowest_bpm:g}–"
            f"{tempo.highest_bpm:g}) | {swing} | {', '.join(style.moods)} | {instruments} |"
        )
    return "\n".join(rows)


def _page(style: Style) -> str:
    lines = [f"## {style.name}", "", style.description, ""]
    lines.append(f"- **Also called:** {', '.join(style.synonyms)}")
    if style.hints:
        lines.append(f"- **Suggested by:** {', '.join(style.hints)}")
    lines += [_tempo(style), *_harmony(style), _form(style), "", "Drums, first groove:", ""]
    lines += ["```text", *_grid(style.drums.grooves[0]), "```", ""]
    lines += ["| part | plays | instrument | stem | in |", "|---|---|---|---|---|"]
    lines += [_part(part, style) for part in style.parts]
    return "\n".join(lines)


def _tempo(style: Style) -> str:
    tempo = style.tempo
    unit = "eighths" if tempo.swing_unit_beats == 0.5 else "sixteenths"
    swing = f"{unit} swing by {tempo.swing:.0%}" if tempo.swing else "straight"
    late = [f"{drum} {piece.late_ms:+g} ms" for drum, piece in style.drums.kit.items() if piece.late_ms] + [
        f"{part.name} {part.late_ms:+g} ms" for part in style.parts if part.late_ms
    ]
    shifted = f"; {', '.join(late)}" if late else ""
    return (
        f"- **Time:** {tempo.default_bpm:g} BPM, {tempo.lowest_bpm:g} to {tempo.highest_bpm:g}; {swing}; "
        f"micro-timing up to {tempo.humanise_ms:g} ms{shifted}"
    )


def _harmony(style: Style) -> list[str]:
    harmony = style.harmony
    lasting = {0.5: "half a bar", 1.0: "a bar"}.get(
        harmony.bars_per_chord, f"{harmony.bars_per_chord:g} bars"
    )
    lines = [f"- **Chords:** {lasting} each, {harmony.minor_share:.0%} in minor keys"]
    for mode in Mode:
        texts = " · ".join(f"`{text}`" for text in harmony.progressions[mode])
        lines.append(f"  - {mode.value}: {texts}; ends `{harmony.cadences[mode]}`")
    return lines


def _form(style: Style) -> str:
    arrangement = style.arrangement
    body = ", ".join(f"{_section(name)} {length}" for name, length in arrangement.body)
    return (
        f"- **Form of long pieces, in bars:** intro {arrangement.intro_bars}, then {body} and round again, "
        f"outro {arrangement.outro_bars}"
    )


def _grid(grid: Grid) -> list[str]:
    width = max(len(drum) for drum in grid.rows)
    bars = range(max(grid.n_bars, 1))
    return [
        f"{drum:<{width}}  " + " | ".join(bar_of(steps, bar) for bar in bars)
        for drum, steps in grid.rows.items()
    ]


def _part(part: PartSpec, style: Style) -> str:
    playing = [
        _section(name)
        for name in SectionName
        if (parts := style.section(name).parts) is None or part.name in parts
    ]
    where = "every section" if len(playing) == len(SectionName) else ", ".join(playing)
    return f"| {part.name} | {part.role} | {part.instrument} | {part.stem} | {where} |"


def _section(name: SectionName) -> str:
    return name.value.upper() if len(name.value) == 1 else name.value


def _anchor(name: str) -> str:
    return "".join(letter for letter in name.replace(" ", "-") if letter.isalnum() or letter == "-")


def write_style_pages(path: Path) -> None:
    """Write the document of the bundled styles to a file."""
    path.write_text(style_pages(StyleLibrary.bundled().styles), encoding="utf-8")


if __name__ == "__main__":
    write_style_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/styles.md"))

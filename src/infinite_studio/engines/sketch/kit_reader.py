"""From the drum tables of a style file to a kit with its grids."""

from infinite_studio.engines.sketch.grid import DRUM_STEPS, plain_steps
from infinite_studio.engines.sketch.sound.names import DRUM_SOUNDS
from infinite_studio.engines.sketch.style import Grid, KitPiece, SectionName, StyleDrums
from infinite_studio.engines.sketch.style_table import StyleTable

_SECTIONS = "sections"


def read_drums(table: StyleTable) -> StyleDrums:
    """Read kit, grooves and fills."""
    kit_table = table.table("kit")
    kit = {name: _kit_piece(kit_table.table(name)) for name in kit_table.keys}
    drums = StyleDrums(
        kit=kit,
        grooves=tuple(_grid(grid, kit) for grid in table.tables("groove", least=1)),
        fills=tuple(_grid(grid, kit) for grid in table.tables("fill")),
        optional=table.flag("optional", default=False),
    )
    if not any(not grid.sections for grid in drums.grooves):
        raise table.error("groove", "at least one groove for any section", "sections in all of them")
    table.finish()
    return drums


def read_steps(table: StyleTable, key: str, text: str, allowed: str) -> str:
    """Return steps in plain form."""
    return table.checked(
        key, text, lambda found: plain_steps(found, allowed), f"16, 32, 48 or 64 steps made of {allowed}"
    )


def _kit_piece(table: StyleTable) -> KitPiece:
    piece = KitPiece(
        sound=table.text("sound", one_of=DRUM_SOUNDS),
        gain_db=table.number("gain_db", -40, 12, 0),
        pan=table.number("pan", -1, 1, 0),
        reverb=table.number("reverb", 0, 1, 0),
        tune_semitones=table.number("tune_semitones", -24, 24, 0),
        decay=table.number("decay", 0.1, 4, 1),
        late_ms=table.number("late_ms", -30, 30, 0),
    )
    table.finish()
    return piece


def _grid(table: StyleTable, kit: dict[str, KitPiece]) -> Grid:
    rows: dict[str, str] = {}
    sections: tuple[SectionName, ...] = ()
    for key in table.keys:
        if key == _SECTIONS:
            sections = _sections(table)
        elif key not in kit:
            raise table.error(key, f"a drum of the kit ({', '.join(kit)})", key)
        else:
            rows[key] = read_steps(table, key, table.text(key), DRUM_STEPS)
    return Grid(rows, sections)


def _sections(table: StyleTable) -> tuple[SectionName, ...]:
    names = table.texts(_SECTIONS, least=1)
    for name in names:
        if name not in tuple(SectionName):
            raise table.error(_SECTIONS, f"names among {', '.join(SectionName)}", name)
    return tuple(SectionName(name) for name in names)

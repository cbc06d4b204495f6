"""From a TOML file to a valid `Style`."""

import tomllib
from functools import partial
from pathlib import Path

from infinite_studio.engines.sketch.grid import BASS_STEPS, CHORD_STEPS, DRUM_STEPS, plain_steps
from infinite_studio.engines.sketch.sound.names import DRUM_SOUNDS, INSTRUMENTS, TEXTURES
from infinite_studio.engines.sketch.style import (
    SKETCH_STEMS,
    Grid,
    KitPiece,
    PartSpec,
    Role,
    SectionName,
    SectionSpec,
    Style,
    StyleDrums,
    StyleEffects,
    StyleHarmony,
    StyleMix,
    StyleTempo,
)
from infinite_studio.engines.sketch.style_table import StyleError, StyleTable
from infinite_studio.music.chords import parse_progression
from infinite_studio.music.key import Key, Mode
from infinite_studio.music.stems import StemType

_STEM_OF_ROLE = {
    Role.BASS: StemType.BASS,
    Role.CHORDS: StemType.OTHER,
    Role.ARP: StemType.MELODY,
    Role.LEAD: StemType.MELODY,
    Role.TEXTURE: StemType.OTHER,
}
_RANGE_OF_ROLE = {
    Role.BASS: (28, 48),
    Role.CHORDS: (52, 76),
    Role.ARP: (60, 84),
    Role.LEAD: (64, 86),
    Role.TEXTURE: (36, 96),
}
_STEPS_OF_ROLE = {
    Role.BASS: BASS_STEPS,
    Role.CHORDS: CHORD_STEPS,
    Role.ARP: CHORD_STEPS,
    Role.LEAD: CHORD_STEPS,
    Role.TEXTURE: CHORD_STEPS,
}
_CHORD_BARS = (0.5, 1.0, 2.0, 4.0, 8.0)
ARP_ORDERS = ("up", "down", "updown", "random", "chord")


def read_style(path: Path) -> Style:
    """Read one style file.

    Raises
    ------
    StyleError
        If the file cannot be read or anything in it is not as expected; names file, key and expectation.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StyleError(path, "", "a readable TOML file", str(error)) from error
    top = StyleTable(path, "", values)
    style = Style(
        name=top.text("name"),
        synonyms=top.texts("synonyms", ()),
        description=top.text("description"),
        tempo=_tempo(top.table("tempo")),
        harmony=_harmony(top.table("harmony")),
        drums=_drums(top.table("drums")),
        parts=tuple(_part(table) for table in top.tables("part", least=1)),
        mix=_mix(top.table("mix")),
        effects=_effects(top.table("effects")),
    )
    sections = _sections(top.table("sections", required=False), style)
    top.finish()
    return Style(**{**vars(style), "sections": sections})


def _tempo(table: StyleTable) -> StyleTempo:
    lowest = table.number("lowest_bpm", 30, 300)
    highest = table.number("highest_bpm", lowest, 300)
    tempo = StyleTempo(
        default_bpm=table.number("default_bpm", lowest, highest),
        lowest_bpm=lowest,
        highest_bpm=highest,
        swing=table.number("swing", 0, 0.7, 0),
        swing_unit_beats=table.number("swing_unit_beats", 0.25, 0.5, 0.25),
        humanise_ms=table.number("humanise_ms", 0, 15, 0),
    )
    table.finish()
    return tempo


def _harmony(table: StyleTable) -> StyleHarmony:
    progressions, cadences = {}, {}
    for mode in Mode:
        progressions[mode] = table.texts(mode.value, least=1)
        for text in progressions[mode]:
            table.checked(mode.value, text, partial(_chord_count, mode), "roman numerals")
        name = f"cadence_{mode.value}"
        cadences[mode] = table.text(name)
        if table.checked(name, cadences[mode], partial(_chord_count, mode), "two chords") != 2:
            raise table.error(name, "two chords", cadences[mode])
    harmony = StyleHarmony(
        bars_per_chord=table.number("bars_per_chord", 0.5, 8, 1),
        minor_share=table.number("minor_share", 0, 1, 0.5),
        progressions=progressions,
        cadences=cadences,
    )
    if harmony.bars_per_chord not in _CHORD_BARS:
        raise table.error("bars_per_chord", "0.5, 1, 2, 4 or 8", harmony.bars_per_chord)
    table.finish()
    return harmony


def _chord_count(mode: Mode, text: str) -> int:
    return len(parse_progression(text, Key(0, mode)))


def _drums(table: StyleTable) -> StyleDrums:
    kit_table = table.table("kit")
    kit = {name: _kit_piece(kit_table.table(name)) for name in kit_table.keys}
    drums = StyleDrums(
        kit=kit,
        grooves=tuple(_grid(grid, kit) for grid in table.tables("groove", least=1)),
        fills=tuple(_grid(grid, kit) for grid in table.tables("fill")),
        optional=table.flag("optional", default=False),
    )
    table.finish()
    return drums


def _kit_piece(table: StyleTable) -> KitPiece:
    piece = KitPiece(
        sound=table.text("sound", one_of=DRUM_SOUNDS),
        gain_db=table.number("gain_db", -40, 12, 0),
        pan=table.number("pan", -1, 1, 0),
        reverb=table.number("reverb", 0, 1, 0),
        tune_semitones=table.number("tune_semitones", -24, 24, 0),
        decay=table.number("decay", 0.1, 4, 1),
    )
    table.finish()
    return piece


def _grid(table: StyleTable, kit: dict[str, KitPiece]) -> Grid:
    lanes = {}
    for lane in table.keys:
        if lane not in kit:
            raise table.error(lane, f"a drum of the kit ({', '.join(kit)})", lane)
        lanes[lane] = _steps(table, lane, table.text(lane), DRUM_STEPS)
    return Grid(lanes)


def _steps(table: StyleTable, key: str, text: str, allowed: str) -> str:
    return table.checked(
        key, text, lambda found: plain_steps(found, allowed), f"16, 32, 48 or 64 steps made of {allowed}"
    )


def _part(table: StyleTable) -> PartSpec:
    role = Role(table.text("role", one_of=tuple(Role)))
    lowest, highest = _RANGE_OF_ROLE[role]
    low = table.whole("lowest", 0, 115, lowest)
    patterns = table.texts("patterns", (), least=1 if role in {Role.BASS, Role.CHORDS} else 0)
    part = PartSpec(
        name=table.text("name"),
        role=role,
        stem=StemType(table.text("stem", _STEM_OF_ROLE[role], one_of=tuple(SKETCH_STEMS))),
        instrument=table.text("instrument", one_of=TEXTURES if role is Role.TEXTURE else INSTRUMENTS),
        patterns=tuple(_steps(table, "patterns", text, _STEPS_OF_ROLE[role]) for text in patterns),
        lowest=low,
        highest=table.whole("highest", low + 12, 127, max(highest, low + 12)),
        gain_db=table.number("gain_db", -40, 12, 0),
        pan=table.number("pan", -1, 1, 0),
        velocity=table.number("velocity", 0.05, 1, 0.8),
        brightness=table.number("brightness", -2, 2, 0),
        reverb=table.number("reverb", 0, 1, 0),
        delay=table.number("delay", 0, 1, 0),
        duck=table.number("duck", 0, 1, 1),
        voices=table.whole("voices", 1, 6, 4),
        strum_ms=table.number("strum_ms", 0, 60, 0),
        order=table.text("order", "up", one_of=ARP_ORDERS),
        step_beats=table.number("step_beats", 0.125, 2, 0.25),
        gate=table.number("gate", 0.1, 1, 0.8),
        density=table.number("density", 0, 1, 0.5),
        motif_bars=table.whole("motif_bars", 1, 2, 1),
        glide=table.number("glide", 0, 1, 0),
        pentatonic=table.flag("pentatonic", default=False),
        optional=table.flag("optional", default=False),
    )
    table.finish()
    return part


def _mix(table: StyleTable) -> StyleMix:
    mix = StyleMix(
        stem_db={stem: table.number(f"{stem.value}_db", -30, 6) for stem in SKETCH_STEMS},
        loudness_lufs=table.number("loudness_lufs", -24, -9),
        duck_db=table.number("duck_db", 0, 30, 0),
        duck_beats=table.number("duck_beats", 0.1, 1, 0.5),
        drive=table.number("drive", 0, 1, 0.3),
    )
    table.finish()
    return mix


def _effects(table: StyleTable) -> StyleEffects:
    effects = StyleEffects(
        reverb_seconds=table.number("reverb_seconds", 0.2, 8),
        reverb_brightness=table.number("reverb_brightness", 0, 1, 0.5),
        delay_beats=table.number("delay_beats", 0.125, 2, 0.75),
        delay_feedback=table.number("delay_feedback", 0, 0.8, 0.35),
    )
    table.finish()
    return effects


def _sections(table: StyleTable, style: Style) -> dict[SectionName, SectionSpec]:
    sections = {}
    for name in table.keys:
        if name not in tuple(SectionName):
            raise table.error(name, f"one of {', '.join(SectionName)}", name)
        section = table.table(name)
        sections[SectionName(name)] = SectionSpec(
            drums=_known(section, "drums", tuple(style.drums.kit)),
            parts=_known(section, "parts", tuple(part.name for part in style.parts)),
            energy=section.number("energy", 0.1, 1.5, 1),
        )
        section.finish()
    return sections


def _known(table: StyleTable, key: str, known: tuple[str, ...]) -> tuple[str, ...] | None:
    if key not in table.keys:
        return None
    for name in table.texts(key):
        if name not in known:
            raise table.error(key, f"names among {', '.join(known)}", name)
    return table.texts(key)

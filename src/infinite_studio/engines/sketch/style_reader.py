"""From a TOML file to a valid `Style`."""

import tomllib
from functools import partial
from pathlib import Path

from infinite_studio.engines.sketch.kit_reader import read_drums
from infinite_studio.engines.sketch.part_reader import read_part
from infinite_studio.engines.sketch.prompt.moods import MOODS
from infinite_studio.engines.sketch.style import (
    SKETCH_STEMS,
    Arrangement,
    SectionName,
    SectionSpec,
    Style,
    StyleEffects,
    StyleHarmony,
    StyleMix,
    StyleTempo,
)
from infinite_studio.engines.sketch.style_table import StyleError, StyleTable
from infinite_studio.music.chords import parse_progression
from infinite_studio.music.key import Key, Mode

_CHORD_BARS = (0.5, 1.0, 2.0, 4.0, 8.0)
_LONGEST_SECTION_BARS = 32


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
    name = top.text("name")
    if not any(letter.isalnum() for letter in name):
        raise top.error("name", "a name with letters or digits", name)
    style = Style(
        name=name,
        synonyms=top.texts("synonyms", ()),
        hints=top.texts("hints", ()),
        description=top.text("description"),
        moods=_moods(top),
        energy=top.number("energy", 0, 1, 0.5),
        brightness=top.number("brightness", 0, 1, 0.5),
        tempo=_tempo(top.table("tempo")),
        harmony=_harmony(top.table("harmony")),
        drums=read_drums(top.table("drums")),
        parts=tuple(read_part(table) for table in top.tables("part", least=1)),
        mix=_mix(top.table("mix")),
        effects=_effects(top.table("effects")),
        arrangement=_arrangement(top.table("arrangement", required=False)),
    )
    sections = _sections(top.table("sections", required=False), style)
    top.finish()
    return Style(**{**vars(style), "sections": sections})


def _moods(table: StyleTable) -> tuple[str, ...]:
    moods = table.texts("moods", ())
    for mood in moods:
        if mood not in MOODS:
            raise table.error("moods", "words that the composer knows as moods", mood)
    return moods


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
        cadences_in_sections=table.flag("cadences_in_sections", default=False),
    )
    if harmony.bars_per_chord not in _CHORD_BARS:
        raise table.error("bars_per_chord", "0.5, 1, 2, 4 or 8", harmony.bars_per_chord)
    table.finish()
    return harmony


def _chord_count(mode: Mode, text: str) -> int:
    return len(parse_progression(text, Key(0, mode)))


def _mix(table: StyleTable) -> StyleMix:
    mix = StyleMix(
        stem_db={stem: table.number(f"{stem.value}_db", -30, 6) for stem in SKETCH_STEMS},
        loudness_lufs=table.number("loudness_lufs", -24, -9),
        duck_db=table.number("duck_db", 0, 30, 0),
        duck_beats=table.number("duck_beats", 0.1, 1, 0.5),
        drive=table.number("drive", 0, 1, 0.3),
        glue=table.number("glue", 0, 1, 0.3),
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


def _arrangement(table: StyleTable) -> Arrangement:
    usual = Arrangement()
    arrangement = Arrangement(
        intro_bars=table.whole("intro_bars", 0, _LONGEST_SECTION_BARS, usual.intro_bars),
        body=tuple(_body_section(table, text) for text in table.texts("body", (), least=0)) or usual.body,
        outro_bars=table.whole("outro_bars", 0, _LONGEST_SECTION_BARS, usual.outro_bars),
    )
    table.finish()
    return arrangement


def _body_section(table: StyleTable, text: str) -> tuple[SectionName, int]:
    """Read a section and its bars, such as “a 8”."""
    name, _, bars = text.partition(" ")
    names = (SectionName.A, SectionName.B, SectionName.BREAK)
    if name not in names or not bars.isdecimal() or not 1 <= int(bars) <= _LONGEST_SECTION_BARS:
        raise table.error("body", "a section and its bars, such as a 8, b 8 or break 4", text)
    return SectionName(name), int(bars)


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
            rise=section.number("rise", 0, 0.9, 0),
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

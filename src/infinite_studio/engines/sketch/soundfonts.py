"""Instruments that a person has pointed at a SoundFont: the file `soundfonts.toml` among their styles."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infinite_studio.engines.sketch.sound.names import INSTRUMENTS
from infinite_studio.engines.sketch.style_table import StyleError, StyleTable

SOUNDFONTS_FILE = "soundfonts.toml"


@dataclass(frozen=True)
class SoundFont:
    """A preset of a SoundFont file that plays in the place of a built-in instrument."""

    path: Path
    bank: int = 0
    program: int = 0
    gain_db: float = 0.0


def read_soundfonts(path: Path) -> tuple[Mapping[str, SoundFont], tuple[StyleError, ...]]:
    """Return the SoundFonts by instrument, and what is wrong with those that are left out; none without the file."""
    if not path.is_file():
        return {}, ()
    try:
        table = StyleTable(path, "", tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, (StyleError(path, "", "a readable TOML file", str(error)),)
    fonts: dict[str, SoundFont] = {}
    problems = []
    for instrument in table.keys:
        try:
            fonts[instrument] = _soundfont(table, instrument)
        except StyleError as error:
            problems.append(error)
    return fonts, tuple(problems)


def _soundfont(whole: StyleTable, instrument: str) -> SoundFont:
    if instrument not in INSTRUMENTS:
        raise whole.error(instrument, f"an instrument ({', '.join(INSTRUMENTS)})", instrument)
    table = whole.table(instrument)
    name = table.text("file")
    path = whole.path.parent / Path(name).expanduser()
    if not path.is_file():
        raise table.error("file", "a SoundFont that is there", name)
    font = SoundFont(
        path,
        table.whole("bank", 0, 128, 0),
        table.whole("program", 0, 127, 0),
        table.number("gain_db", -40, 24, 0),
    )
    table.finish()
    return font

"""From a part's table in a style file to a `PartSpec`."""

from infinite_studio.engines.sketch.grid import BASS_STEPS, CHORD_STEPS, FORM_LETTERS
from infinite_studio.engines.sketch.kit_reader import read_steps
from infinite_studio.engines.sketch.sound.names import EFFECTS, INSTRUMENTS, TEXTURES
from infinite_studio.engines.sketch.style import SKETCH_STEMS, PartSpec, Role
from infinite_studio.engines.sketch.style_table import StyleTable
from infinite_studio.music.stems import StemType
from infinite_studio.music.voicing import Voicing

ARP_ORDERS = ("up", "down", "updown", "random", "chord")
STEM_OF_ROLE = {
    Role.BASS: StemType.BASS,
    Role.CHORDS: StemType.OTHER,
    Role.ARP: StemType.MELODY,
    Role.LEAD: StemType.MELODY,
    Role.TEXTURE: StemType.OTHER,
}
RANGE_OF_ROLE = {
    Role.BASS: (28, 48),
    Role.CHORDS: (52, 76),
    Role.ARP: (60, 84),
    Role.LEAD: (64, 86),
    Role.TEXTURE: (36, 96),
}


def read_part(table: StyleTable) -> PartSpec:
    """Read one part."""
    role = Role(table.text("role", one_of=tuple(Role)))
    lowest, highest = RANGE_OF_ROLE[role]
    low = table.whole("lowest", 0, 115, lowest)
    part = PartSpec(
        name=table.text("name"),
        role=role,
        stem=StemType(table.text("stem", STEM_OF_ROLE[role], one_of=tuple(SKETCH_STEMS))),
        instrument=table.text("instrument", one_of=TEXTURES if role is Role.TEXTURE else INSTRUMENTS),
        patterns=_patterns(table, role),
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
        motif_bars=table.whole("motif_bars", 1, 4, 1),
        glide=table.number("glide", 0, 1, 0),
        pentatonic=table.flag("pentatonic", default=False),
        optional=table.flag("optional", default=False),
        late_ms=table.number("late_ms", -30, 30, 0),
        voicing=Voicing(table.text("voicing", Voicing.LED, one_of=tuple(Voicing))),
        form=_form(table),
        leaps=table.number("leaps", 0, 1, 0.25),
        wobble_beats=table.number("wobble_beats", 0.0625, 4, 0.5),
        effects=_effects(table.table("effects", required=False)),
    )
    table.finish()
    return part


def _patterns(table: StyleTable, role: Role) -> tuple[str, ...]:
    texts = table.texts("patterns", (), least=1 if role in {Role.BASS, Role.CHORDS} else 0)
    allowed = BASS_STEPS if role is Role.BASS else CHORD_STEPS
    return tuple(read_steps(table, "patterns", text, allowed) for text in texts)


def _form(table: StyleTable) -> str:
    form = table.text("form", "svsa")
    if any(letter not in FORM_LETTERS for letter in form) or set(form) == {"r"}:
        raise table.error("form", f"letters among {', '.join(FORM_LETTERS)}", form)
    return form


def _effects(table: StyleTable) -> dict[str, float]:
    amounts = {name: table.number(name, 0, 1) for name in table.keys if name in EFFECTS}
    for name in table.keys:
        if name not in EFFECTS:
            raise table.error(name, f"an effect ({', '.join(EFFECTS)})", name)
    return amounts

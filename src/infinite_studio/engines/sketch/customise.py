"""Bending a style to a prompt: instruments dropped and added."""

from collections.abc import Iterable
from dataclasses import replace

from infinite_studio.engines.base import InvalidRequestError
from infinite_studio.engines.sketch.prompt.words import Named, Target
from infinite_studio.engines.sketch.style import Grid, PartSpec, Role, Style, StyleDrums
from infinite_studio.music.stems import StemType

_ROLE_OF_INSTRUMENT = {
    **dict.fromkeys(["808", "sub", "deep", "reese", "upright", "saw bass", "pick bass"], Role.BASS),
    **dict.fromkeys(["rhodes", "piano", "organ", "pad", "strings", "choir", "supersaw", "stab"], Role.CHORDS),
    **dict.fromkeys(["brass", "bell", "guitar", "saw lead", "square lead", "flute", "whistle"], Role.LEAD),
    **dict.fromkeys(["pluck", "acid"], Role.ARP),
    **dict.fromkeys(["vinyl", "wind"], Role.TEXTURE),
}
_SUSTAINED = frozenset({"pad", "strings", "choir", "supersaw"})
_HELD = ("x" + "-" * 15,)


def without(style: Style, dropped: Iterable[Named]) -> Style:
    """Return the style without what is not wanted.

    Raises
    ------
    InvalidRequestError
        If nothing would be left to hear.
    """
    for named in dropped:
        style = replace(
            style, drums=_drums_without(style.drums, named), parts=_parts_without(style.parts, named)
        )
    silent_drums = style.drums.optional or not style.drums.kit
    if silent_drums and not [part for part in style.parts if not part.optional]:
        raise InvalidRequestError(
            "With everything left out there is nothing to hear.", hint="Keep at least one instrument."
        )
    return style


def with_added(style: Style, named: Named) -> Style | None:
    """Return the style with an instrument that a prompt names; None where the style cannot play it."""
    if named.target is Target.INSTRUMENT:
        return _with_instrument(style, named.name)
    if named.target is Target.LANE or named.name == StemType.DRUMS:
        has = _lanes(style.drums, named) if named.target is Target.LANE else list(style.drums.kit)
        return replace(style, drums=replace(style.drums, optional=False)) if has else None
    return style if any(named.name in {part.stem, part.role} for part in style.parts) else None


def _parts_without(parts: tuple[PartSpec, ...], named: Named) -> tuple[PartSpec, ...]:
    if named.target is Target.LANE:
        return parts
    return tuple(part for part in parts if named.name not in _names(part, named.target))


def _names(part: PartSpec, target: Target) -> tuple[str, ...]:
    return {Target.STEM: (part.stem,), Target.ROLE: (part.role,)}.get(target, (part.instrument, part.name))


def _drums_without(drums: StyleDrums, named: Named) -> StyleDrums:
    if named.target is Target.STEM and named.name == StemType.DRUMS:
        return replace(drums, kit={}, grooves=(), fills=())
    if named.target is not Target.LANE:
        return drums
    gone = _lanes(drums, named)
    return replace(
        drums,
        kit={lane: piece for lane, piece in drums.kit.items() if lane not in gone},
        grooves=tuple(_grid_without(grid, gone) for grid in drums.grooves),
        fills=tuple(_grid_without(grid, gone) for grid in drums.fills),
    )


def _lanes(drums: StyleDrums, named: Named) -> list[str]:
    return [lane for lane, piece in drums.kit.items() if piece.sound.startswith(named.name)]


def _grid_without(grid: Grid, gone: list[str]) -> Grid:
    return Grid({lane: steps for lane, steps in grid.lanes.items() if lane not in gone})


def _with_instrument(style: Style, instrument: str) -> Style:
    """Let the part of the instrument's role play it; add a part where the style has none of that role."""
    if any(part.instrument == instrument for part in style.parts):
        return style
    role = _ROLE_OF_INSTRUMENT[instrument]
    place = next((place for place, part in enumerate(style.parts) if part.role is role), None)
    if role is Role.TEXTURE or place is None:
        return replace(style, parts=(*style.parts, _new_part(instrument, role)))
    part = style.parts[place]
    swapped = replace(
        part, instrument=instrument, patterns=_HELD if instrument in _SUSTAINED else part.patterns
    )
    return replace(style, parts=(*style.parts[:place], swapped, *style.parts[place + 1 :]))


def _new_part(instrument: str, role: Role) -> PartSpec:
    low, high = {Role.BASS: (29, 46), Role.CHORDS: (52, 76), Role.TEXTURE: (36, 96)}.get(role, (62, 84))
    return PartSpec(
        name=instrument,
        role=role,
        stem={Role.BASS: StemType.BASS, Role.LEAD: StemType.MELODY, Role.ARP: StemType.MELODY}.get(
            role, StemType.OTHER
        ),
        instrument=instrument,
        patterns=("R-----r---r-----",) if role is Role.BASS else _HELD,
        lowest=low,
        highest=high,
        gain_db=-20 if role is Role.TEXTURE else -3,
        reverb=0.2,
    )

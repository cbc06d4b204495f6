"""Bending a style to a prompt: instruments dropped and added."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from infinite_studio.engines.base import InvalidRequestError
from infinite_studio.engines.sketch.added_drums import drums_of, drums_with
from infinite_studio.engines.sketch.instruments import SUSTAINED, range_of, role_of
from infinite_studio.engines.sketch.part_reader import STEM_OF_ROLE
from infinite_studio.engines.sketch.prompt.instrument_words import Named, Target
from infinite_studio.engines.sketch.style import Grid, PartSpec, Role, Style, StyleDrums
from infinite_studio.music.stems import StemType

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


def only(style: Style, wanted: Sequence[Named]) -> Style:
    """Return the style with nothing but what is wanted, which is added where the style does not have it.

    Raises
    ------
    InvalidRequestError
        If nothing would be left to hear.
    """
    for named in wanted:
        style = with_added(style, named) or style
    drums = style.drums
    kept = [drum for named in wanted if named.target is Target.DRUM for drum in drums_of(drums, named.name)]
    if not any(named.target is Target.STEM and named.name == StemType.DRUMS for named in wanted):
        gone = [drum for drum in drums.kit if drum not in kept]
        drums = _kit_without(drums, gone)
    parts = tuple(
        replace(part, is_added=True)
        for part in style.parts
        if any(
            named.name in _names(part, named.target) for named in wanted if named.target is not Target.DRUM
        )
    )
    return without(replace(style, drums=drums, parts=parts), ())


def with_added(style: Style, named: Named) -> Style | None:
    """Return the style with an instrument that a prompt names; None where the style cannot play it."""
    if named.target is Target.INSTRUMENT:
        return _with_instrument(style, named.name)
    if named.target is Target.DRUM:
        drums = drums_with(style.drums, named.name)
        return None if drums is None else replace(style, drums=drums)
    if named.name == StemType.DRUMS:
        return replace(style, drums=replace(style.drums, optional=False)) if style.drums.kit else None
    return style if any(named.name in {part.stem, part.role} for part in style.parts) else None


def _parts_without(parts: tuple[PartSpec, ...], named: Named) -> tuple[PartSpec, ...]:
    if named.target is Target.DRUM:
        return parts
    return tuple(part for part in parts if named.name not in _names(part, named.target))


def _names(part: PartSpec, target: Target) -> tuple[str, ...]:
    return {Target.STEM: (part.stem,), Target.ROLE: (part.role,)}.get(target, (part.instrument, part.name))


def _drums_without(drums: StyleDrums, named: Named) -> StyleDrums:
    if named.target is Target.STEM and named.name == StemType.DRUMS:
        return replace(drums, kit={}, grooves=(), fills=())
    if named.target is not Target.DRUM:
        return drums
    return _kit_without(drums, drums_of(drums, named.name))


def _kit_without(drums: StyleDrums, gone: list[str]) -> StyleDrums:
    return replace(
        drums,
        kit={drum: piece for drum, piece in drums.kit.items() if drum not in gone},
        grooves=tuple(_grid_without(grid, gone) for grid in drums.grooves),
        fills=tuple(_grid_without(grid, gone) for grid in drums.fills),
    )


def _grid_without(grid: Grid, gone: list[str]) -> Grid:
    return replace(grid, rows={drum: steps for drum, steps in grid.rows.items() if drum not in gone})


def _with_instrument(style: Style, instrument: str) -> Style:
    """Let the part of the instrument's role play it; add a part where the style has none of that role."""
    if any(part.instrument == instrument for part in style.parts):
        parts = (replace(p, optional=p.optional and p.instrument != instrument) for p in style.parts)
        return replace(style, parts=tuple(parts))
    role = role_of(instrument)
    place = next((place for place, part in enumerate(style.parts) if part.role is role), None)
    if role is Role.TEXTURE or place is None:
        return replace(style, parts=(*style.parts, new_part(instrument)))
    part = style.parts[place]
    low, high = range_of(instrument)
    swapped = replace(
        part,
        instrument=instrument,
        patterns=_HELD if instrument in SUSTAINED else part.patterns,
        lowest=part.lowest if role is not Role.CHORDS else low,
        highest=part.highest if role is not Role.CHORDS else high,
        optional=False,
    )
    return replace(style, parts=(*style.parts[:place], swapped, *style.parts[place + 1 :]))


def for_melody(style: Style) -> Style:
    """Return the style with one lead alone in the melody stem, so that what plays a given melody is heard as it is.

    Other leads fall silent, arpeggios go to the other instruments; a style without a lead gets one.
    """
    lead = next((part for part in style.parts if part.role is Role.LEAD), None) or new_part("saw lead")
    parts = [
        replace(part, stem=StemType.OTHER) if part.stem is StemType.MELODY else part
        for part in style.parts
        if part.role is not Role.LEAD
    ]
    given = replace(lead, stem=StemType.MELODY, optional=False, is_added=True, glide=0.0)
    return replace(style, parts=(*parts, given))


def new_part(instrument: str) -> PartSpec:
    """Return a part for an instrument that a style does not have."""
    role = role_of(instrument)
    low, high = range_of(instrument)
    return PartSpec(
        name=instrument,
        role=role,
        stem=STEM_OF_ROLE[role],
        instrument=instrument,
        patterns={Role.BASS: ("R-----r---r-----",), Role.CHORDS: _HELD}.get(role, ()),
        lowest=low,
        highest=high,
        gain_db=-20 if role is Role.TEXTURE else -3,
        reverb=0.2,
        is_added=True,
    )

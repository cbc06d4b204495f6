"""The style as the prompt wants it: instruments dropped, added and freed for a given melody."""

from dataclasses import dataclass, replace

from infinite_studio.engines.sketch.customise import for_melody, only, with_added, without
from infinite_studio.engines.sketch.prompt.reading import PromptReading
from infinite_studio.engines.sketch.style import Style

_TRIPLET_FEEL = 0.33


@dataclass(frozen=True)
class Bent:
    """A style after bending, the chips for what was added, and the words that had no effect."""

    style: Style
    added: tuple[str, ...]
    without_effect: tuple[str, ...]


def bend(style: Style, reading: PromptReading, *, has_melody: bool) -> Bent:
    """Return the style as it will be played; parts and drums that are optional and not asked for are left out.

    Raises
    ------
    InvalidRequestError
        If nothing would be left to hear.
    """
    style = without(style, reading.dropped)
    added: dict[str, None] = {}
    impossible: dict[str, None] = {}
    for named, word in reading.added:
        bent = with_added(style, named) if named not in reading.dropped else None
        if bent is None:
            impossible[word] = None
        else:
            style = bent
            added[named.label] = None
    if reading.only:
        style = only(style, reading.only)
        added |= {f"only {' and '.join(named.label for named in reading.only)}": None}
    style = _swung(style, reading.swings)
    if has_melody:
        style = for_melody(style)
    parts = tuple(part for part in style.parts if not part.optional)
    drums = replace(style.drums, kit={}, grooves=(), fills=()) if style.drums.optional else style.drums
    return Bent(replace(style, parts=parts, drums=drums), tuple(added), tuple(impossible))


def _swung(style: Style, swings: bool | None) -> Style:
    """Return the style with at least a triplet feel, or straight, or as it is."""
    if swings is None:
        return style
    swing = max(style.tempo.swing, _TRIPLET_FEEL) if swings else 0.0
    return replace(style, tempo=replace(style.tempo, swing=swing))

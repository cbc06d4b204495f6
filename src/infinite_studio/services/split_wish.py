"""What a person wants of a split: which stems, what is left without them, how carefully; and the presets."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from infinite_studio.engines.streams import SplitOptions
from infinite_studio.errors import StudioError
from infinite_studio.music.stems import StemType

REST = "rest"
"""Name of what is left of the original without the chosen stems."""


class Care(StrEnum):
    """Quality or speed."""

    FAST = "fast"
    BALANCED = "balanced"
    BEST = "best"


_OPTIONS = {
    Care.FAST: SplitOptions(overlap=0.1),
    Care.BALANCED: SplitOptions(),
    Care.BEST: SplitOptions(shifts=2, overlap=0.5),
}


def care_of(options: SplitOptions) -> Care | None:
    """Return the care that gives these options, whichever stems are wanted; None where none does."""
    plain = replace(options, stem_types=())
    return next((care for care, known in _OPTIONS.items() if known == plain), None)


@dataclass(frozen=True)
class SplitWish:
    """What comes out of a split.

    Parameters
    ----------
    separator : str
        Registered name.
    stem_types : tuple of StemType
        The chosen stems; empty means all.
    keeps_stems : bool
        Whether the chosen stems themselves are wanted.
    keeps_rest : bool
        Whether the original minus the chosen stems is wanted: “minus one”, exact to the sample.
    care : Care
        Quality or speed; separators without a network know only one.
    """

    separator: str = "quick"
    stem_types: tuple[StemType, ...] = ()
    keeps_stems: bool = True
    keeps_rest: bool = False
    care: Care = Care.BALANCED

    @property
    def options(self) -> SplitOptions:
        """What the separator is told."""
        chosen = _OPTIONS[self.care]
        return SplitOptions(self.stem_types, chosen.shifts, chosen.overlap, chosen.segment_seconds)


def wish_values(wish: SplitWish) -> dict[str, Any]:
    """Return a wish as JSON values."""
    return {
        "separator": wish.separator,
        "stems": [stem.value for stem in wish.stem_types],
        "keeps_stems": wish.keeps_stems,
        "keeps_rest": wish.keeps_rest,
        "care": wish.care.value,
    }


def wish_from(values: Mapping[str, Any]) -> SplitWish:
    """Return the wish that `wish_values` described; raise `UnreadableWishError` where it is none."""
    try:
        return SplitWish(
            str(values["separator"]),
            tuple(StemType(stem) for stem in values["stems"]),
            keeps_stems=bool(values["keeps_stems"]),
            keeps_rest=bool(values["keeps_rest"]),
            care=Care(values["care"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableWishError from error


class UnreadableWishError(StudioError):
    """Values that describe no split that this version knows."""

    def __init__(self) -> None:
        super().__init__("What was to be split cannot be read any more.", hint="Ask for it again.")


@dataclass(frozen=True)
class Preset:
    """A split that people ask for by name; ``separator`` is only set where another one cannot do it."""

    name: str
    description: str
    stem_types: tuple[StemType, ...] = ()
    keeps_stems: bool = True
    keeps_rest: bool = False
    separator: str = field(default="")


ALL_STEMS = Preset("All stems", "Every stem becomes a track.")
PRESETS = (
    ALL_STEMS,
    Preset("Karaoke", "Everything but the vocals.", (StemType.VOCALS,), keeps_stems=False, keeps_rest=True),
    Preset("Acapella", "Only the vocals.", (StemType.VOCALS,)),
    Preset("No drums", "Everything but the drums.", (StemType.DRUMS,), keeps_stems=False, keeps_rest=True),
    Preset("Six stems", "Guitar and piano too.", separator="htdemucs_6s"),
)


def rest_label(stem_types: tuple[StemType, ...]) -> str:
    """Return how what is left is called, such as ``no vocals``."""
    return "no " + " or ".join(stem.value for stem in stem_types) if stem_types else REST


def rest_stems(label: str) -> tuple[StemType, ...]:
    """Return the stems that `rest_label` named; none where it is not such a label."""
    known = {stem.value: stem for stem in StemType}
    names = label.removeprefix("no ").split(" or ") if label.startswith("no ") else []
    return tuple(known[name] for name in names) if set(names) <= set(known) else ()


class UnknownPresetError(StudioError):
    """A preset that does not exist."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no preset called “{name}”.",
            hint=f"Choose one of: {', '.join(preset.name.lower() for preset in PRESETS)}.",
        )
        self.name = name


def preset_named(name: str) -> Preset:
    """Return a preset by its name, in any case; raise `UnknownPresetError` where there is none."""
    found = next((preset for preset in PRESETS if preset.name.lower() == name.strip().lower()), None)
    if found is None:
        raise UnknownPresetError(name)
    return found


def wish_of(
    separator: str,
    stem_types: tuple[StemType, ...] = (),
    preset: str = "",
    care: Care = Care.BALANCED,
    *,
    minus: bool = False,
) -> SplitWish:
    """Return the wish that a separator, stems and perhaps a preset make together; the preset comes first."""
    if not preset:
        return SplitWish(separator, stem_types, keeps_stems=not minus, keeps_rest=minus, care=care)
    found = preset_named(preset)
    return SplitWish(
        found.separator or separator,
        found.stem_types or stem_types,
        keeps_stems=found.keeps_stems,
        keeps_rest=found.keeps_rest or minus,
        care=care,
    )

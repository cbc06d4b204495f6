"""The published models."""

from dataclasses import dataclass

LICENCE = "CC-BY-NC 4.0 · not for sale"
REVISION = "audiocraft 1.3.0, decoder 1"


@dataclass(frozen=True)
class Variant:
    """One published model; ``name`` is that of the engine and of its weights."""

    name: str
    label: str
    description: str
    parameters: int
    hears_melodies: bool = False
    is_stereo: bool = False


def _variant(size: str, description: str, parameters: int) -> Variant:
    return Variant(
        name=f"musicgen-{size}",
        label=f"MusicGen {size.replace('-', ' ')}",
        description=description,
        parameters=parameters,
        hears_melodies="melody" in size,
        is_stereo="stereo" in size,
    )


VARIANTS = (
    _variant("small", "A network that makes music from words; the fastest.", 420_000_000),
    _variant("medium", "A network that makes music from words; richer and slower.", 1_820_000_000),
    _variant("large", "A network that makes music from words; for strong computers.", 3_250_000_000),
    _variant("melody", "A network that follows a tune and words.", 1_560_000_000),
    _variant("melody-large", "A network that follows a tune and words; for strong computers.", 3_250_000_000),
    _variant("stereo-small", "A network that makes stereo music from words; the fastest.", 430_000_000),
    _variant("stereo-medium", "A network that makes stereo music from words; richer and slower.", 1_830_000_000),
    _variant("stereo-large", "A network that makes stereo music from words; for strong computers.", 3_260_000_000),
    _variant("stereo-melody", "A network that follows a tune and words, in stereo.", 1_570_000_000),
    _variant("stereo-melody-large", "A network that follows a tune, in stereo; for strong computers.", 3_260_000_000),
)  # fmt: skip


def variant_named(name: str) -> Variant:
    """Return the model of that name."""
    return next(variant for variant in VARIANTS if variant.name == name)

"""Which models of the Demucs family there are, and what a person should know about each."""

from dataclasses import dataclass
from importlib.util import find_spec

from infinite_studio.engines.base import EngineInfo
from infinite_studio.music.stems import StemType

DRIVER_REVISION = "2"
LICENCE = "weights: MIT, trained on songs whose rights are their owners'"

_FOUR = (StemType.DRUMS, StemType.BASS, StemType.VOCALS, StemType.OTHER)
_SIX = (
    StemType.DRUMS,
    StemType.BASS,
    StemType.VOCALS,
    StemType.GUITAR,
    StemType.PIANO,
    StemType.OTHER,
)


@dataclass(frozen=True)
class DemucsModel:
    """One model: ``needs_package`` must be installed for its compressed weights to be read."""

    name: str
    label: str
    description: str
    stem_types: tuple[StemType, ...] = _FOUR
    needs_package: str = ""

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""
        return EngineInfo(
            name=self.name,
            label=self.label,
            description=self.description,
            licence=LICENCE,
            revision=f"demucs 4.1.0 {self.name} {DRIVER_REVISION}",
            needs_weights=True,
        )

    @property
    def is_usable(self) -> bool:
        """Whether everything but the weights is installed."""
        return not self.needs_package or find_spec(self.needs_package) is not None


MODELS = (
    DemucsModel("htdemucs", "HTDemucs", "Clean stems; the best choice for most songs."),
    DemucsModel(
        "htdemucs_ft", "HTDemucs fine-tuned", "A little cleaner than HTDemucs and four times as slow."
    ),
    DemucsModel(
        "htdemucs_6s",
        "HTDemucs six stems",
        "Guitar and piano become stems of their own; the piano is rough.",
        _SIX,
    ),
    DemucsModel(
        "hdemucs_mmi", "Hybrid Demucs", "The older hybrid model; another colour of the same four stems."
    ),
    DemucsModel("mdx", "Demucs MDX", "Four older models together; slow."),
    DemucsModel(
        "mdx_extra", "Demucs MDX extra", "Four older models that were trained with more songs; slow."
    ),
    DemucsModel(
        "mdx_q", "Demucs MDX, compressed", "Like Demucs MDX with smaller files.", needs_package="diffq"
    ),
    DemucsModel(
        "mdx_extra_q",
        "Demucs MDX extra, compressed",
        "Like Demucs MDX extra with smaller files.",
        needs_package="diffq",
    ),
)
"""In the order to show them, the default first.

The compressed models need the package ``diffq`` to be unpacked. It is not part of the studio: its licence (CC BY-NC 4.0)
forbids commercial use, and it comes as source that needs a compiler. Where a person has installed it, they are offered.
"""


def usable_models() -> tuple[DemucsModel, ...]:
    """Return the models that can run here once their weights are there."""
    if find_spec("demucs") is None or find_spec("torch") is None:
        return ()
    return tuple(model for model in MODELS if model.is_usable)


def missing_package(name: str) -> str:
    """Return the package without which a model's weights cannot be unpacked here; empty where none is missing."""
    model = next((model for model in MODELS if model.name == name), None)
    return "" if model is None or model.is_usable else model.needs_package

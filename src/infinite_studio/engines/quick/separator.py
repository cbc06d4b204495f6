"""`quick`: a rough split into four stems by signal processing, with no weights."""

from infinite_studio.engines.base import EngineInfo
from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.masked import MaskedSeparator
from infinite_studio.engines.quick.masks import Mask, Spectra
from infinite_studio.engines.quick.stream import quick_masks
from infinite_studio.music.stems import StemType


class QuickSeparator(MaskedSeparator):
    """Splits by what is short or steady, low or high, in the middle or at the sides; no network, no weights."""

    stage = "Splitting into stems"

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""
        return EngineInfo(
            name="quick",
            label="quick · rough split",
            description=(
                "Signal processing, no weights: harmonic/percussive and mid/side filtering; "
                "a rough split in seconds, with audible bleed between stems."
            ),
            licence="as the source",
            revision="2",
        )

    @property
    def stem_types(self) -> tuple[StemType, ...]:
        """Drums, bass, vocals and everything else."""
        return (StemType.DRUMS, StemType.BASS, StemType.VOCALS, StemType.OTHER)

    def masks(self, spectra: Spectra, geometry: Geometry) -> tuple[Mask, ...]:
        """Return the masks of drums, bass and vocals."""
        return quick_masks(spectra, geometry)

"""`drum-kit`: a second pass that takes a drum stem apart into kick, snare and hats; a rough split too."""

import numpy as np

from infinite_studio.engines.base import EngineInfo
from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.masked import MaskedSeparator
from infinite_studio.engines.quick.masks import Mask, Spectra, below
from infinite_studio.music.stems import StemType

_KICK_HZ = (110.0, 240.0)
_CLICK_HZ = (1_500.0, 4_000.0)
_HATS_HZ = (3_500.0, 8_000.0)
_TINY = 1e-12


class DrumKitSeparator(MaskedSeparator):
    """Splits drums by register, and gives a hit's middle to the kick where its bottom is the strongest."""

    stage = "Taking the drums apart"

    @property
    def info(self) -> EngineInfo:
        """What a person should know about it."""
        return EngineInfo(
            name="drum-kit",
            label="drum kit · second pass",
            description=(
                "For a drum stem: kick, snare and hats by signal processing, no weights; "
                "a rough split, toms go to the snare."
            ),
            licence="as the source",
            revision="1",
        )

    @property
    def stem_types(self) -> tuple[StemType, ...]:
        """Kick, hats, and the snare with everything else."""
        return (StemType.KICK, StemType.HATS, StemType.SNARE)

    def masks(self, spectra: Spectra, geometry: Geometry) -> tuple[Mask, ...]:
        """Return the masks of kick and hats."""
        return kit_masks(spectra, geometry)


def kit_masks(spectra: Spectra, geometry: Geometry) -> tuple[Mask, ...]:
    """Return the masks of kick and hats; the snare is whatever they leave."""
    power = np.square(np.abs(spectra)).mean(axis=1)
    bottom = np.asarray(below(geometry.bins_hz, *_KICK_HZ), np.float32)
    clicks = np.asarray(below(geometry.bins_hz, *_CLICK_HZ), np.float32) - bottom
    top = 1 - np.asarray(below(geometry.bins_hz, *_HATS_HZ), np.float32)
    low, middle = power @ bottom, power @ np.maximum(clicks, 0.0)
    share = np.square(low) / (np.square(low) + 16 * np.square(middle) + _TINY)
    kick = bottom + share[:, np.newaxis] * np.maximum(clicks, 0.0)
    hats = np.broadcast_to(top, power.shape) * (1 - kick)
    return np.asarray(kick, np.float32), np.asarray(hats, np.float32)

"""How much of every bin goes to which stem: soft masks between 0 and 1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.quick.geometry import Geometry
from infinite_studio.engines.quick.medians import median_along_bins, median_along_windows

Spectra = NDArray[np.complex64]
"""Array ``(windows, channels, bins)``."""
Mask = NDArray[np.float32]
"""Array ``(windows, bins)``."""

TIME_MEDIAN_WINDOWS = 31
_BAND_MEDIAN_BINS = 31
_TINY = 1e-12


@dataclass(frozen=True)
class Masks:
    """The masks of three stems; the fourth stem is whatever they leave."""

    drums: Mask
    bass: Mask
    vocals: Mask


def stem_masks(spectra: Spectra, geometry: Geometry) -> Masks:
    """Return the masks of one passage of sound.

    Drums: short and wide-band (median filtering after Fitzgerald 2010, as a Wiener gain). Bass: the rest
    below about 200 Hz. Vocals: of what then remains, what all channels have in common (similarity after Avendano and
    Jot 2004) between about 200 Hz and 8 kHz.
    """
    power = np.square(np.abs(spectra)).mean(axis=1)
    magnitudes = np.sqrt(power)
    steady = np.square(median_along_windows(magnitudes, TIME_MEDIAN_WINDOWS))
    wide = np.square(median_along_bins(magnitudes, _BAND_MEDIAN_BINS))
    drums = ((wide + _TINY / 2) / (steady + wide + _TINY)).astype(np.float32)
    tonal = 1 - drums
    bass = tonal * _below(geometry.bins_hz, 150.0, 250.0)
    voice_band = _below(geometry.bins_hz, 6_000.0, 9_000.0)
    vocals = (tonal - bass) * voice_band * _centre(spectra, power)
    return Masks(drums, bass, vocals)


def _below(bins_hz: NDArray[np.float64], full_hz: float, none_hz: float) -> Mask:
    """Return 1 up to ``full_hz`` falling to 0 at ``none_hz``, smooth in pitch."""
    place = np.log(np.maximum(bins_hz, 1.0) / full_hz) / np.log(none_hz / full_hz)
    return (0.5 + 0.5 * np.cos(np.pi * np.clip(place, 0.0, 1.0))).astype(np.float32)


def _centre(spectra: Spectra, power: NDArray[np.float32]) -> Mask:
    """Return how far the channels agree: 1 where all are the same, 0 where they are unrelated."""
    n_channels = spectra.shape[1]
    if n_channels == 1:
        return np.full(power.shape, 0.5, np.float32)
    together = np.square(np.abs(spectra.sum(axis=1))) / (power * n_channels + _TINY)
    return np.clip((together - 1) / (n_channels - 1), 0.0, 1.0).astype(np.float32)

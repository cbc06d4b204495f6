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

_STEADY_WINDOWS = 21
_WIDE_BINS = 31
_WIDE_LOW_BINS = 7
_LOW_HZ = 300.0
_HELD_WINDOWS = 87
_BASS_HZ = (150.0, 250.0)
_DEEP_HZ = (90.0, 130.0)
_VOICE_TOP_HZ = (6_000.0, 9_000.0)
_TINY = 1e-12


@dataclass(frozen=True)
class Masks:
    """The masks of three stems; the fourth stem is whatever they leave."""

    drums: Mask
    bass: Mask
    vocals: Mask


def context_windows(n_channels: int) -> int:
    """Return how many windows before and after a passage its masks depend on."""
    return (_HELD_WINDOWS if n_channels == 1 else _STEADY_WINDOWS) // 2


def stem_masks(spectra: Spectra, geometry: Geometry) -> Masks:
    """Return the masks of one passage of sound; together with what they leave they sum to one.

    Drums: short and wide-band (median filtering after Fitzgerald 2010, as a Wiener gain). Bass: of the rest, what
    lies below about 200 Hz; of several channels, from about 110 Hz on, only what is the same in all of them, because
    basses are mixed into the middle and the low end of double-tracked guitars is not. Vocals: of what then remains below about 7 kHz, what all
    channels have in common (similarity after Avendano and Jot 2004) or, in mono, what is not held for a second (after
    Tachibana et al. 2010).
    """
    power = np.square(np.abs(spectra)).mean(axis=1)
    magnitudes = np.sqrt(power)
    drums = _short_and_wide(magnitudes, geometry)
    tonal = 1 - drums
    low = below(geometry.bins_hz, *_BASS_HZ)
    if spectra.shape[1] == 1:
        voice_like, bass = _moving(magnitudes), tonal * low
    else:
        voice_like, deep = _centred(spectra, power), below(geometry.bins_hz, *_DEEP_HZ)
        bass = tonal * (deep + (low - deep) * np.square(voice_like))
    vocals = (tonal - bass) * below(geometry.bins_hz, *_VOICE_TOP_HZ) * voice_like
    return Masks(drums, bass, vocals)


def _short_and_wide(magnitudes: Mask, geometry: Geometry) -> Mask:
    """Return 1 for what is short and wide-band, 0 for what is steady and narrow."""
    wide = median_along_bins(magnitudes, _WIDE_BINS)
    # A bass drum is wide for its register, yet no wider than a few bins.
    n_low = int(_LOW_HZ * geometry.window_frames / geometry.sample_rate)
    wide[:, :n_low] = median_along_bins(magnitudes[:, : n_low + _WIDE_LOW_BINS], _WIDE_LOW_BINS)[:, :n_low]
    return _share(wide, median_along_windows(magnitudes, _STEADY_WINDOWS))


def _moving(magnitudes: Mask) -> Mask:
    """Return 0 for what is held for over a second, such as chords, and 1 for what moves, such as a tune."""
    held = median_along_windows(magnitudes, _HELD_WINDOWS)
    return _share(np.maximum(magnitudes - held, 0.0), held)


def _centred(spectra: Spectra, power: Mask) -> Mask:
    """Return how far the channels agree: 1 where all are the same, 0 where they are unrelated."""
    n_channels = spectra.shape[1]
    together = np.square(np.abs(spectra.sum(axis=1))) / (power * n_channels + _TINY)
    agreement = np.clip((together - 1) / (n_channels - 1), 0.0, 1.0)
    return np.asarray(np.square(agreement), np.float32)


def _share(wanted: Mask, rest: Mask) -> Mask:
    """Return the Wiener gain of one magnitude beside another."""
    power = np.square(wanted) + _TINY / 2
    return np.asarray(power / (power + np.square(rest) + _TINY / 2), np.float32)


def below(bins_hz: NDArray[np.float64], full_hz: float, none_hz: float) -> Mask:
    """Return 1 up to ``full_hz`` falling to 0 at ``none_hz``, smooth in pitch."""
    place = np.log(np.maximum(bins_hz, 1.0) / full_hz) / np.log(none_hz / full_hz)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip(place, 0.0, 1.0)), np.float32)

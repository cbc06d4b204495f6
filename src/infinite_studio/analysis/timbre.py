"""What a sound is made of: its spectrum in mel bands, as few numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infinite_studio.analysis.excerpts import ANALYSIS_RATE, Mono
from infinite_studio.analysis.onsets import spectrum_blocks
from infinite_studio.progress import Progress

N_COEFFICIENTS = 20
FRAME_SECONDS = 2_048 / ANALYSIS_RATE

_WINDOW_FRAMES, _HOP_FRAMES = 2_048, 2_048
_N_BANDS = 40
_LOWEST_HZ, _HIGHEST_HZ = 40.0, 10_000.0
_FLOOR = 1e-5
_LOW_HZ = 150.0

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Timbre:
    """The spectrum of a sound, one row each 93 ms.

    Parameters
    ----------
    coefficients : ndarray of float32, shape (rows, 20)
        Mel-frequency cepstral coefficients; the first one is the level.
    centre_hz : ndarray of float32, shape (rows,)
        Centre of gravity of the magnitudes; 0 in silence.
    magnitude : ndarray of float32, shape (rows,)
        Sum of the magnitudes: the weight of each row.
    low_share : ndarray of float32, shape (rows,)
        Share of the power below 150 Hz.
    """

    coefficients: Rows
    centre_hz: Rows
    magnitude: Rows
    low_share: Rows

    def without_last_row(self) -> "Timbre":
        """Return everything but the last row."""
        return Timbre(self.coefficients[:-1], self.centre_hz[:-1], self.magnitude[:-1], self.low_share[:-1])


def timbre_of(mono: Mono, progress: Progress) -> Timbre:
    """Measure the spectrum of a passage.

    Parameters
    ----------
    mono : ndarray of float32, shape (frames,)
        At `ANALYSIS_RATE`.
    progress : Progress
        Told the share that is done; may cancel.

    Returns
    -------
    Timbre
        One row each 2,048 frames.

    Notes
    -----
    Mel scale of O'Shaughnessy 1987, 40 triangular bands, logarithm, discrete cosine transform
    (Davis and Mermelstein 1980).
    """
    hz = np.fft.rfftfreq(_WINDOW_FRAMES, 1 / ANALYSIS_RATE).astype(np.float32)
    bands, cosines = _mel_bands(hz), _cosines()
    rows: list[tuple[Rows, ...]] = []
    for block in spectrum_blocks(mono, _WINDOW_FRAMES, _HOP_FRAMES, progress):
        power = np.square(block)
        total = block.sum(axis=1)
        low = power[:, hz < _LOW_HZ].sum(axis=1) / np.maximum(power.sum(axis=1), 1e-12)
        cepstrum = np.log10(block @ bands + _FLOOR) @ cosines
        rows.append((cepstrum, block @ hz / np.maximum(total, 1e-9), total, low))
    return Timbre(*(np.concatenate(column).astype(np.float32) for column in zip(*rows, strict=True)))


def joined_timbre(parts: list[Timbre]) -> Timbre:
    """Return passages, one after the other, as one.

    Parameters
    ----------
    parts : list of Timbre
        At least one.

    Returns
    -------
    Timbre
        Their rows in order.
    """
    return Timbre(
        np.concatenate([part.coefficients for part in parts]),
        np.concatenate([part.centre_hz for part in parts]),
        np.concatenate([part.magnitude for part in parts]),
        np.concatenate([part.low_share for part in parts]),
    )


def _mel_bands(hz: Rows) -> Rows:
    """Return triangular filters ``(bins, bands)`` of area one, evenly spaced in mel."""
    low, high = (2_595 * np.log10(1 + f / 700) for f in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, _N_BANDS + 2) / 2_595) - 1)
    rising = (hz[:, np.newaxis] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hz[:, np.newaxis]) / (edges[2:] - edges[1:-1])
    shapes = np.maximum(np.minimum(rising, falling), 0.0)
    return np.asarray(shapes / np.maximum(shapes.sum(axis=0), 1e-9), np.float32)


def _cosines() -> Rows:
    place = (np.arange(_N_BANDS) + 0.5) * np.pi / _N_BANDS
    matrix = np.cos(place[:, np.newaxis] * np.arange(N_COEFFICIENTS)) * np.sqrt(2 / _N_BANDS)
    return np.asarray(matrix, np.float32)

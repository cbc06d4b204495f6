"""The frequency weighting of ITU-R BS.1770, for sound that comes in blocks; NumPy only, so that it starts at once."""

import numpy as np
from numpy.typing import NDArray

_SHELF_GAIN_DB, _SHELF_QUALITY, _SHELF_HZ = 3.99984385397, 0.7071752369554193, 1681.9744509555319
_SHELF_SLOPE = 0.499666774155
_PASS_QUALITY, _PASS_HZ = 0.5003270373253953, 38.13547087613982
_RESPONSE_SECONDS = 0.1
_LARGEST_BLOCK_TAPS = 8

Frames = NDArray[np.float32]


class KWeighting:
    """Filters blocks of any length as one continuous sound.

    Parameters
    ----------
    sample_rate : int
        Of the blocks, Hz.
    n_channels : int
        Channels of every block.

    Notes
    -----
    The two filters of BS.1770-4 (a shelf and a high-pass, designed for any rate after De Man 2014) as one impulse
    response of 0.1 s, by which time it has fallen below −200 dB, applied by overlap-add.
    """

    def __init__(self, sample_rate: int, n_channels: int) -> None:
        taps = impulse_response(sample_rate)
        self._n_taps = taps.size
        self._size = 1 << int(np.ceil(np.log2(_LARGEST_BLOCK_TAPS * taps.size)))
        self._spectrum = np.fft.rfft(taps, self._size).astype(np.complex64)[:, np.newaxis]
        self._tail = np.zeros((taps.size - 1, n_channels), np.float32)

    def process(self, block: Frames) -> Frames:
        """Return as many frames as were given, shape ``(frames, channels)``."""
        room = self._size - self._n_taps + 1
        pieces = [self._piece(block[start : start + room]) for start in range(0, len(block), room)]
        return np.concatenate(pieces) if pieces else np.zeros_like(block)

    def _piece(self, piece: Frames) -> Frames:
        spectrum = np.fft.rfft(piece, self._size, axis=0) * self._spectrum
        result = np.fft.irfft(spectrum, self._size, axis=0).astype(np.float32)
        result[: len(self._tail)] += self._tail
        self._tail = result[len(piece) : len(piece) + self._n_taps - 1].copy()
        return np.asarray(result[: len(piece)])


def impulse_response(sample_rate: int) -> NDArray[np.float64]:
    """Return what the weighting makes of a single impulse.

    Parameters
    ----------
    sample_rate : int
        Hz.

    Returns
    -------
    ndarray of float64, shape (taps,)
        Its first 0.1 s.
    """
    n_taps = int(_RESPONSE_SECONDS * sample_rate)
    size = 1 << int(np.ceil(np.log2(4 * n_taps)))
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones_like(z)
    for numerator, denominator in (_shelf(sample_rate), _high_pass(sample_rate)):
        response *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return np.asarray(np.fft.irfft(response, size)[:n_taps])


def _shelf(sample_rate: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    k = np.tan(np.pi * _SHELF_HZ / sample_rate)
    high = 10 ** (_SHELF_GAIN_DB / 20)
    middle = high**_SHELF_SLOPE * k / _SHELF_QUALITY
    scale = 1 + k / _SHELF_QUALITY + k * k
    numerator = (high + middle + k * k, 2 * (k * k - high), high - middle + k * k)
    denominator = (scale, 2 * (k * k - 1), 1 - k / _SHELF_QUALITY + k * k)
    return tuple(b / scale for b in numerator), tuple(a / scale for a in denominator)


def _high_pass(sample_rate: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    k = np.tan(np.pi * _PASS_HZ / sample_rate)
    scale = 1 + k / _PASS_QUALITY + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / scale, (1 - k / _PASS_QUALITY + k * k) / scale)

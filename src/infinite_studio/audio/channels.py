"""From any number of channels to two."""

import math

import numpy as np

from infinite_studio.audio.audio import Samples

_SIDE = math.sqrt(0.5)
# Weights of left and right for layouts in the order of WAVE_FORMAT_EXTENSIBLE:
# FL FR FC [LFE] BL BR [SL SR]; the low-frequency channel is left out as in ITU-R BS.775.
_LAYOUTS: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {
    3: ((1, 0, _SIDE), (0, 1, _SIDE)),
    5: ((1, 0, _SIDE, _SIDE, 0), (0, 1, _SIDE, 0, _SIDE)),
    6: ((1, 0, _SIDE, 0, _SIDE, 0), (0, 1, _SIDE, 0, 0, _SIDE)),
    8: ((1, 0, _SIDE, 0, _SIDE, 0, _SIDE, 0), (0, 1, _SIDE, 0, 0, _SIDE, 0, _SIDE)),
}


def to_stereo(samples: Samples) -> Samples:
    """Return two channels of any number of channels.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, channels)
        One channel is heard on both sides. Three, five, six (5.1) and eight (7.1) channels are mixed
        down as surround sound; any other number puts channels 1, 3, 5 … left and 2, 4, 6 … right.

    Returns
    -------
    ndarray of float32, shape (frames, 2)
        Weights sum to one on each side, so that it is never louder than the loudest channel.
        Two channels come back unchanged, not copied.

    Notes
    -----
    Weights of ITU-R BS.775 (centre and surround −3 dB, no low-frequency channel), scaled to sum to one.
    """
    channels = samples.shape[1]
    if channels == 2:
        return samples
    if channels == 1:
        return np.repeat(samples, 2, axis=1)
    return np.ascontiguousarray(samples @ _weights(channels))


def _weights(channels: int) -> Samples:
    matrix = np.zeros((channels, 2), np.float32)
    if channels in _LAYOUTS:
        matrix[:, 0], matrix[:, 1] = _LAYOUTS[channels]
    else:
        matrix[0::2, 0] = 1.0
        matrix[1::2, 1] = 1.0
    return np.asarray(matrix / matrix.sum(axis=0), np.float32)

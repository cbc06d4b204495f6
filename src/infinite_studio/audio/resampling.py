"""From one sample rate to another."""

import numpy as np

from infinite_studio.audio.audio import Audio, Samples

_QUALITY = "VHQ"


def resampled_length(n_frames: int, from_rate: int, to_rate: int) -> int:
    """Return how many frames a sound has after resampling: the nearest whole number, at least one."""
    return max(1, (2 * n_frames * to_rate + from_rate) // (2 * from_rate))


class StreamResampler:
    """Resamples block by block; the blocks of any cutting add up to the same sound.

    Parameters
    ----------
    n_channels : int
        Channels of every block.
    from_rate, to_rate : int
        Frames per second before and after, Hz.
    """

    def __init__(self, n_channels: int, from_rate: int, to_rate: int) -> None:
        import soxr

        self._from_rate = from_rate
        self._to_rate = to_rate
        self._taken = 0
        self._given = 0
        self._stream = (
            None
            if from_rate == to_rate
            else soxr.ResampleStream(from_rate, to_rate, n_channels, dtype="float32", quality=_QUALITY)
        )

    def process(self, block: Samples, last: bool = False) -> Samples:
        """Return the frames that are ready after this block.

        Parameters
        ----------
        block : ndarray of float32, shape (frames, channels)
            The next frames; may be empty.
        last : bool
            Whether this was the end: everything left is returned, and the total becomes
            `resampled_length` of all frames given.

        Returns
        -------
        ndarray of float32, shape (any, channels)
            Often shorter than expected at first; the filter looks ahead.
        """
        if self._stream is None:
            return block
        self._taken += block.shape[0]
        ready: Samples = self._stream.resample_chunk(np.ascontiguousarray(block), last=last)
        if last and self._taken:
            ready = self._exact(ready)
        self._given += ready.shape[0]
        return ready

    def _exact(self, ready: Samples) -> Samples:
        missing = resampled_length(self._taken, self._from_rate, self._to_rate) - self._given
        if ready.shape[0] >= missing:
            return ready[:missing]
        return np.concatenate([ready, np.zeros((missing - ready.shape[0], ready.shape[1]), np.float32)])


def resample(audio: Audio, sample_rate: int) -> Audio:
    """Return the sound at another sample rate.

    Parameters
    ----------
    audio : Audio
        Any number of channels.
    sample_rate : int
        Frames per second of the result, Hz.

    Returns
    -------
    Audio
        Exactly `resampled_length` frames, in phase with the original; the same object where nothing changes.

    Raises
    ------
    InvalidAudioError
        If the rate is not usable.

    Notes
    -----
    Band-limited by libsoxr at its very high quality (28 bits).
    """
    if sample_rate == audio.sample_rate:
        return audio
    stream = StreamResampler(audio.n_channels, audio.sample_rate, sample_rate)
    return Audio(np.array(stream.process(audio.samples, last=True), np.float32), sample_rate)

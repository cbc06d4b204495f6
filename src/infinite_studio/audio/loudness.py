"""Loudness as broadcasters measure it, at constant memory."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.channels import to_stereo
from infinite_studio.audio.k_weighting import KWeighting
from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.progress import Progress

_BLOCK_FRAMES = 1 << 18
_LOWEST_OWN_RATE = 44_100
_WORK_RATE = 48_000
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_RANGE_GATE_LU = -20.0
_RANGE_PERCENTILES = (10.0, 95.0)
_OFFSET = -0.691
_STEPS_PER_BLOCK = 4
_STEPS_PER_SHORT_TERM = 30
_STEP_SECONDS = 0.1
_SURROUND_WEIGHTS = {5: (1.0, 1.0, 1.0, 1.41, 1.41), 6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)}


class LoudnessMeter:
    """Measures loudness block by block.

    Parameters
    ----------
    sample_rate : int
        Of the blocks, Hz.

    Notes
    -----
    BS.1770-4 gives its filters for 48 kHz and wants the same response at any other rate. Sound below 44.1 kHz is resampled to
    48 kHz: filters designed for low rates by the bilinear transform are up to 0.1 LU off at 16 kHz and 0.26 LU at 8 kHz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._from_rate = sample_rate
        self._rate = sample_rate if sample_rate >= _LOWEST_OWN_RATE else _WORK_RATE
        self._step_frames = round(self._rate * _STEP_SECONDS)
        self._resampler: StreamResampler | None = None
        self._weighting = KWeighting(self._rate, 2)
        self._rest: Samples = np.zeros((0, 2), np.float32)
        self._powers: list[NDArray[np.float64]] = []

    def add(self, block: Samples, last: bool = False) -> None:
        """Take the next frames, shape ``(any, channels)``; ``last`` marks the end."""
        weights = _SURROUND_WEIGHTS.get(block.shape[1])
        heard = to_stereo(block) if weights is None else block
        if self._resampler is None:
            self._open(heard.shape[1])
        assert self._resampler is not None
        filtered = self._weighting.process(self._resampler.process(heard, last=last))
        joined = np.concatenate([self._rest, filtered])
        steps = len(joined) // self._step_frames
        whole = joined[: steps * self._step_frames].reshape(steps, self._step_frames, joined.shape[1])
        powers = np.square(whole, dtype=np.float64).mean(axis=1)
        self._powers.append(
            powers @ np.ones(powers.shape[1]) if weights is None else powers @ np.array(weights)
        )
        self._rest = joined[steps * self._step_frames :]

    def integrated_lufs(self) -> float | None:
        """Return the gated loudness of everything so far; None for silence or less than 0.4 s."""
        power = self._window_powers(_STEPS_PER_BLOCK)
        loud = power[power > _power_of(_ABSOLUTE_GATE_LUFS)]
        if not len(loud):
            return None
        gate = _power_of(_lufs_of(float(loud.mean())) + _RELATIVE_GATE_LU)
        return _lufs_of(float(loud[loud > gate].mean()))

    def range_lu(self) -> float | None:
        """Return the loudness range of everything so far; None for silence or less than 3 s.

        Notes
        -----
        EBU Tech 3342: short-term loudness of 3 s every 0.1 s, gated at −70 LUFS and 20 LU below its mean; from the
        10th to the 95th percentile.
        """
        power = self._window_powers(_STEPS_PER_SHORT_TERM)
        loud = power[power > _power_of(_ABSOLUTE_GATE_LUFS)]
        if not len(loud):
            return None
        gate = _power_of(_lufs_of(float(loud.mean())) + _RANGE_GATE_LU)
        low, high = np.percentile(loud[loud >= gate], _RANGE_PERCENTILES)
        return _lufs_of(float(high)) - _lufs_of(float(low))

    def curve_lufs(self, n_steps: int) -> tuple[float, ...]:
        """Return loudness over time in at most so many equal steps, never below −70 LUFS."""
        steps = np.concatenate(self._powers) if self._powers else np.zeros(0)
        pieces = np.array_split(steps, min(n_steps, len(steps))) if len(steps) else []
        floor = _power_of(_ABSOLUTE_GATE_LUFS)
        return tuple(round(_lufs_of(max(float(piece.mean()), floor)), 1) for piece in pieces)

    def _open(self, n_channels: int) -> None:
        self._resampler = StreamResampler(n_channels, self._from_rate, self._rate)
        self._weighting = KWeighting(self._rate, n_channels)
        self._rest = np.zeros((0, n_channels), np.float32)

    def _window_powers(self, n_steps: int) -> NDArray[np.float64]:
        """Return the mean power of each window of so many steps; none where there are fewer."""
        steps = np.concatenate(self._powers) if self._powers else np.zeros(0)
        if len(steps) < n_steps:
            return np.zeros(0)
        return np.convolve(steps, np.full(n_steps, 1 / n_steps), "valid")


class TruePeakMeter:
    """Finds the largest magnitude between the samples, too, block by block.

    Parameters
    ----------
    sample_rate : int
        Of the blocks, Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._resampler = StreamResampler(2, sample_rate, 4 * sample_rate)
        self._peak = 0.0

    def add(self, block: Samples, last: bool = False) -> None:
        """Take the next frames, shape ``(any, channels)``; ``last`` marks the end."""
        stereo = to_stereo(block)
        between = self._resampler.process(stereo, last)
        self._peak = max(self._peak, _largest(stereo), _largest(between))

    def dbtp(self) -> float | None:
        """Return the true peak of everything so far in dBTP; None for silence."""
        return 20.0 * math.log10(self._peak) if self._peak > 0.0 else None


def _largest(block: Samples) -> float:
    return max(float(block.max()), -float(block.min())) if len(block) else 0.0


def _power_of(lufs: float) -> float:
    return float(10.0 ** ((lufs - _OFFSET) / 10.0))


def _lufs_of(power: float) -> float:
    return _OFFSET + 10.0 * math.log10(power)


def _blocks(audio: Audio, progress: Progress | None) -> Iterator[tuple[Samples, bool]]:
    for start in range(0, audio.n_frames, _BLOCK_FRAMES):
        if progress is not None:
            progress.report(start / audio.n_frames, "Measuring loudness")
        yield audio.samples[start : start + _BLOCK_FRAMES], start + _BLOCK_FRAMES >= audio.n_frames


def integrated_loudness(audio: Audio, progress: Progress | None = None) -> float | None:
    """Return the integrated loudness in LUFS.

    Parameters
    ----------
    audio : Audio
        Any length; one channel counts as heard on both sides, five and six are weighted as surround, others mixed down.
    progress : Progress
        Told every few seconds of sound.

    Returns
    -------
    float or None
        None for silence (all of it below −70 LUFS) or less than 0.4 s.

    Notes
    -----
    ITU-R BS.1770-4: K-weighting, blocks of 400 ms every 100 ms, absolute and relative gate.
    """
    meter = LoudnessMeter(audio.sample_rate)
    for block, last in _blocks(audio, progress):
        meter.add(block, last)
    return meter.integrated_lufs()


def true_peak_dbtp(audio: Audio, progress: Progress | None = None) -> float | None:
    """Return the true peak in dBTP: the largest magnitude between the samples, too.

    Parameters
    ----------
    audio : Audio
        Any length; more than two channels are mixed down.
    progress : Progress
        Told every few seconds of sound.

    Returns
    -------
    float or None
        None for silence.

    Notes
    -----
    Four times oversampled as in ITU-R BS.1770-4, annex 2; never below the sample peak.
    """
    meter = TruePeakMeter(audio.sample_rate)
    for block, last in _blocks(audio, progress):
        meter.add(block, last)
    return meter.dbtp()

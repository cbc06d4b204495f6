"""Loudness as broadcasters measure it, at constant memory."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.channels import to_stereo
from infinite_studio.audio.resampling import StreamResampler
from infinite_studio.progress import Progress

_BLOCK_FRAMES = 1 << 18
_MIN_RATE = 16_000
_WORK_RATE = 48_000
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET = -0.691
_STEPS_PER_BLOCK = 4
_STEP_SECONDS = 0.1
# Gain in dB, quality and frequency of the two filters whose response at 48 kHz is the table of BS.1770.
_SHELF = (3.99984385397, 0.7071752369554193, 1681.9744509555319, "high_shelf_DeMan")
_HIGH_PASS = (0.0, 0.5003270373253953, 38.13547087613982, "high_pass_DeMan")


class LoudnessMeter:
    """Measures integrated loudness block by block.

    Parameters
    ----------
    sample_rate : int
        Of the blocks, Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        rate = sample_rate if sample_rate >= _MIN_RATE else _WORK_RATE
        self._resampler = StreamResampler(2, sample_rate, rate)
        self._stages = [_Stage(rate, shape) for shape in (_SHELF, _HIGH_PASS)]
        self._step_frames = round(rate * _STEP_SECONDS)
        self._rest = np.zeros((0, 2))
        self._powers: list[NDArray[np.float64]] = []

    def add(self, block: Samples, last: bool = False) -> None:
        """Take the next frames, shape ``(any, channels)``; ``last`` marks the end."""
        weighted = self._resampler.process(to_stereo(block), last=last).astype(np.float64)
        for stage in self._stages:
            weighted = stage.filtered(weighted)
        joined = np.concatenate([self._rest, weighted])
        steps = len(joined) // self._step_frames
        whole = joined[: steps * self._step_frames].reshape(steps, self._step_frames * 2)
        self._powers.append(np.square(whole).sum(axis=1) / self._step_frames)
        self._rest = joined[steps * self._step_frames :]

    def integrated_lufs(self) -> float | None:
        """Return the gated loudness of everything so far; None for silence or less than 0.4 s."""
        steps = np.concatenate(self._powers) if self._powers else np.zeros(0)
        if len(steps) < _STEPS_PER_BLOCK:
            return None
        power = np.convolve(steps, np.full(_STEPS_PER_BLOCK, 1 / _STEPS_PER_BLOCK), "valid")
        loud = power[power > _power_of(_ABSOLUTE_GATE_LUFS)]
        if not len(loud):
            return None
        gate = _power_of(_lufs_of(float(loud.mean())) + _RELATIVE_GATE_LU)
        return _lufs_of(float(loud[loud > gate].mean()))


class _Stage:
    def __init__(self, rate: int, shape: tuple[float, float, float, str]) -> None:
        from pyloudnorm.iirfilter import IIRfilter

        gain_db, quality, frequency_hz, kind = shape
        designed = IIRfilter(gain_db, quality, frequency_hz, rate, kind)
        self._b, self._a = np.asarray(designed.b), np.asarray(designed.a)
        self._state = np.zeros((2, 2))

    def filtered(self, block: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.signal import lfilter

        if not len(block):
            return block
        result, self._state = lfilter(self._b, self._a, block, axis=0, zi=self._state)
        return np.asarray(result)


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
        Any length; more than two channels are mixed down, one channel counts as heard on both sides.
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
    resampler = StreamResampler(2, audio.sample_rate, 4 * audio.sample_rate)
    peak = 0.0
    for block, last in _blocks(audio, progress):
        stereo = to_stereo(block)
        between = resampler.process(stereo, last)
        peak = max(peak, float(np.abs(stereo).max()), float(np.abs(between).max(initial=0.0)))
    return 20.0 * math.log10(peak) if peak > 0.0 else None

"""A room: a feedback delay network, heard once and then convolved.

The network (Jot and Chaigne, 1991) is linear and does not move, so that its answer to a click says everything: sixteen
delay lines of coprime lengths fed back through a Householder matrix and a short filter that takes the highs away first.
It lives at 24 kHz, because rooms have nothing to say above that which is heard behind a mix.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.biquads import high_pass, low_pass
from infinite_studio.engines.sketch.sound.block_filter import BlockFilter
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, ramp
from infinite_studio.engines.sketch.sound.half_rate import DELAY_FRAMES, RateChange
from infinite_studio.engines.sketch.sound.stroke import Stereo

ROOM_RATE = SAMPLE_RATE // 2
_DELAYS = (509, 563, 607, 653, 709, 769, 811, 877, 937, 997, 1069, 1151, 1217, 1303, 1399, 1487)
_PREDELAY_SECONDS = 0.014 - DELAY_FRAMES / SAMPLE_RATE
_EARLY = ((0.0113, 0.55), (0.0191, -0.42), (0.0273, 0.36), (0.0411, -0.28), (0.0567, 0.22))
_DIFFUSERS = ((59, 0.7), (113, 0.65), (173, 0.6), (307, 0.55))
_BURST_FRAMES = 4096
_KEPT_SHARE = 0.8
_GRAIN_FRAMES = 2048
_LONGEST_FRAMES = 2**17
_BLOCK_FRAMES = 2**13


@lru_cache(maxsize=4)
def impulse_response(reverb_seconds: float, brightness: float) -> Stereo:
    """Return the room's answer to a click at 24 kHz, shape ``(2, frames)``; as loud on each side as the click itself.

    Parameters
    ----------
    reverb_seconds : float
        Time in which the middle of the spectrum falls by 60 dB.
    brightness : float
        0 dull to 1 bright: level and length of what lies above 2 kHz.
    """
    n_frames = -(-int(_KEPT_SHARE * reverb_seconds * ROOM_RATE) // _GRAIN_FRAMES) * _GRAIN_FRAMES
    n_frames = min(n_frames, _LONGEST_FRAMES)
    answer = _network(n_frames, reverb_seconds, brightness)
    scale = np.sqrt(np.sum(answer**2, axis=1, keepdims=True))
    start = int(_PREDELAY_SECONDS * ROOM_RATE)
    answer = np.concatenate([np.zeros((2, start), np.float32), answer[:, :-start]], axis=1)
    for side in range(2):
        for time, gain in _EARLY:
            answer[side, int((time + 0.0017 * side) * ROOM_RATE)] += 0.16 * gain * scale[side, 0]
    fade = n_frames // 8
    answer[:, -fade:] *= ramp(fade)[::-1]
    answer *= np.sqrt(2.0 / np.sum(answer**2, axis=1, keepdims=True))
    response: Stereo = answer.astype(np.float32)
    response.flags.writeable = False
    return response


def _network(n_frames: int, reverb_seconds: float, brightness: float) -> Stereo:
    """Return what two microphones hear of the network after a click, block by block of its shortest delay."""
    delays = np.array(_DELAYS)
    count, step, offset = delays.shape[0], int(delays.min()) - 2, int(delays.max()) + 1
    gains = (10.0 ** (-3.0 * delays / (reverb_seconds * ROOM_RATE))).astype(np.float32)[:, np.newaxis]
    dull = (0.21 - 0.19 * brightness) * min(1.8 / reverb_seconds, 1.0) ** 0.5 * delays / delays.mean()
    half_dull = (0.5 * dull).astype(np.float32)[:, np.newaxis]
    lines = np.zeros((count, offset + n_frames), np.float32)
    reads = np.empty((count, step + 2), np.float32)
    heard = np.empty((2, n_frames), np.float32)
    ears = np.stack([np.where(np.arange(count) // half % 2 == 0, 1.0, -1.0) for half in (1, 2)])
    fed = np.zeros((count, n_frames + step), np.float32)
    fed[:, :_BURST_FRAMES] = _bursts(count, brightness)[:, : n_frames + step]
    for start in range(0, n_frames, step):
        size = min(step, n_frames - start)
        for line, delay in enumerate(_DELAYS):
            first = offset + start - delay
            reads[line, : size + 2] = lines[line, first - 1 : first + size + 1]
        block = reads[:, : size + 2]
        passed = block[:, 1:-1] + half_dull * (
            block[:, :-2] + block[:, 2:] - np.float32(2.0) * block[:, 1:-1]
        )
        heard[:, start : start + size] = ears.astype(np.float32) @ passed
        passed *= gains
        passed -= np.float32(2.0 / count) * passed.sum(axis=0)
        lines[:, offset + start : offset + start + size] = passed + fed[:, start : start + size]
    return heard


def _bursts(count: int, brightness: float) -> Stereo:
    """Return what each line is fed with: a click smeared by all-passes, without the lows that make mud."""
    smeared = np.zeros((2, _BURST_FRAMES), np.float32)
    smeared[:, 0] = 1.0
    for side in range(2):
        for delay, gain in _DIFFUSERS:
            smeared[side] = _all_passed(smeared[side], delay + 8 * side, gain)
    doubled = SAMPLE_RATE / ROOM_RATE
    tone = BlockFilter(
        [high_pass(doubled * 150.0, 0.5), low_pass(doubled * (4500.0 + 7000.0 * brightness), 0.5)]
    )
    signs = np.where(np.arange(count) % 3 == 1, -1.0, 1.0).astype(np.float32)
    burst: Stereo = tone.process(smeared)[np.arange(count) % 2] * signs[:, np.newaxis]
    return burst


def _all_passed(sound: Mono, delay: int, gain: float) -> Mono:
    """Return a sound behind one of Schroeder's all-passes."""
    passed: Mono = np.float32(-gain) * sound
    for start in range(delay, sound.shape[0], delay):
        stop = min(start + delay, sound.shape[0])
        before = slice(start - delay, stop - delay)
        passed[start:stop] += sound[before] + np.float32(gain) * passed[before]
    return passed


class Room:
    """Convolves what is sent to it piece by piece with a room's answer.

    The answer is cut into blocks, transformed once; every block that is sent is transformed once, multiplied with all
    blocks of the answer, and what belongs together in time is transformed back together.

    Parameters
    ----------
    response : ndarray of float32, shape (2, frames)
        Of the room at 24 kHz.
    """

    def __init__(self, response: Stereo) -> None:
        count = -(-response.shape[1] // _BLOCK_FRAMES)
        padded = np.pad(response, ((0, 0), (0, count * _BLOCK_FRAMES - response.shape[1])))
        blocks = padded.reshape(2, count, _BLOCK_FRAMES).transpose(1, 0, 2)
        self._answers = _spectra(blocks)
        self._past = np.zeros((count - 1, _BLOCK_FRAMES + 1), np.complex64)
        self._rest = np.zeros((1, 2, _BLOCK_FRAMES), np.float32)
        self._down, self._up = RateChange(1, down=True), RateChange(2, down=False)

    def answer(self, send: Mono) -> Stereo:
        """Return what is heard while the next piece is sent; pieces are whole blocks but for the last."""
        n_frames = send.shape[0]
        if n_frames % (2 * _BLOCK_FRAMES):
            send = np.pad(send, (0, -n_frames % (2 * _BLOCK_FRAMES)))
        half = self._down.process(send[np.newaxis]).reshape(-1, _BLOCK_FRAMES)
        heard: Stereo = self._up.process(self._convolved(half))[:, :n_frames]
        return heard

    def _convolved(self, sent: NDArray[np.float32]) -> Stereo:
        """Return what is heard of some blocks, all transformed at once."""
        count = sent.shape[0]
        spectra = np.concatenate([self._past, _spectra(sent)])
        self._past = spectra[count:]
        total = np.zeros((count, 2, _BLOCK_FRAMES + 1), np.complex64)
        for lag, answer in enumerate(self._answers):
            first = self._past.shape[0] - lag
            total += spectra[first : first + count, np.newaxis] * answer
        whole = np.fft.irfft(total, 2 * _BLOCK_FRAMES, axis=2).astype(np.float32, copy=False)
        late = np.concatenate([self._rest, whole[:-1, :, _BLOCK_FRAMES:]])
        self._rest = whole[-1:, :, _BLOCK_FRAMES:]
        heard: Stereo = (whole[:, :, :_BLOCK_FRAMES] + late).transpose(1, 0, 2).reshape(2, -1)
        return heard


def _spectra(blocks: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Return the transforms of blocks along their last axis, padded to twice their length."""
    return np.fft.rfft(blocks, 2 * _BLOCK_FRAMES, axis=-1).astype(np.complex64, copy=False)

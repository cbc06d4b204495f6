"""Echo, side-chain and placing in the stereo picture."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono, drawn_out
from infinite_studio.engines.sketch.sound.voices import Stereo
from infinite_studio.progress import Progress

_SLOW_BLOCK_FRAMES = SAMPLE_RATE // 100
_SLOW_REACH_BLOCKS = 12
_CHUNK_BLOCKS = 2**11


def pan_gains(pan: float) -> NDArray[np.float32]:
    """Return the gains of left and right for a place from −1 to 1, at equal power."""
    angle = (pan + 1.0) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2.0))


def echo(send: Mono, delay_frames: int, feedback: float, progress: Progress) -> Stereo:
    """Return ping-pong echoes of a sound: the first on the left, each next one on the other side, softer and duller."""
    n_frames = send.shape[0]
    echoes = np.zeros((2, n_frames), np.float32)
    delay_frames = max(delay_frames, 64)
    if delay_frames >= n_frames:
        return echoes
    echoes[0, delay_frames:] = send[:-delay_frames]
    keep = np.float32(feedback)
    for start in range(2 * delay_frames, n_frames, delay_frames):
        progress.report(start / n_frames)
        stop = min(start + delay_frames, n_frames)
        before = echoes[:, start - delay_frames : stop - delay_frames]
        softened = np.float32(0.5) * before
        softened[:, 1:] += np.float32(0.5) * before[:, :-1]
        echoes[:, start:stop] += keep * softened[::-1]
    return echoes


def duck_curve(kick_frames: Sequence[int], n_frames: int, depth_db: float, release_frames: int) -> Mono:
    """Return the gain that makes room for each kick: down in five milliseconds, back in a smooth curve."""
    curve = np.ones(n_frames, np.float32)
    floor = 10.0 ** (-depth_db / 20.0)
    attack = int(0.005 * SAMPLE_RATE)
    down = 1.0 - (1.0 - floor) * np.linspace(0.0, 1.0, attack)
    places = np.linspace(0.0, 1.0, max(release_frames, 64))
    up = floor + (1.0 - floor) * places**2 * (3.0 - 2.0 * places)
    dip = np.concatenate([down, up]).astype(np.float32)
    for start in kick_frames:
        first = max(start - attack, 0)
        stop = min(start - attack + dip.shape[0], n_frames)
        if first < stop:
            shown = dip[first - (start - attack) : stop - (start - attack)]
            np.minimum(curve[first:stop], shown, out=curve[first:stop])
    return curve


def remove_offset(samples: Stereo, progress: Progress) -> None:
    """Take away what moves slower than about 4 Hz, in place: the offset that saturation leaves behind."""
    n_frames = samples.shape[1]
    n_blocks = n_frames // _SLOW_BLOCK_FRAMES
    if n_blocks <= 2 * _SLOW_REACH_BLOCKS:
        return
    window = np.hanning(2 * _SLOW_REACH_BLOCKS + 3)[1:-1]
    for side in samples:
        means = side[: n_blocks * _SLOW_BLOCK_FRAMES].reshape(n_blocks, _SLOW_BLOCK_FRAMES).mean(axis=1)
        padded = np.pad(means, _SLOW_REACH_BLOCKS)
        slow = np.convolve(padded, window / window.sum(), "valid").astype(np.float32)
        edged = np.pad(slow, (1, 2), mode="edge")
        for first in range(0, n_blocks + 1, _CHUNK_BLOCKS):
            progress.report(first / n_blocks)
            drawn = drawn_out(edged[first : first + _CHUNK_BLOCKS + 2], _SLOW_BLOCK_FRAMES)
            heard = side[first * _SLOW_BLOCK_FRAMES : first * _SLOW_BLOCK_FRAMES + drawn.shape[0]]
            heard -= drawn[: heard.shape[0]]

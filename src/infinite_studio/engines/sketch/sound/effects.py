"""Echo, side-chain and placing in the stereo picture."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE, Mono
from infinite_studio.engines.sketch.sound.stroke import Stereo

_ATTACK_SECONDS = 0.005
_INAUDIBLE = 1e-5


def pan_gains(pan: float) -> NDArray[np.float32]:
    """Return the gains of left and right for a place from −1 to 1, at equal power."""
    angle = (pan + 1.0) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2.0))


class Echo:
    """Ping-pong echoes: the first on the left, each next one on the other side, softer and duller.

    Parameters
    ----------
    delay_frames : int
        Time between two echoes.
    feedback : float
        Level of each echo against the one before.
    """

    def __init__(self, delay_frames: int, feedback: float) -> None:
        self._delay = max(delay_frames, 64)
        self._keep = np.float32(feedback)
        self._sent = np.zeros(self._delay, np.float32)
        self._echoed = np.zeros((2, self._delay + 1), np.float32)

    @property
    def is_silent(self) -> bool:
        """Whether nothing will be heard unless something is sent."""
        return not self._sent.any() and float(np.abs(self._echoed).max()) < _INAUDIBLE

    def process(self, send: Mono) -> Stereo:
        """Return the echoes within the next piece of time."""
        pieces = [
            self._short(send[start : start + self._delay]) for start in range(0, send.shape[0], self._delay)
        ]
        return np.concatenate(pieces, axis=1)

    def _short(self, send: Mono) -> Stereo:
        """Return the echoes of a piece no longer than the delay."""
        n_frames = send.shape[0]
        before = self._echoed[:, : n_frames + 1]
        echoes: Stereo = (self._keep * np.float32(0.5)) * (before[::-1, 1:] + before[::-1, :-1])
        echoes[0] += self._sent[:n_frames]
        self._sent = np.concatenate([self._sent[n_frames:], send])
        self._echoed = np.concatenate([self._echoed[:, n_frames:], echoes], axis=1)
        return echoes


class Ducking:
    """The gain that makes room for each kick: down in five milliseconds, back in a smooth curve.

    Parameters
    ----------
    kick_frames : sequence of int
        When the kicks are.
    depth_db : float
        How far down.
    release_frames : int
        How long the way back takes.
    """

    def __init__(self, kick_frames: Sequence[int], depth_db: float, release_frames: int) -> None:
        floor = 10.0 ** (-depth_db / 20.0)
        self._attack = int(_ATTACK_SECONDS * SAMPLE_RATE)
        down = 1.0 - (1.0 - floor) * np.linspace(0.0, 1.0, self._attack)
        places = np.linspace(0.0, 1.0, max(release_frames, 64))
        up = floor + (1.0 - floor) * places**2 * (3.0 - 2.0 * places)
        self._dip = np.concatenate([down, up]).astype(np.float32)
        self._kicks = np.sort(np.asarray(kick_frames, np.int64))

    def gain(self, where: slice) -> Mono:
        """Return the gain of each frame of a piece of time."""
        curve = np.ones(where.stop - where.start, np.float32)
        first = np.searchsorted(self._kicks, where.start - self._dip.shape[0])
        last = np.searchsorted(self._kicks, where.stop + self._attack)
        for kick in self._kicks[first:last]:
            begin = int(kick) - self._attack - where.start
            start, stop = max(begin, 0), min(begin + self._dip.shape[0], curve.shape[0])
            if start < stop:
                inside = curve[start:stop]
                np.minimum(inside, self._dip[start - begin : stop - begin], out=inside)
        return curve

"""Effects that bend the wave: saturation, an amplifier, fewer bits."""

import numpy as np
from numpy.typing import NDArray

from infinite_studio.engines.sketch.sound.biquads import bell, high_pass, high_shelf, low_pass
from infinite_studio.engines.sketch.sound.block_filter import BlockFilter
from infinite_studio.engines.sketch.sound.envelope import saturate
from infinite_studio.engines.sketch.sound.stroke import Stereo

_NEAR = 1e-3
_CLEAN = 0.2


class Drive:
    """Soft saturation that keeps the level of what is loud.

    Parameters
    ----------
    amount : float
        0 none to 1 a lot.
    """

    def __init__(self, amount: float) -> None:
        self._gain = 1.0 + 7.0 * amount
        self._level = np.float32(self._gain**-0.25)

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece saturated."""
        bent: Stereo = np.tanh(block * np.float32(self._gain)) * self._level
        return bent


class SmoothClip:
    """A hyperbolic tangent of one channel without the alias products of one.

    The mean of the curve between two frames is taken instead of its value at one (antiderivative anti-aliasing,
    Parker, Zavalishin and Le Bivic, 2016).
    """

    def __init__(self) -> None:
        self._last = np.zeros((1, 1))

    def process(self, block: NDArray[np.float32]) -> Stereo:
        """Return the next piece, bent."""
        wave = np.concatenate([self._last, block], axis=1, dtype=np.float64)
        self._last = wave[:, -1:]
        size = np.abs(wave)
        area = size + np.log1p(np.exp(-2.0 * size))
        rise = np.diff(wave, axis=1)
        near = np.abs(rise) < _NEAR
        mean = np.diff(area, axis=1) / np.where(near, 1.0, rise)
        middle = np.tanh(0.5 * (wave[:, 1:] + wave[:, :-1]))
        return np.where(near, middle, mean).astype(np.float32)


class Amplifier:
    """A guitar amplifier: low cut, two stages of valves that bend unevenly, and one loudspeaker for both sides.

    Parameters
    ----------
    amount : float
        0 clean to 1 as hot as it goes.
    """

    def __init__(self, amount: float) -> None:
        self._gain = np.float32(1.5 + 28.0 * amount**1.5)
        self._level = np.float32(0.5 / (1.0 + 0.6 * amount))
        self._tight = BlockFilter([high_pass(90.0 + 60.0 * amount), bell(900.0, 3.0 * amount)], 1)
        self._valve = SmoothClip() if amount > _CLEAN else None
        self._speaker = BlockFilter([bell(2600.0, 4.0, 1.1), low_pass(4800.0, 0.9), low_pass(5200.0)], 1)

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece as the loudspeaker gives it."""
        hot = self._tight.process(block.mean(axis=0, keepdims=True)) * self._gain
        if self._valve is not None:
            hot = self._valve.process(hot)
        bent = np.tanh(np.float32(1.6) * hot + np.float32(0.18)) - np.float32(np.tanh(0.18))
        heard: Stereo = np.broadcast_to(self._speaker.process(bent) * self._level, block.shape)
        return heard


class Crush:
    """Fewer bits and fewer frames a second, as old samplers had.

    Parameters
    ----------
    amount : float
        0 nearly none to 1 a toy.
    """

    def __init__(self, amount: float) -> None:
        self._step = 1 + round(9 * amount**1.5)
        self._levels = np.float32(2.0 ** (11.0 - 6.0 * amount))
        self._held = np.zeros((2, 1), np.float32)
        self._since = 0

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece in coarse steps."""
        block = np.broadcast_to(block, (2, block.shape[1]))
        places = np.arange(block.shape[1])
        taken = places - (places + self._since) % self._step
        held = np.concatenate([self._held, block], axis=1)[:, np.maximum(taken + 1, 0)]
        self._since = (self._since + block.shape[1]) % self._step
        self._held = held[:, -1:] if self._since else np.zeros((2, 1), np.float32)
        coarse: Stereo = np.round(held * self._levels) / self._levels
        return coarse


class Telephone:
    """A small loudspeaker: only the middle of the spectrum, a little bent.

    Parameters
    ----------
    amount : float
        0 as it is to 1 nothing else.
    """

    def __init__(self, amount: float) -> None:
        self._amount = np.float32(amount)
        self._small = BlockFilter([high_pass(420.0), high_pass(380.0), low_pass(3100.0), bell(1500.0, 4.0)])

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece."""
        small = saturate(self._small.process(block) * np.float32(2.0), 1.2)
        mixed: Stereo = block + self._amount * (small - block)
        return mixed


class Warmth:
    """What tape does to a level: highs bend first, and the very top is gone.

    Parameters
    ----------
    amount : float
        0 nearly none to 1 a worn cassette.
    """

    def __init__(self, amount: float) -> None:
        self._drive = 0.6 + 1.6 * amount
        self._before = BlockFilter([high_shelf(4000.0, 3.0 * amount)])
        self._after = BlockFilter([high_shelf(4000.0, -3.0 * amount), low_pass(15_000.0 - 8500.0 * amount)])

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece."""
        return self._after.process(saturate(self._before.process(block), self._drive))

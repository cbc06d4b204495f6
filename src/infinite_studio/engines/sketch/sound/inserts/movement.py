"""Effects that move: chorus, rotating loudspeaker, tremolo, tape, and filters that open and close."""

from collections.abc import Sequence

import numpy as np

from infinite_studio.engines.sketch.sound.biquads import Section, all_pass, band_pass, low_pass
from infinite_studio.engines.sketch.sound.block_filter import BlockFilter
from infinite_studio.engines.sketch.sound.envelope import SAMPLE_RATE
from infinite_studio.engines.sketch.sound.inserts.drives import Warmth
from infinite_studio.engines.sketch.sound.inserts.insert import ModulatedDelay, Wave
from infinite_studio.engines.sketch.sound.stroke import Stereo


class Chorus:
    """Two copies of the sound that drift in time, one for each side.

    Parameters
    ----------
    amount : float
        0 none to 1 as much of the copies as of the sound.
    hz : float
        How often a second they come and go.
    depth_ms : float
        How far they drift.
    """

    def __init__(self, amount: float, hz: float = 0.7, depth_ms: float = 2.6) -> None:
        self._amount = np.float32(0.75 * amount)
        self._level = np.float32(1.0 / (1.0 + 0.3 * amount))
        self._depth = np.float32(depth_ms * SAMPLE_RATE / 1000)
        self._middle = np.float32(4.0 * self._depth)
        self._delay = ModulatedDelay(int(5.2 * self._depth) + 2)
        self._waves = (Wave(hz), Wave(hz, 0.25))

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece with its copies."""
        drifts = [self._depth * wave.next(block.shape[1]) + self._middle for wave in self._waves]
        mixed = self._delay.process(block, drifts)
        mixed *= self._amount
        mixed += block
        mixed *= self._level
        return mixed


class Rotor:
    """A loudspeaker that turns: pitch, level and side come and go six times a second.

    Parameters
    ----------
    amount : float
        0 standing to 1 close by.
    """

    def __init__(self, amount: float) -> None:
        self._amount = np.float32(amount)
        self._delay = ModulatedDelay(160)
        self._waves = (Wave(6.1), Wave(6.1, 0.25))

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece as the microphones hear it."""
        turns = [wave.next(block.shape[1]) for wave in self._waves]
        depth, middle = np.float32(26.0) * self._amount, np.float32(40.0)
        heard = self._delay.process(block, [depth * turn + middle for turn in turns])
        for side, turn in zip(heard, turns[::-1], strict=True):
            side *= np.float32(1.0) + np.float32(0.32) * self._amount * turn  # noqa: PLW2901
        return heard


class Tremolo:
    """A level that comes and goes in tempo.

    Parameters
    ----------
    amount : float
        How far down it goes.
    hz : float
        How often a second.
    """

    def __init__(self, amount: float, hz: float) -> None:
        self._amount = np.float32(0.5 * amount)
        self._wave = Wave(hz, 0.25)

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece."""
        gain = self._amount * self._wave.next(block.shape[1])
        gain += np.float32(1.0) - self._amount
        swayed: Stereo = block * gain
        return swayed


class Tape:
    """A cassette: speed that wows and flutters, highs that bend and end.

    Parameters
    ----------
    amount : float
        0 a studio's machine to 1 a worn walkman.
    """

    def __init__(self, amount: float) -> None:
        self._wow = np.float32(48.0 * amount)
        self._flutter = np.float32(3.0 * amount)
        self._delay = ModulatedDelay(130)
        self._warmth = Warmth(amount)
        self._slow, self._fast = Wave(0.55), Wave(7.3)

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece as the machine plays it."""
        n_frames = block.shape[1]
        late = self._wow * self._slow.next(n_frames) + self._flutter * self._fast.next(n_frames)
        late += self._wow + self._flutter + np.float32(1.0)
        return self._warmth.process(self._delay.process(block, [late]))


class SweptBank:
    """A pedal with a filter that moves: some that stand still, faded into one another, the same for both sides.

    Parameters
    ----------
    filters : sequence of sequences of Section
        From closed to open.
    hz : float
        How often a second it opens and closes.
    amount : float
        0 as it is to 1 only the filter.
    """

    def __init__(self, filters: Sequence[Sequence[Section]], hz: float, amount: float) -> None:
        self._filters = [BlockFilter(sections, 1) for sections in filters]
        self._amount = np.float32(amount)
        self._wave = Wave(hz, 0.25)

    def process(self, block: Stereo) -> Stereo:
        """Return the next piece; it is open at the start of every round."""
        mono = block.mean(axis=0, keepdims=True)
        place = self._wave.next(block.shape[1])
        place += np.float32(1.0)
        place *= np.float32(0.5 * (len(self._filters) - 1))
        swept = np.zeros_like(mono)
        for number, still in enumerate(self._filters):
            weight = np.maximum(np.float32(1.0) - np.abs(place - np.float32(number)), 0.0)
            swept += still.process(mono) * weight
        mixed: Stereo = block + self._amount * (swept - block)
        return mixed


def wobble(amount: float, hz: float) -> SweptBank:
    """Return a low-pass that opens and closes in tempo."""
    cutoffs = (220.0, 480.0, 1050.0, 2300.0, 5000.0, 11_000.0)
    return SweptBank([[low_pass(cutoff, 1.3)] for cutoff in cutoffs], hz, amount)


def wah(amount: float, hz: float) -> SweptBank:
    """Return a band that moves up and down the middle, as a pedal does."""
    centres = (420.0, 640.0, 960.0, 1400.0, 2000.0)
    return SweptBank([[band_pass(centre, 2.2, 6.0)] for centre in centres], hz, amount)


def phaser(amount: float) -> SweptBank:
    """Return notches that wander slowly: the sound against itself behind all-pass filters."""
    centres = (300.0, 480.0, 760.0, 1200.0, 1900.0)
    chains = [[all_pass(centre, 0.6), all_pass(2.6 * centre, 0.6)] for centre in centres]
    return SweptBank(chains, 0.31, 0.5 * amount)

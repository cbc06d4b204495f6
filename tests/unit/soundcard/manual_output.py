"""A sound card whose clock the test turns by hand, derived from the output that plays in silence."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.mixing import Program, Segment, Strip
from infinite_studio.soundcard.output import NoSoundCardError
from infinite_studio.soundcard.silent import BLOCK_FRAMES, ClockedOutput
from infinite_studio.soundcard.transport import Transport

RATE = 48_000


class ManualClock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class ManualCard(ClockedOutput):
    """Keeps what it was given to play; may refuse, break, or play at a rate of its own."""

    is_silent = False

    def __init__(self, clock: ManualClock, label: str = "card", own_rate: int | None = None) -> None:
        super().__init__(clock)
        self.label = label
        self.own_rate = own_rate
        self.has_failed = False
        self.is_closed = False
        self.blocks: list[NDArray[np.float32]] = []

    def open(self, device: str, sample_rate: int) -> None:
        super().open(device, self.own_rate or sample_rate)

    def close(self) -> None:
        super().close()
        self.is_closed = True

    def take(self, block: NDArray[np.float32]) -> None:
        self.blocks.append(block)

    @property
    def played(self) -> NDArray[np.float32]:
        return np.concatenate(self.blocks) if self.blocks else np.zeros((0, 2), np.float32)


class Bench:
    """A transport on a manual clock with cards that come and go."""

    def __init__(self, own_rate: int | None = None) -> None:
        self.clock = ManualClock()
        self.own_rate = own_rate
        self.is_plugged = True
        self.cards: list[ManualCard] = []
        self.silences: list[ClockedOutput] = []
        self.looks = 0
        self.transport = Transport(
            make_card=self._make_card,
            make_silent=self._make_silent,
            look_again=self._look,
            clock=self.clock,
            in_background=False,
        )
        self.keeper = self.transport.keeper

    @property
    def card(self) -> ManualCard:
        return self.cards[-1]

    def pass_time(self, seconds: float, between: Callable[[], None] = lambda: None) -> None:
        """Let time pass in small steps, with the keeper looking at each."""
        steps = max(round(seconds / 0.01), 1)
        for _ in range(steps):
            self.keeper.tend()
            self.clock.now += seconds / steps
            if self.keeper.output is not None and not self.keeper.output.has_failed:
                self.keeper.output.advance()
            between()

    def unplug(self) -> None:
        self.is_plugged = False
        self.card.has_failed = True

    def _make_card(self) -> ManualCard:
        card = ManualCard(self.clock, own_rate=self.own_rate)
        if not self.is_plugged:
            card.open = _refuse
        self.cards.append(card)
        return card

    def _make_silent(self) -> ClockedOutput:
        self.silences.append(ClockedOutput(self.clock))
        return self.silences[-1]

    def _look(self) -> None:
        self.looks += 1


def _refuse(device: str, sample_rate: int) -> None:
    raise NoSoundCardError("No sound card was found.", hint="Connect one.")


def program_of(
    samples: NDArray[np.float32], *, loop: tuple[int, int] | None = None, rate: int = RATE, **gains: float
) -> Program:
    """Return a program of one strip."""
    strip = Strip("a", (Segment(np.asarray(samples, np.float32), 0),), **gains)
    return Program(rate, (strip,), samples.shape[0], loop)


def ramp(n_frames: int) -> NDArray[np.float32]:
    """Return samples that tell their own frame: frame n is n / 2²⁰ on both sides."""
    return np.repeat((np.arange(n_frames, dtype=np.float32) / 2**20)[:, np.newaxis], 2, axis=1)


def tone(n_frames: int, frequency_hz: float = 220.0, rate: int = RATE) -> NDArray[np.float32]:
    """Return a sine at −6 dB on both sides."""
    wave = 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(n_frames) / rate + 1.0)
    return np.repeat(wave.astype(np.float32)[:, np.newaxis], 2, axis=1)


__all__ = ["BLOCK_FRAMES", "RATE", "Bench", "ManualCard", "ManualClock", "program_of", "ramp", "tone"]

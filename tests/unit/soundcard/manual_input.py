"""A microphone whose blocks are handed over by hand, derived from the shape of the real one."""

import threading

import numpy as np
from tests.soundserver import wait_for

from infinite_studio.soundcard.input import NoMicrophoneError
from infinite_studio.soundcard.recorder import Recorder, RecorderPhase

RATE = 44_100
BLOCK = 512


class ManualMicrophone:
    """Delivers what a test says; `refusal` lets it refuse to open."""

    label = "test microphone"

    def __init__(self, rate: int = RATE, n_channels: int = 1, refusal: str = "") -> None:
        self.sample_rate = rate
        self.n_channels = n_channels
        self.has_failed = False
        self.refusal = refusal
        self.opened_as: str | None = None
        self.is_closed = False
        self.started = threading.Event()
        self._take = None

    def open(self, device: str) -> None:
        if self.refusal:
            raise NoMicrophoneError(self.refusal, hint="Allow the microphone in the system's settings.")
        self.opened_as = device

    def start(self, take) -> None:
        self._take = take
        self.started.set()

    def close(self) -> None:
        self.is_closed = True

    def hear(self, samples: np.ndarray, at_seconds: float) -> None:
        """Hand samples over in blocks, the first frame heard at this moment of the clock."""
        assert self.started.wait(5)
        shaped = samples.reshape(len(samples), -1).astype(np.float32)
        for start in range(0, len(shaped), BLOCK):
            self._take(shaped[start : start + BLOCK], at_seconds + start / self.sample_rate)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def listening(microphone: ManualMicrophone, clock: Clock, **holds) -> Recorder:
    """Return a recorder that has opened this microphone."""
    recorder = Recorder(make_input=lambda: microphone, clock=clock, **holds)
    recorder.listen("wanted")
    wait_for(lambda: recorder.state.phase is RecorderPhase.LISTENING, "the microphone to open")
    return recorder


def finished(recorder: Recorder):
    """Return the recording once it is finished."""
    found = []
    wait_for(lambda: bool(found) or _collect(recorder, found), "the recording to be finished")
    return found[0]


def _collect(recorder: Recorder, found: list) -> bool:
    one = recorder.take_finished()
    if one is not None:
        found.append(one)
    return bool(found)

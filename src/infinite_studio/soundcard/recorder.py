"""The recorder: listens to a microphone, meters it, and writes what it hears to a file as it comes."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.soundcard.bounded import call_within
from infinite_studio.soundcard.input import Input, NoMicrophoneError
from infinite_studio.soundcard.microphone import PortAudioInput
from infinite_studio.soundcard.recording_file import RecordingFile

OPENING_SECONDS = 3.0
CLOSING_SECONDS = 1.0
GONE_AFTER_SECONDS = 1.5
FIRST_SOUND_SECONDS = 5.0
"""Wireless headsets take seconds to switch their microphone on."""
ROUND_SECONDS = 0.04
LONGEST_SECONDS = 600.0
CLIP_LEVEL = 0.999
DEAF_AFTER_SECONDS = 1.5
METER_FALL_PER_SECOND = 1.6

logger = logging.getLogger(__name__)


class RecorderPhase(StrEnum):
    """What the recorder does."""

    IDLE = "idle"
    OPENING = "opening"
    LISTENING = "listening"
    WAITING = "waiting"
    RECORDING = "recording"
    FAILED = "failed"


@dataclass(frozen=True)
class RecorderState:
    """The recorder at one moment; levels are linear peaks, a notice is a sentence with a hint."""

    phase: RecorderPhase = RecorderPhase.IDLE
    label: str = ""
    level: float = 0.0
    has_clipped: bool = False
    seconds: float = 0.0
    sentence: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Recorded:
    """A finished recording; a sentence says why it ended, where nobody stopped it."""

    path: Path
    seconds: float
    has_clipped: bool
    sentence: str = ""
    hint: str = ""


def _nothing() -> None:
    """Hold nothing back."""


class Recorder:
    """May be used from any thread; nothing here waits for a device. All devices are touched in one thread."""

    def __init__(
        self,
        *,
        make_input: Callable[[], Input] = PortAudioInput,
        hold: Callable[[], None] = _nothing,
        release: Callable[[], None] = _nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make_input = make_input
        self._hold, self._release = hold, release
        self._clock = clock
        self._lock = threading.Lock()
        self._state = RecorderState()
        self._wanted: str | None = None
        self._order: tuple[Path, float] | None = None
        self._stops = False
        self._finished: Recorded | None = None
        self._blocks: queue.SimpleQueue[tuple[Samples, float]] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_closing = False
        self._input: Input | None = None
        self._file: RecordingFile | None = None
        self._heard_at = 0.0
        self._sounded_at = 0.0
        self._has_heard = False

    @property
    def state(self) -> RecorderState:
        """What a view shows; reading it lets the meter fall."""
        with self._lock:
            return self._state

    def listen(self, device: str = "") -> None:
        """Open a microphone and meter it; empty means the system's default."""
        with self._lock:
            self._wanted = device
            self._state = RecorderState(RecorderPhase.OPENING)
        self._start()

    def record(self, path: Path, starts_at: float | None = None) -> None:
        """Write what is heard from a moment of the clock on (now, where None) to a file; opens what `listen` named."""
        with self._lock:
            self._order = (path, self._clock() if starts_at is None else starts_at)
            self._stops = False
            self._finished = None
            self._wanted = self._wanted or ""
            if self._state.phase in {RecorderPhase.IDLE, RecorderPhase.FAILED}:
                self._state = RecorderState(RecorderPhase.OPENING)
            self._state = replace(self._state, has_clipped=False, seconds=0.0)
        self._start()

    def stop(self) -> None:
        """End the recording; `take_finished` has it soon."""
        with self._lock:
            self._stops = True
        self._wake.set()

    def take_finished(self) -> Recorded | None:
        """Return a finished recording once."""
        with self._lock:
            finished, self._finished = self._finished, None
            return finished

    def let_go(self) -> None:
        """Stop listening and close the microphone."""
        with self._lock:
            self._wanted = None
            self._stops = True
        self._wake.set()

    def close(self) -> None:
        """Finish a running recording, let go of the microphone and end the thread."""
        self._is_closing = True
        self.let_go()
        if self._thread is not None:
            self._thread.join(OPENING_SECONDS + 2 * CLOSING_SECONDS)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="microphone", daemon=True)
            self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        opened_for: str | None = None
        while not self._is_closing:
            with self._lock:
                wanted = self._wanted
            if wanted != opened_for or (wanted is not None and self._state.phase is RecorderPhase.OPENING):
                self._let_go()
                opened_for = wanted if wanted is not None and self._opened(wanted) else None
            if self._input is None:
                self._wake.wait()
                self._wake.clear()
            else:
                opened_for = opened_for if self._tend(self._input) else None
        self._finish("", "")
        self._let_go()

    def _opened(self, device: str) -> bool:
        microphone = self._make_input()
        self._hold()
        self._blocks = queue.SimpleQueue()
        take = self._blocks

        def opening() -> None:
            microphone.open(device)
            microphone.start(lambda block, heard_at: take.put((block, heard_at)))

        try:
            call_within(OPENING_SECONDS, opening, too_late=microphone.close)
        except NoMicrophoneError as error:
            self._fail(microphone, str(error), error.hint)
            return False
        except TimeoutError:
            self._fail(
                microphone, "The microphone does not answer.", "Unplug it, connect it again and retry."
            )
            return False
        self._input = microphone
        self._heard_at = self._sounded_at = self._clock()
        self._has_heard = False
        self._tell(phase=RecorderPhase.LISTENING, label=microphone.label, sentence="", hint="")
        return True

    def _fail(self, microphone: Input, sentence: str, hint: str) -> None:
        microphone.close()
        self._release()
        with self._lock:
            self._wanted = self._order = None
            self._state = RecorderState(RecorderPhase.FAILED, sentence=sentence, hint=hint)

    def _tend(self, microphone: Input) -> bool:
        """Do one round: take what was heard, follow orders, notice a microphone that has gone."""
        try:
            self._take(*self._blocks.get(timeout=ROUND_SECONDS), microphone)
        except queue.Empty:
            pass
        except OSError as error:
            self._finish(
                f"The recording stopped: {error.strerror or error}.",
                "What was recorded until then is kept; make room on the disk.",
            )
        with self._lock:
            stops, is_waiting = self._stops, self._order is not None
        if stops and (self._file is not None or is_waiting):
            self._finish("", "")
        patience = GONE_AFTER_SECONDS if self._has_heard else FIRST_SOUND_SECONDS
        is_quiet = self._clock() - self._heard_at > patience
        if (microphone.has_failed or is_quiet) and self._blocks.empty():
            self._lose(microphone)
            return False
        return True

    def _take(self, block: Samples, heard_at: float, microphone: Input) -> None:
        self._heard_at = self._clock()
        if not self._has_heard:
            self._has_heard, self._sounded_at = True, self._heard_at
        self._write(block, heard_at, microphone)
        peak = float(np.abs(np.nan_to_num(block)).max(initial=0.0))
        if peak > 0.0:
            self._sounded_at = self._heard_at
        is_deaf = self._heard_at - self._sounded_at > DEAF_AFTER_SECONDS
        fallen = self._state.level - METER_FALL_PER_SECOND * block.shape[0] / microphone.sample_rate
        self._tell(
            level=max(peak, fallen, 0.0),
            has_clipped=self._state.has_clipped or peak >= CLIP_LEVEL,
            sentence=f"Only silence comes from “{microphone.label}”." if is_deaf else "",
            hint="Switch it on, or allow the microphone in the system's privacy settings." if is_deaf else "",
        )

    def _write(self, block: Samples, heard_at: float, microphone: Input) -> None:
        """Append a block to the file; begin it at the exact frame that was ordered."""
        with self._lock:
            order = self._order
        if order is not None:
            path, starts_at = order
            early = round((starts_at - heard_at) * microphone.sample_rate)
            if early >= block.shape[0]:
                self._tell(phase=RecorderPhase.WAITING)
                return
            block = block[max(early, 0) :]
            self._file = RecordingFile(path, microphone.n_channels, microphone.sample_rate)
            with self._lock:
                self._order = None
            self._tell(phase=RecorderPhase.RECORDING, has_clipped=False)
        if self._file is not None:
            self._file.write(block)
            self._tell(seconds=self._file.seconds)
            if self._file.seconds >= LONGEST_SECONDS:
                self._finish("The recording stopped after ten minutes.", "A tune is rarely longer.")

    def _finish(self, sentence: str, hint: str) -> None:
        """Close the file, as far as there is one, and hand it over."""
        file, self._file = self._file, None
        with self._lock:
            self._order = None
            self._stops = False
            is_listening = self._state.phase in {RecorderPhase.WAITING, RecorderPhase.RECORDING}
            if is_listening:
                self._state = replace(self._state, phase=RecorderPhase.LISTENING)
        if file is None:
            return
        try:
            file.close()
        except OSError:
            logger.exception("The end of a recording could not be written.")
        with self._lock:
            self._finished = Recorded(file.path, file.seconds, self._state.has_clipped, sentence, hint)

    def _lose(self, microphone: Input) -> None:
        """Keep what was recorded from a microphone that has gone."""
        sentence = f"The microphone “{microphone.label}” has gone."
        hint = (
            "What was recorded until then is kept." if self._file else "Connect it again, or choose another."
        )
        self._finish(sentence, hint)
        self._let_go()
        with self._lock:
            self._wanted = None
            self._state = RecorderState(RecorderPhase.FAILED, sentence=sentence, hint=hint)

    def _let_go(self) -> None:
        microphone, self._input = self._input, None
        if self._file is not None or self._order is not None:
            self._finish("", "")
        if microphone is None:
            return
        try:
            call_within(CLOSING_SECONDS, microphone.close)
        except TimeoutError:
            logger.warning("The microphone “%s” cannot be closed and is left behind.", microphone.label)
        self._release()
        self._tell(phase=RecorderPhase.IDLE, level=0.0)

    def _tell(self, **changes: object) -> None:
        with self._lock:
            self._state = replace(self._state, **changes)  # type: ignore[arg-type]

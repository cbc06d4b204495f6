"""Record for a given time without a window."""

import time
from collections.abc import Callable
from pathlib import Path

from infinite_studio.soundcard.input import NoMicrophoneError
from infinite_studio.soundcard.recorder import Recorded, Recorder, RecorderPhase

POLL_SECONDS = 0.03
PATIENCE_SECONDS = 10.0


def record_for(
    path: Path,
    seconds: float,
    device: str = "",
    *,
    wait: Callable[[float], None] = time.sleep,
    recorder: Recorder | None = None,
) -> Recorded:
    """Record so many seconds into a file; a microphone that vanishes ends it early, and what was recorded is kept.

    Raises
    ------
    NoMicrophoneError
        If no microphone can be opened, or none delivers any sound.
    """
    used = recorder or Recorder()
    used.listen(device)
    used.record(path)
    asked = time.monotonic()
    try:
        while True:
            wait(POLL_SECONDS)
            finished, state = used.take_finished(), used.state
            if finished is not None:
                return finished
            if state.phase is RecorderPhase.FAILED:
                raise NoMicrophoneError(state.sentence, hint=state.hint)
            if state.seconds >= seconds:
                used.stop()
            elif time.monotonic() - asked > seconds + PATIENCE_SECONDS:
                raise NoMicrophoneError(
                    "The microphone delivers no sound.", hint="Unplug it, connect it again and retry."
                )
    finally:
        used.close()

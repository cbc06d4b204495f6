"""A real sound card, through PortAudio's callbacks."""

import contextlib
import logging
import time
from typing import Any

from infinite_studio.audio.audio import Samples
from infinite_studio.soundcard.devices import (
    SoundDevice,
    find_device,
    load_portaudio,
    output_devices,
    translated,
)
from infinite_studio.soundcard.output import Fill, NoSoundCardError
from infinite_studio.soundcard.settling import Settling

BLOCK_FRAMES = 1_024
WANTED_LATENCY_SECONDS = 0.12

logger = logging.getLogger(__name__)


class PortAudioOutput:
    """Plays through a device by name, the default one where that is absent.

    Callbacks, never `write`, which may block for ever once a device has vanished.
    """

    is_silent = False

    def __init__(self) -> None:
        self.label = ""
        self.sample_rate = 0
        self.latency_seconds = 0.0
        self.has_failed = False
        self.runs_away = False
        self._stream: Any = None
        self._fill: Fill | None = None
        self._is_closing = False
        self._settling = Settling()

    def open(self, device: str, sample_rate: int) -> None:
        """Open at this rate, or at the device's own where it refuses."""
        found = find_device(device, output_devices())
        try:
            self._open(found, sample_rate)
        except NoSoundCardError:
            if found.default_sample_rate == sample_rate:
                raise
            self._open(found, found.default_sample_rate)
        self.label = found.name

    def start(self, fill: Fill) -> None:
        """Begin to call back."""
        self._fill = fill
        with translated(self.label):
            self._stream.start()
        self.latency_seconds = float(self._stream.latency)

    def close(self) -> None:
        """Discard what is not heard yet and let go of the device."""
        self._is_closing = True
        if self._stream is not None:
            self._stream.close(ignore_errors=True)

    def _open(self, device: SoundDevice, sample_rate: int) -> None:
        sounddevice = load_portaudio()
        with translated(device.name):
            self._stream = sounddevice.OutputStream(
                device=device.index,
                samplerate=sample_rate,
                channels=min(device.max_output_channels, 2),
                dtype="float32",
                blocksize=BLOCK_FRAMES,
                latency=WANTED_LATENCY_SECONDS,
                callback=self._on_block,
                finished_callback=self._on_finished,
            )
        self.sample_rate = sample_rate

    def _on_block(self, out: Samples, n_frames: int, times: Any, status: Any) -> None:  # noqa: ANN401
        now = time.monotonic()
        heard_at = self._heard_at(now, times)
        if self._fill is None or not self._settling.is_over(now, heard_at, n_frames / self.sample_rate):
            out[:] = 0.0
            self.runs_away = self._settling.runs_away(now)
            if self.runs_away:
                raise load_portaudio().CallbackAbort
            return
        if status.output_underflow:
            logger.debug("The sound card ran dry.")
        block = self._fill(n_frames, heard_at)
        out[:] = block if out.shape[1] == 2 else block.mean(axis=1, keepdims=True)

    def _heard_at(self, now: float, times: Any) -> float:  # noqa: ANN401
        """Translate the device's time to the studio's clock; some systems tell no time and get the latency."""
        with contextlib.suppress(Exception):
            ahead = float(times.outputBufferDacTime - self._stream.time)
            if 0.0 < ahead < 2.0:
                return now + ahead
        return now + float(self.latency_seconds)

    def _on_finished(self) -> None:
        self.has_failed = not self._is_closing

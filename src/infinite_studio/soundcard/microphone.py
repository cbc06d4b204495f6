"""A real microphone, through PortAudio's callbacks."""

import contextlib
import time
from typing import Any

from infinite_studio.audio.audio import Samples
from infinite_studio.soundcard.devices import load_portaudio, translated
from infinite_studio.soundcard.input import NoMicrophoneError, Take
from infinite_studio.soundcard.input_devices import InputDevice, find_input, input_devices, microphone_errors

BLOCK_FRAMES = 512
FALLBACK_RATES = (48_000, 44_100, 16_000)
_LONGEST_DELAY_SECONDS = 2.0


class PortAudioInput:
    """Records from a device by name, the default one where that is absent; callbacks, as for the output."""

    def __init__(self) -> None:
        self.label = ""
        self.sample_rate = 0
        self.n_channels = 1
        self.has_failed = False
        self._stream: Any = None
        self._take: Take | None = None
        self._is_closing = False

    def open(self, device: str) -> None:
        """Open at the device's own rate, or at a usual one where it refuses that."""
        found = find_input(device, input_devices())
        rates = dict.fromkeys((found.default_sample_rate, *FALLBACK_RATES))
        refused: NoMicrophoneError | None = None
        for rate in rates:
            try:
                self._open(found, rate)
            except NoMicrophoneError as error:
                refused = refused or error
            else:
                self.label = found.name
                return
        assert refused is not None
        raise refused

    def start(self, take: Take) -> None:
        """Begin to call back."""
        self._take = take
        with microphone_errors(self.label), translated(self.label):
            self._stream.start()

    def close(self) -> None:
        """Let go of the device."""
        self._is_closing = True
        if self._stream is not None:
            self._stream.close(ignore_errors=True)

    def _open(self, device: InputDevice, sample_rate: int) -> None:
        with microphone_errors(device.name), translated(device.name):
            self.n_channels = min(device.max_input_channels, 2)
            self._stream = load_portaudio().InputStream(
                device=device.index,
                samplerate=sample_rate,
                channels=self.n_channels,
                dtype="float32",
                blocksize=BLOCK_FRAMES,
                latency="low",
                callback=self._on_block,
                finished_callback=self._on_finished,
            )
        self.sample_rate = sample_rate

    def _on_block(self, heard: Samples, n_frames: int, times: Any, _status: Any) -> None:  # noqa: ANN401
        if self._take is not None:
            self._take(heard.copy(), self._heard_at(n_frames, times))

    def _heard_at(self, n_frames: int, times: Any) -> float:  # noqa: ANN401
        """Translate the device's time to the studio's clock; some systems tell no time and get the latency."""
        now = time.monotonic()
        with contextlib.suppress(Exception):
            ago = float(self._stream.time - times.inputBufferAdcTime)
            if 0.0 < ago < _LONGEST_DELAY_SECONDS:
                return now - ago
        return now - n_frames / self.sample_rate

    def _on_finished(self) -> None:
        self.has_failed = not self._is_closing

"""A real sound server without hardware: PulseAudio with a null sink whose monitor tells what was heard.

PortAudio reads ALSA's configuration when it starts, once per process. The fixture therefore puts the server's
addresses into this process's environment *and* starts PortAudio anew if something had started it already;
afterwards both are put back. Close every `Transport` before the test ends. Another process needs
`SoundServer.environment` in its own environment.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

SINK = "studio_out"
SAMPLE_RATE = 48_000
START_SECONDS = 10.0
SINK_RENDERS_AHEAD_SECONDS = 2.05
ASOUNDRC = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"


class NoSoundServerError(Exception):
    """Why no server of our own can be started here."""


@dataclass
class Recording:
    """A running recording of what the sink plays."""

    process: "subprocess.Popen[bytes]"
    path: Path

    def wait_until_running(self) -> None:
        """Return once the first frames have arrived."""
        wait_for(lambda: self.path.stat().st_size > 0, "the recorder to hear anything")

    def stop(self) -> NDArray[np.float32]:
        """End the recording and return its samples, shape (frames, 2)."""
        self.process.terminate()
        self.process.wait(5)
        data = self.path.read_bytes()
        return np.frombuffer(data[: len(data) // 8 * 8], np.float32).reshape(-1, 2)


@dataclass
class SoundServer:
    """A PulseAudio server in a private folder."""

    root: Path
    sample_rate: int = SAMPLE_RATE
    sink_module: str = ""
    _at_pace_from: float = 0.0
    _hum: "subprocess.Popen[bytes] | None" = None
    _process: "subprocess.Popen[bytes] | None" = None
    _recordings: list[Recording] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to use this server."""
        return {
            "XDG_RUNTIME_DIR": str(self.root),
            "HOME": str(self.root),
            "PULSE_SERVER": f"unix:{self.root}/pulse/native",
            "PULSE_COOKIE": str(self.root / "cookie"),
        }

    def start(self) -> None:
        """Start the server with its sink."""
        for name in ("pulseaudio", "pactl", "pacat", "parec"):
            if shutil.which(name) is None:
                raise NoSoundServerError(f"{name} is not installed")
        self.root.chmod(0o700)
        (self.root / ".asoundrc").write_text(ASOUNDRC)
        script = self.root / "server.pa"
        script.write_text("load-module module-native-protocol-unix auth-anonymous=1\n")
        self._process = subprocess.Popen(
            [
                "pulseaudio",
                "-n",
                "-F",
                str(script),
                "--exit-idle-time=-1",
                "--daemonize=no",
                "--use-pid-file=no",
                f"--log-target=file:{self.root}/log",
            ],
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(self._answers, "PulseAudio to answer", START_SECONDS)
            self.load_sink()
        except (AssertionError, subprocess.CalledProcessError) as error:
            self.stop()
            raise NoSoundServerError(f"PulseAudio does not start here: {error}") from error

    def stop(self) -> None:
        """Stop every process that was started here."""
        for recording in self._recordings:
            if recording.process.poll() is None:
                recording.stop()
        self._end_hum()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)

    def load_sink(self) -> None:
        """Plug the sound card in.

        A stream of silence with a short latency keeps it at the pace of a real card: a null sink that is new or
        idle renders two seconds at a time and lets a new stream wait as long (see `wait_until_at_pace`).
        """
        self.sink_module = self.pactl(
            "load-module",
            "module-null-sink",
            f"sink_name={SINK}",
            f"rate={self.sample_rate}",
            "format=float32le",
        ).strip()
        self._at_pace_from = time.monotonic() + SINK_RENDERS_AHEAD_SECONDS
        self._hum = subprocess.Popen(
            ["pacat", "-d", SINK, f"--rate={self.sample_rate}", "--latency-msec=20", "--raw", "/dev/zero"],
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait_until_at_pace(self) -> None:
        """Return once the sink has played what it rendered when it was made."""
        time.sleep(max(self._at_pace_from - time.monotonic(), 0.0))

    def unload_sink(self) -> None:
        """Pull the sound card out."""
        self._end_hum()
        self.pactl("unload-module", self.sink_module)

    def _end_hum(self) -> None:
        if self._hum is not None:
            self._hum.terminate()
            self._hum.wait(5)
            self._hum = None

    def pactl(self, *words: str) -> str:
        """Send the server one command."""
        return subprocess.run(
            ["pactl", *words],
            env={**os.environ, **self.environment},
            check=True,
            capture_output=True,
            text=True,
            timeout=10,
        ).stdout

    def start_recording(self) -> Recording:
        """Begin to record what the sink plays, in 32-bit floats."""
        path = self.root / f"recording-{len(self._recordings)}.raw"
        with path.open("wb") as file:
            process = subprocess.Popen(
                [
                    "parec",
                    "-d",
                    f"{SINK}.monitor",
                    f"--rate={self.sample_rate}",
                    "--format=float32le",
                    "--channels=2",
                    "--latency-msec=20",
                    "--raw",
                ],
                env={**os.environ, **self.environment},
                stdout=file,
                stderr=subprocess.DEVNULL,
            )
        recording = Recording(process, path)
        self._recordings.append(recording)
        recording.wait_until_running()
        return recording

    def record(self, seconds: float) -> NDArray[np.float32]:
        """Record for so long and return the samples, shape (frames, 2)."""
        recording = self.start_recording()
        wanted_bytes = int(seconds * self.sample_rate) * 8
        wait_for(
            lambda: recording.path.stat().st_size >= wanted_bytes,
            "the recording to be long enough",
            seconds + 5,
        )
        return recording.stop()[: wanted_bytes // 8]

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise NoSoundServerError(f"PulseAudio ended with code {self._process.returncode}")
        try:
            self.pactl("info")
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False
        return True


def wait_for(condition: Callable[[], bool], what: str, timeout_seconds: float = 5.0) -> None:
    """Return once the condition holds; fail after the timeout, which is no pace."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_seconds:g} s in vain for {what}"
        time.sleep(0.01)


def clicks_in(samples: NDArray[np.float32], threshold: float = 0.25) -> NDArray[np.int64]:
    """Return the frames at which single-frame clicks stand."""
    return np.flatnonzero(np.abs(samples).max(axis=1) > threshold)


def restart_portaudio() -> None:
    """Let PortAudio forget the devices of another environment."""
    if "sounddevice" in sys.modules:
        sounddevice = sys.modules["sounddevice"]
        sounddevice._terminate()
        sounddevice._initialize()


@pytest.fixture(scope="session")
def running_sound_server() -> Iterator[SoundServer]:
    """One server for the whole run; use `sound_server`, which also leads PortAudio to it."""
    root = Path(tempfile.mkdtemp(prefix="studio-sound-"))
    server = SoundServer(root)
    try:
        server.start()
        yield server
    except NoSoundServerError as error:
        pytest.skip(f"no sound server of our own: {error}")
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def sound_server(running_sound_server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A running server that this process's PortAudio plays into; skipped where none can be started."""
    server = running_sound_server
    server.wait_until_at_pace()
    with monkeypatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        restart_portaudio()
        yield server
    restart_portaudio()

"""Sounds, files and listeners that the tests of this room share."""

import struct
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.progress import OperationCancelled, Silence


def melody(seconds: float = 1.0, sample_rate: int = 48_000, n_channels: int = 2, peak: float = 0.6) -> Audio:
    """A gliding tone with a beat, different on every channel: nothing in it repeats."""
    time = np.arange(max(1, round(seconds * sample_rate))) / sample_rate
    top = min(0.2 * sample_rate, 2_000.0)
    voices = [
        np.sin(2 * np.pi * (top / 20 + top / 40 * time + 7.0 * voice) * time)
        * (0.6 + 0.4 * np.sin(9 * time + voice))
        for voice in range(n_channels)
    ]
    return Audio.of(peak * np.stack(voices, axis=1), sample_rate)


def noise(n_frames: int, sample_rate: int = 48_000, n_channels: int = 2, seed: int = 0) -> Audio:
    """White noise, about −20 dB."""
    values = np.random.default_rng(seed).standard_normal((n_frames, n_channels)) * 0.1
    return Audio.of(np.clip(values, -1, 1), sample_rate)


def snr_db(reference: Samples, heard: Samples) -> float:
    """How far the difference lies below the reference, over their common length."""
    n_frames = min(len(reference), len(heard))
    wanted = reference[:n_frames].astype(np.float64)
    error = heard[:n_frames].astype(np.float64) - wanted
    return float(10 * np.log10(np.sum(wanted**2) / max(np.sum(error**2), 1e-30)))


def delay_frames(reference: Samples, heard: Samples) -> int:
    """By how many frames the first channel of what was heard comes later."""
    size = 2 * max(len(reference), len(heard))
    spectrum = np.fft.rfft(heard[:, 0], size) * np.conj(np.fft.rfft(reference[:, 0], size))
    best = int(np.argmax(np.fft.irfft(spectrum, size)))
    return best - size if best > size // 2 else best


def names_in(folder: Path) -> list[str]:
    """What lies in a folder, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


class Listener(Silence):
    """Remembers what it was told; cancels when the fraction reaches ``cancel_at``."""

    def __init__(self, cancel_at: float = 2.0) -> None:
        self.fractions: list[float] = []
        self.stages: list[str] = []
        self.partials: list[object] = []
        self._cancel_at = cancel_at

    def report(self, fraction: float, stage: str = "") -> None:
        self.fractions.append(fraction)
        self.stages.append(stage)
        if fraction >= self._cancel_at:
            raise OperationCancelled

    def share(self, partial: object) -> None:
        self.partials.append(partial)


def raw_wave(
    path: Path,
    *,
    sample_rate: int = 48_000,
    n_channels: int = 2,
    n_frames: int = 100,
    bits: int = 16,
    coding: int = 1,
    data: bytes | None = None,
    promised_bytes: int | None = None,
) -> Path:
    """Write a WAV by hand, so that its header may say anything."""
    frame_bytes = n_channels * bits // 8
    body = bytes(n_frames * frame_bytes) if data is None else data
    promised = len(body) if promised_bytes is None else promised_bytes
    form = struct.pack(
        "<HHIIHH",
        *(
            coding,
            n_channels,
            sample_rate,
            sample_rate * frame_bytes & 0xFFFFFFFF,
            frame_bytes & 0xFFFF,
            bits,
        ),
    )
    head = (
        b"RIFF" + struct.pack("<I", 36 + promised & 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + form
    )
    path.write_bytes(head + b"data" + struct.pack("<I", promised) + body)
    return path


def sparse_hours(path: Path, hours: float, sample_rate: int = 48_000) -> Path:
    """Write an RF64 file of silence that takes no room on the disk."""
    n_bytes = int(hours * 3600) * sample_rate * 2
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, n_bytes + 72, n_bytes, n_bytes // 2, 0)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    head = b"RF64\xff\xff\xff\xffWAVE" + sizes + form + b"data\xff\xff\xff\xff"
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + n_bytes)
    return path


def container(path: Path, audio: Audio, codec: str, *, picture: bool = False, sound: bool = True) -> Path:
    """Write M4A, MP4, WebM, MKV … with FFmpeg's libraries."""
    import av

    with av.open(str(path), "w") as file:
        if picture:
            video = file.add_stream("libvpx" if path.suffix == ".webm" else "mpeg4", rate=10)
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        if sound:
            layout = {1: "mono", 2: "stereo", 6: "5.1"}[audio.n_channels]
            stream = file.add_stream(codec, rate=audio.sample_rate, layout=layout)
        if picture:
            for number in range(10):
                image = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 20 * number, np.uint8))
                image.pts = number
                file.mux(video.encode(image))
            file.mux(video.encode(None))
        if sound:
            for start in range(0, audio.n_frames, 1024):
                planes = np.ascontiguousarray(audio.samples[start : start + 1024].T)
                frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
                frame.rate, frame.pts = audio.sample_rate, start
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
    return path

"""A recording on its way to the disk: readable at every moment, whatever happens to the studio."""

import os
from pathlib import Path

import numpy as np

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.float_wave import float_wave_header

SYNC_SECONDS = 1.0


class RecordingFile:
    """A 32-bit float WAV file whose header tells its length at least once a second."""

    def __init__(self, path: Path, n_channels: int, sample_rate: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.sample_rate = sample_rate
        self.n_frames = 0
        self._n_channels = n_channels
        self._synced_frames = 0
        self._file = path.open("wb", buffering=0)
        self._file.write(float_wave_header(0, n_channels, sample_rate))

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.n_frames / self.sample_rate

    def write(self, block: Samples) -> None:
        """Append a block; what is not a number becomes silence."""
        clean = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        self._file.write(np.ascontiguousarray(clean, "<f4").tobytes())
        self.n_frames += block.shape[0]
        if self.n_frames - self._synced_frames >= SYNC_SECONDS * self.sample_rate:
            self._sync()

    def close(self) -> None:
        """Write the final length and let go."""
        if not self._file.closed:
            try:
                self._sync()
            finally:
                self._file.close()

    def _sync(self) -> None:
        self._file.seek(0)
        self._file.write(float_wave_header(self.n_frames, self._n_channels, self.sample_rate))
        self._file.seek(0, os.SEEK_END)
        os.fsync(self._file.fileno())
        self._synced_frames = self.n_frames

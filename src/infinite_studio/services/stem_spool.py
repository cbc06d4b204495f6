"""Stems on their way to the disk: block by block into temporary files, which know how loud they became."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BufferedWriter, RawIOBase
from pathlib import Path
from typing import cast

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.files import make_folder, require_free, translated
from infinite_studio.audio.write_behind import WriteBehind

SILENT_BELOW = 10.0 ** (-60 / 20)
_STEP = np.float32(2.0**23)
_BLOCK_FRAMES = 65_536
_LONG_BYTES = 256 << 20
"""A stem of this size is on its way to the disk while it grows; shorter ones are gone before they have to be."""


@dataclass
class SpooledStem:
    """One stem in a temporary file of 32-bit floats, on the grid of 24-bit numbers."""

    path: Path
    sample_rate: int
    n_channels: int
    n_frames: int = 0
    peak: float = 0.0
    energy: float = field(default=0.0)

    @property
    def is_silent(self) -> bool:
        """Whether nobody would hear it: below −60 dB on average and at −50 dB at most."""
        mean = self.energy / max(self.n_frames * self.n_channels, 1)
        return float(np.sqrt(mean)) < SILENT_BELOW and self.peak < 10.0 ** (-50 / 20)

    def blocks(self) -> Iterator[Samples]:
        """Yield its samples from the start."""
        with self.path.open("rb") as file:
            while data := file.read(4 * self.n_channels * _BLOCK_FRAMES):
                yield np.frombuffer(data, np.float32).reshape(-1, self.n_channels)

    def audio(self) -> Audio:
        """Return it as a whole."""
        return Audio(np.concatenate(list(self.blocks())), self.sample_rate)


class StemSpool:
    """Takes blocks of several stems; use it with `opened`."""

    def __init__(
        self, stems: dict[str, SpooledStem], files: dict[str, BufferedWriter], stem_bytes: int
    ) -> None:
        self.stems: Mapping[str, SpooledStem] = stems
        self._files = files
        is_long = stem_bytes >= _LONG_BYTES
        self._behind = {
            name: WriteBehind(cast(RawIOBase, file.raw)) for name, file in files.items() if is_long
        }

    @classmethod
    @contextmanager
    def opened(
        cls, names: tuple[str, ...], sample_rate: int, n_channels: int, n_frames: int, folder: Path
    ) -> Iterator["StemSpool"]:
        """Make room in a temporary folder that goes away afterwards.

        Raises
        ------
        DiskFullError
            If the stems would not fit; nothing has been written then.
        """
        make_folder(folder)
        stem_bytes = 4 * n_channels * n_frames
        needed_bytes = stem_bytes * len(names)
        require_free(folder, needed_bytes)
        with (
            tempfile.TemporaryDirectory(prefix=".part-stems-", dir=folder) as temporary,
            ExitStack() as stack,
        ):
            paths = {name: Path(temporary) / f"{index}.f32" for index, name in enumerate(names)}
            stems = {name: SpooledStem(path, sample_rate, n_channels) for name, path in paths.items()}
            files = {name: stack.enter_context(path.open("wb")) for name, path in paths.items()}
            try:
                yield cls(stems, files, stem_bytes)
            except OSError as error:
                meaning = translated(error, Path(temporary), needed_bytes)
                raise error if meaning is None else meaning from error

    def add(self, blocks: Mapping[str, Samples]) -> None:
        """Append a block to every stem."""
        for name, samples in blocks.items():
            stem = self.stems[name]
            values = np.ascontiguousarray(samples, "<f4").reshape(-1)
            self._files[name].write(values.data)
            stem.n_frames += samples.shape[0]
            for first in range(0, values.size, _BLOCK_FRAMES):
                some = values[first : first + _BLOCK_FRAMES]
                stem.peak = max(stem.peak, float(some.max()), -float(some.min()))
                stem.energy += float(np.dot(some, some))
            if name in self._behind:
                self._behind[name].advance()

    def finish(self) -> None:
        """Make sure that everything is in the files."""
        for file in self._files.values():
            file.flush()


def on_grid(samples: Samples) -> Samples:
    """Return samples rounded to 24 bits, so that a file of 24 bits holds exactly what was subtracted."""
    return np.asarray(np.round(samples * _STEP) / _STEP, np.float32)

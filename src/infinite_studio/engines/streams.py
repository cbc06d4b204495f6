"""Separating sound of any length: where it comes from, what is wanted, and how stems come out, block by block."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.audio.reading import open_sound
from infinite_studio.engines.base import Separator
from infinite_studio.history.recipe import Recipe
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress

StemBlocks: TypeAlias = Mapping[StemType, Samples]
"""Equally long pieces ``(frames, channels)`` of every stem; the pieces of a whole sound join without gaps."""

BLOCK_FRAMES = 65_536


class SoundSource(Protocol):
    """A sound that can be read from its start as often as needed."""

    @property
    def n_frames(self) -> int:
        """Exact length."""

    @property
    def n_channels(self) -> int:
        """Number of channels."""

    @property
    def sample_rate(self) -> int:
        """Frames per second, Hz."""

    def blocks(self) -> Iterator[Samples]:
        """Yield the sound from its start in pieces ``(frames, channels)``."""


@dataclass(frozen=True)
class AudioSource:
    """A sound in memory."""

    audio: Audio

    @property
    def n_frames(self) -> int:
        """Exact length."""
        return self.audio.n_frames

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.audio.n_channels

    @property
    def sample_rate(self) -> int:
        """Frames per second, Hz."""
        return self.audio.sample_rate

    def blocks(self) -> Iterator[Samples]:
        """Yield the sound from its start."""
        for start in range(0, self.audio.n_frames, BLOCK_FRAMES):
            yield self.audio.samples[start : start + BLOCK_FRAMES]


@dataclass(frozen=True)
class FileSource:
    """A sound file, decoded anew for every pass; make it with `of`, which counts its frames."""

    path: Path
    n_frames: int
    n_channels: int
    sample_rate: int

    @classmethod
    def of(cls, path: Path, progress: Progress) -> "FileSource":
        """Decode the file once to learn its true length, which headers of lossy formats only guess.

        Raises
        ------
        UnreadableSoundError
            If no usable sound comes out of it.
        """
        with open_sound(path) as reader:
            info = reader.info
            expected = (info.duration_seconds or 0.0) * info.sample_rate
            n_frames = 0
            for block in reader.blocks():
                n_frames += block.shape[0]
                progress.report(min(n_frames / max(expected, 1.0), 1.0), "Reading")
        return cls(path, n_frames, info.n_channels, info.sample_rate)

    def blocks(self) -> Iterator[Samples]:
        """Yield the sound from its start."""
        with open_sound(self.path) as reader:
            yield from reader.blocks()


@dataclass(frozen=True)
class SplitOptions:
    """What is wanted of a separation.

    Parameters
    ----------
    stem_types : tuple of StemType
        Only these stems, which may be faster; empty means all that the separator makes.
    shifts : int
        0 to 20: how many shifted passes a network averages over; each takes as long as a split without shifts.
    overlap : float
        0 to 0.9: how much neighbouring segments of a network overlap.
    segment_seconds : float or None
        Length of a network's segments; None means what it was trained with.
    """

    stem_types: tuple[StemType, ...] = ()
    shifts: int = 0
    overlap: float = 0.25
    segment_seconds: float | None = None

    def wanted(self, made: tuple[StemType, ...]) -> tuple[StemType, ...]:
        """Return the wanted ones of the stems that a separator makes, in its order; all where none is named."""
        return tuple(stem for stem in made if not self.stem_types or stem in self.stem_types)


EVERYTHING = SplitOptions()


@runtime_checkable
class StreamingSeparator(Separator, Protocol):
    """A separator that needs the same memory for a song and for three hours."""

    def separate_stream(
        self, source: SoundSource, progress: Progress, options: SplitOptions = EVERYTHING
    ) -> Iterator[StemBlocks]:
        """Yield the stems block after block; their lengths add up to the source's.

        Parameters
        ----------
        source : SoundSource
            Read from its start at least once.
        progress : Progress
            Told often enough to stop within two seconds.
        options : SplitOptions
            Which stems, and how carefully; what a separator does not know it ignores.

        Raises
        ------
        StudioError
            If weights are missing or damaged, or the sound cannot be read.
        """

    def recipe(self, options: SplitOptions = EVERYTHING) -> Recipe:
        """Return how such a separation is made again.

        Parameters
        ----------
        options : SplitOptions
            As given to `separate_stream`.
        """

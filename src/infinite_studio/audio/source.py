"""What a sound file says about itself, what the studio accepts, and how it refuses."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from infinite_studio.audio.audio import MAX_CHANNELS, MAX_SAMPLE_RATE, MIN_SAMPLE_RATE, Samples
from infinite_studio.errors import StudioError

MAX_DURATION_SECONDS = 4 * 3600.0
MAX_IN_MEMORY_BYTES = 4 << 30
BLOCK_FRAMES = 65_536


class UnreadableSoundError(StudioError):
    """A file out of which no usable sound comes.

    Parameters
    ----------
    path : Path
        The file.
    reason : str
        Completes the sentence that begins with the file's name.
    hint : str
        What the person can do now.
    """

    def __init__(self, path: Path, reason: str, *, hint: str = "Choose another file.") -> None:
        name = path.name.encode(errors="replace").decode()
        super().__init__(f"“{name}” {reason}.", hint=hint)
        self.path = path
        self.reason = reason


class NoSoundInFileError(UnreadableSoundError):
    """A file that holds no sound at all, or none in a form the studio knows."""


class DamagedSoundError(UnreadableSoundError):
    """A sound file that breaks off or holds what cannot be decoded."""


class UnusableSoundError(UnreadableSoundError):
    """A sound with a length, rate or number of channels beyond what the studio works with."""


class ProtectedSoundError(UnreadableSoundError):
    """A file locked by copy protection."""


@dataclass(frozen=True)
class SoundInfo:
    """What a sound file says about itself.

    Parameters
    ----------
    container, codec : str
        Short names such as ``WAV`` and ``PCM_16``.
    sample_rate : int
        Frames per second, Hz.
    n_channels : int
        Number of channels.
    n_frames : int or None
        Exact or promised length; None where only decoding tells.
    duration_seconds : float or None
        Length in seconds, perhaps estimated; None where only decoding tells.
    """

    container: str
    codec: str
    sample_rate: int
    n_channels: int
    n_frames: int | None
    duration_seconds: float | None


class SoundReader(Protocol):
    """An open sound file."""

    @property
    def info(self) -> SoundInfo:
        """What the file says about itself."""

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Samples]:
        """Decode from the beginning, block by block; for one pass."""

    def close(self) -> None:
        """Let go of the file."""


def require_usable(path: Path, info: SoundInfo, longest_seconds: float = MAX_DURATION_SECONDS) -> None:
    """Refuse by the header alone: rate, channels and length.

    Parameters
    ----------
    path : Path
        The file.
    info : SoundInfo
        What its header says.
    longest_seconds : float
        How long it may last.

    Raises
    ------
    UnusableSoundError
        If one of them is beyond what the studio works with.
    """
    if not MIN_SAMPLE_RATE <= info.sample_rate <= MAX_SAMPLE_RATE:
        raise UnusableSoundError(
            path,
            f"has a sample rate of {info.sample_rate:,} Hz, which is not usable",
            hint=f"The studio works with {MIN_SAMPLE_RATE:,} to {MAX_SAMPLE_RATE:,} Hz; convert it first.",
        )
    if not 1 <= info.n_channels <= MAX_CHANNELS:
        raise UnusableSoundError(
            path,
            f"has {info.n_channels} channels, which is not usable",
            hint=f"The studio works with 1 to {MAX_CHANNELS} channels; mix it down first.",
        )
    if info.n_frames == 0:
        raise NoSoundInFileError(path, "is zero frames long: there is no sound in it")
    if info.duration_seconds is not None and info.duration_seconds > longest_seconds:
        raise too_long(path, info.duration_seconds, longest_seconds)


def too_long(
    path: Path, duration_seconds: float | None = None, longest_seconds: float | None = None
) -> UnusableSoundError:
    """Return the refusal of a sound that lasts longer than it may, which is `MAX_DURATION_SECONDS` unless told."""
    hours = (longest_seconds or MAX_DURATION_SECONDS) / 3600
    lasts = f"lasts {duration_seconds / 3600:.1f} hours" if duration_seconds else "goes on and on"
    return UnusableSoundError(
        path,
        f"{lasts}; the studio takes up to {hours:.0f} hours",
        hint="Cut it into shorter files and drop those.",
    )

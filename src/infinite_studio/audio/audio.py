"""`Audio`: samples with a sample rate, valid by construction."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infinite_studio.errors import StudioError

Samples: TypeAlias = NDArray[np.float32]
"""Array ``(frames, channels)``, float32, nominal −1…1."""

MIN_SAMPLE_RATE = 1_000
MAX_SAMPLE_RATE = 768_000
MAX_CHANNELS = 64


class InvalidAudioError(StudioError):
    """Samples or a sample rate that cannot be sound."""


@dataclass(frozen=True, eq=False)
class Audio:
    """Sound in memory.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, channels)
        Nominal range −1…1; values beyond are kept. At least one frame, 1 to 64 channels, all finite.
        Made read-only; a writable array that the caller keeps is therefore copied by `Audio.of`, not here.
    sample_rate : int
        Frames per second, 1,000 to 768,000 Hz.

    Raises
    ------
    InvalidAudioError
        If shape, type, rate or values are outside of the above.

    Examples
    --------
    >>> Audio(np.zeros((48_000, 2), np.float32), 48_000).duration_seconds
    1.0
    """

    samples: Samples
    sample_rate: int

    def __post_init__(self) -> None:
        validate(self.samples, self.sample_rate)
        self.samples.flags.writeable = False

    @classmethod
    def of(cls, samples: NDArray[np.floating], sample_rate: int) -> "Audio":
        """Make an `Audio` from any float array: mono ``(frames,)`` or ``(frames, channels)``, copied if needed."""
        shaped = samples[:, np.newaxis] if samples.ndim == 1 else samples
        return cls(np.array(shaped, dtype=np.float32, order="C"), sample_rate)

    @property
    def n_frames(self) -> int:
        """Length in frames."""
        return int(self.samples.shape[0])

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[1])

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return self.n_frames / self.sample_rate

    @property
    def peak(self) -> float:
        """Largest magnitude of any sample, linear."""
        return max(float(self.samples.max()), -float(self.samples.min()))

    def mono(self) -> NDArray[np.float32]:
        """Mean of the channels, shape ``(frames,)``."""
        return np.ascontiguousarray(self.samples.mean(axis=1, dtype=np.float32))


def validate(samples: NDArray[np.generic], sample_rate: int) -> None:
    """Refuse what is not sound: the one place where shape, type, rate and values are judged."""
    if samples.dtype != np.float32 or samples.ndim != 2:
        raise InvalidAudioError(
            f"Sound must be float32 (frames, channels), not {samples.dtype} {samples.shape}.",
            hint="This is a mistake inside the studio; the log has the details.",
        )
    if not MIN_SAMPLE_RATE <= sample_rate <= MAX_SAMPLE_RATE:
        raise InvalidAudioError(
            f"A sample rate of {sample_rate} Hz is not usable.",
            hint=f"The studio works with {MIN_SAMPLE_RATE:,} to {MAX_SAMPLE_RATE:,} Hz.",
        )
    frames, channels = samples.shape
    if frames == 0:
        raise InvalidAudioError(
            "There is no sound in it: it is zero frames long.", hint="Choose another file."
        )
    if not 1 <= channels <= MAX_CHANNELS:
        raise InvalidAudioError(
            f"Sound with {channels} channels is not usable.",
            hint=f"The studio works with 1 to {MAX_CHANNELS} channels; mix it down first.",
        )
    if not np.isfinite(samples).all():
        broken = int(samples.size - np.count_nonzero(np.isfinite(samples)))
        raise InvalidAudioError(
            f"{broken:,} samples are not numbers (NaN or infinite).",
            hint="Export the file again from where it came from.",
        )
